// @vitest-environment jsdom
import type { VueWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import QualityPanel from '../../../src/renderer/panels/quality/QualityPanel.vue';
import { useQualityRun } from '../../../src/renderer/panels/quality/quality-run';
import { useUi } from '../../../src/renderer/state/ui';
import { openWindow, until, type TestWindow } from '../window';

let w: TestWindow;
let panel: VueWrapper;
const run = (): ReturnType<typeof useQualityRun> => useQualityRun(w.session);

beforeEach(async () => {
  w = await openWindow();
  useUi().right = 'quality';
  panel = w.mount(QualityPanel);
  await until(() => run().state.value.state === 'done');
  await panel.vm.$nextTick();
});
afterEach(() => {
  panel.unmount();
  w.session.dispose();
});
const findings = (): ReturnType<VueWrapper['findAll']> => panel.findAll('ul[aria-label="Findings"] > li');

describe('the quality panel', () => {
  it('makes the report when it opens, the gravest finding first', () => {
    expect(findings().map((f) => f.find('.dot').classes()[1])).toEqual(['error', 'warning', 'info']);
    expect(panel.text()).toContain('1 error, 1 warning, 1 note');
    expect(panel.findAll('table tbody tr')).toHaveLength(w.session.table.value!.meta.columns.length);
    expect(panel.find('[aria-label="Missing values by rows"] svg rect.gap').exists()).toBe(true);
  });

  it('selects the rows of a finding', async () => {
    await findings()[1]!.find('.what').trigger('click');
    expect(w.session.selection.value?.predicate).toMatchObject({ kind: 'compare', op: '==', value: 99.99 });
    expect(findings()[1]!.find('.what').attributes('aria-pressed')).toBe('true');
    expect(findings()[2]!.find('.what').attributes('disabled')).toBeDefined();
  });

  it('opens the operation that mends a finding, with its parameters', async () => {
    await findings()[1]!.find('.mend').trigger('click');
    expect(w.session.draft.value).toMatchObject({ op: 'missing.sentinels', params: { values: [99.99] } });
    expect(useUi().right).toBe('clean');
  });

  it('says when the table has changed since, and makes it anew', async () => {
    expect(panel.text()).not.toContain('has changed since');
    await w.session.actions.setLabel(w.session.object.value!, 1);
    await until(() => run().isStale.value);
    await panel.vm.$nextTick();
    await panel.find('.stale .link').trigger('click');
    await until(() => run().state.value.state === 'done' && !run().isStale.value);
  });

  it('a failure is said in words, and the rules go along', async () => {
    const asked: unknown[] = [];
    w.engine.quality = (a) => {
      asked.push(a.rules);
      return Promise.resolve({ failed: { code: 'invalid-argument', message: 'no column named x', hint: 'did you mean mag?' } });
    };
    await panel.find('input[aria-label="A rule"]').setValue('x > 1');
    await panel.find('.rules form').trigger('submit');
    await until(() => run().state.value.state === 'failed');
    await panel.vm.$nextTick();
    expect(panel.text()).toContain('no column named x: did you mean mag?');
    expect(asked).toEqual([['x > 1']]);
  });

  it('saves a page', async () => {
    const before = w.main.saved.length;
    await panel
      .findAll('button')
      .find((b) => b.text() === 'Save page…')!
      .trigger('click');
    await until(() => w.main.saved.length > before);
    expect(w.main.saved.at(-1)).toContain('<!doctype html>');
  });
});
