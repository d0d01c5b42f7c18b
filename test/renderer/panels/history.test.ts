// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operations } from '../../../src/core/operations/registry';
import { draftStep } from '../../../src/renderer/client/drafts';
import HistoryPanel from '../../../src/renderer/panels/history/HistoryPanel.vue';
import RecipeDialog from '../../../src/renderer/panels/history/RecipeDialog.vue';
import { isPortable, predicateWords } from '../../../src/renderer/panels/clean/predicate-words';
import { moved } from '../../../src/renderer/panels/history/reorder';
import { openWindow, until, type TestWindow } from '../window';

let w: TestWindow;
async function apply(op: string): Promise<void> {
  const n = w.session.table.value!.steps.length;
  w.session.draft.value = draftStep(operations.get(op)!, w.session.table.value!);
  await w.session.actions.applyDraft();
  await until(() => w.session.table.value!.steps.length === n + 1);
}
const ops = (): string[] => w.session.table.value!.steps.map((r) => r.step.op);

beforeEach(async () => {
  w = await openWindow();
});
afterEach(() => w.session.dispose());

describe('history', () => {
  it('shows a card for each step with its effect, and the draft as one more', async () => {
    const panel = w.mount(HistoryPanel);
    expect(panel.text()).toContain('Nothing was changed yet');
    await apply('outliers.sigma-clip');
    await panel.vm.$nextTick();
    expect(panel.findAll('[role="listitem"]')).toHaveLength(1);
    expect(panel.find('[role="listitem"]').text()).toMatch(/^1 Sigma clip.*rows/s);
    w.session.draft.value = draftStep(operations.get('missing.require')!, w.session.table.value!);
    await panel.vm.$nextTick();
    expect(panel.find('[aria-label="Draft"]').exists()).toBe(true);
    panel.unmount();
  });

  it('takes what a step made as the value, and goes back', async () => {
    const { session } = w;
    const before = session.table.value!.roles.value!;
    await apply('trends.moving-average');
    await apply('outliers.sigma-clip');
    const panel = w.mount(HistoryPanel);
    // A step that flags makes no values.
    expect(panel.findAll('[aria-label*="as the value"]')).toHaveLength(1);
    await panel.find(`[aria-label="Step 1: use ${before}_detrended as the value"]`).trigger('click');
    await until(() => session.table.value!.roles.value === `${before}_detrended`);
    await panel.vm.$nextTick();
    await panel.find('[aria-label="Step 1: back to the value before"]').trigger('click');
    await until(() => session.table.value!.roles.value === before);
    panel.unmount();
  });

  it('switches a step off and on, removes it, and undoes that', async () => {
    await apply('outliers.sigma-clip');
    const { flagged } = w.session.table.value!;
    const panel = w.mount(HistoryPanel);
    await panel.find('[aria-label="Switch step 1 off"]').trigger('click');
    await until(() => w.session.table.value!.steps[0]!.state === 'disabled');
    expect(w.session.table.value!.flagged).toBe(0);
    await panel.find('.card').trigger('keydown', { key: ' ' });
    await until(() => w.session.table.value!.flagged === flagged);
    await panel.find('.card').trigger('keydown', { key: 'Delete' });
    await until(() => ops().length === 0);
    await panel.find('[aria-label="Undo the last change"]').trigger('click');
    await until(() => ops().length === 1);
    panel.unmount();
  });

  it('moves a step by keys and by dragging', async () => {
    await apply('outliers.sigma-clip');
    await apply('missing.require');
    const panel = w.mount(HistoryPanel);
    await panel.findAll('.card')[1]!.trigger('keydown', { key: 'ArrowLeft', altKey: true });
    await until(() => ops()[0] === 'missing.require');
    await panel.vm.$nextTick();
    const places = panel.findAll('.place');
    await places[0]!.trigger('dragstart');
    await places[1]!.trigger('dragover', { clientX: 1 });
    await panel.find('.cards').trigger('drop');
    await until(() => ops()[0] === 'outliers.sigma-clip');
    panel.unmount();
  });

  it('loads a step into the form to edit it', async () => {
    await apply('outliers.sigma-clip');
    const panel = w.mount(HistoryPanel);
    await panel.find('[aria-label="Edit step 1"]').trigger('click');
    expect(w.session.editing.value).toBe(0);
    expect(w.session.draft.value?.op).toBe('outliers.sigma-clip');
    expect(panel.find('[aria-label="Draft"]').exists()).toBe(false);
    panel.unmount();
  });
});

describe('recipe dialog', () => {
  it('refuses to apply to a table that lacks its columns, in words, and applies to one that has them', async () => {
    await apply('outliers.sigma-clip');
    w.mount(RecipeDialog);
    const button = (text: string): HTMLButtonElement => [...document.querySelectorAll('button')].find((b) => b.textContent.trim().startsWith(text))!;
    button('Take this').click();
    await until(() => document.body.textContent.includes('Everything it needs is there.'));
    expect(button('Apply to').disabled).toBe(false);
    const target = document.querySelector('dialog select') as HTMLSelectElement;
    target.value = 't2';
    target.dispatchEvent(new Event('change'));
    await until(() => /needs the column \w+, which this table lacks/.test(document.body.textContent));
    expect(button('Apply to').disabled).toBe(true);
    target.value = 't1';
    target.dispatchEvent(new Event('change'));
    await until(() => !button('Apply to').disabled);
    button('Apply to').click();
    await until(() => ops().length === 2);
    expect(new Set(w.session.table.value!.steps.map((r) => r.step.id)).size).toBe(2);
  });
});

describe('words', () => {
  it('moves items to gaps', () => {
    expect(moved(['a', 'b', 'c'], 0, 3)).toEqual(['b', 'c', 'a']);
    expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
    const same = ['a', 'b'];
    expect(moved(same, 0, 1)).toBe(same);
    expect(moved(same, 1, 1)).toBe(same);
  });
  it('says predicates shortly and knows which are portable', () => {
    const lasso = { kind: 'polygon', x: { column: 'mjd' }, y: { column: 'mag' }, points: [] } as const;
    expect(predicateWords(lasso)).toBe('lasso in mag against mjd');
    expect(predicateWords({ kind: 'rows', rows: [1, 2] })).toBe('2 rows by hand');
    expect(isPortable({ kind: 'or', of: [lasso, { kind: 'not', of: { kind: 'rows', rows: [1] } }] })).toBe(false);
    expect(isPortable(lasso)).toBe(true);
  });
});
