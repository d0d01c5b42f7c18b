// @vitest-environment jsdom
import type { VueWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operations } from '../../../src/core/operations/registry';
import type { Recipe } from '../../../src/core/recipe/recipe';
import { draftStep } from '../../../src/renderer/client/drafts';
import ErrorNotice from '../../../src/renderer/app/ErrorNotice.vue';
import DataPanel from '../../../src/renderer/panels/data/DataPanel.vue';
import HistoryPanel from '../../../src/renderer/panels/history/HistoryPanel.vue';
import { provenanceChain, readProvenance, stepLines } from '../../../src/renderer/panels/history/provenance';
import { remarksOf, remarkWords } from '../../../src/renderer/panels/history/remarks';
import { ResultPages } from '../../../src/renderer/panels/history/result-pages';
import StepCard from '../../../src/renderer/panels/history/StepCard.vue';
import StepResults from '../../../src/renderer/panels/history/StepResults.vue';
import { openWindow, until, type TestWindow } from '../window';

let w: TestWindow;
let mounted: VueWrapper[] = [];
const show = (...a: Parameters<TestWindow['mount']>): VueWrapper => (mounted.push(w.mount(...a)), mounted.at(-1)!);
const button = (name: string): HTMLButtonElement | undefined =>
  [...document.querySelectorAll('button')].find((b) => (b.getAttribute('aria-label') ?? b.textContent.trim()) === name);

beforeEach(async () => {
  w = await openWindow();
});
afterEach(() => {
  for (const m of mounted) m.unmount();
  mounted = [];
  w.session.dispose();
});

const clip = {
  id: 'a',
  op: 'outliers.sigma-clip',
  version: 1,
  params: { sigma: 5 },
  bind: { value: 'mag' },
  scope: 'object',
  enabled: true,
} as const;
const recipe: Recipe = { skysift: 1, source: { name: 'raw.fits', table: 'lc', rows: 12 }, steps: [clip, { ...clip, id: 'b', enabled: false }] };
const carrying = (provenance: string | undefined): void => {
  const t = w.session.table.value!;
  w.session.table.value = { ...t, meta: { ...t.meta, provenance } };
};

describe('the recipe a file came with', () => {
  it('is told before the first card, shown in words, and saved as it is', async () => {
    const text = JSON.stringify({ ...recipe, before: JSON.stringify({ ...recipe, steps: [clip] }) });
    const panel = show(HistoryPanel);
    expect(panel.find('[aria-label*="Came with"]').exists()).toBe(false);
    carrying(text);
    await panel.vm.$nextTick();
    expect(panel.findAll('[role="listitem"]')[0]!.attributes('aria-label')).toContain('Came with a recipe of 2 steps');
    button('Show the recipe it came with')!.click();
    await panel.vm.$nextTick();
    const words = document.querySelector('dialog')!.textContent;
    expect(words).toMatch(/2 steps on raw\.fits.*Sigma clip.*sigma 5.*value mag.*\(off\).*Before that: 1 step/s);
    button('Save…')!.click();
    await until(() => w.main.saved.length === 1);
    expect(w.main.saved[0]).toBe(`${text}\n`);
  });

  it('says what is wrong with a recipe it cannot read', async () => {
    expect(readProvenance('{').problem).toMatch(/not JSON/);
    expect(readProvenance('null').problem).toMatch(/no list of steps/);
    expect(readProvenance('{"steps":[{"op":"x"}]}').problem).toMatch(/^step 1 .* no parameters/);
    expect(readProvenance('{"skysift":9,"steps":[]}')).toMatchObject({
      recipe: { steps: [] },
      problem: expect.stringMatching(/version 9/) as string,
    });
    carrying('{"steps": 3}');
    const panel = show(HistoryPanel);
    expect(panel.find('[aria-label="Came with a recipe that cannot be read"]').exists()).toBe(true);
    button('Show the recipe it came with')!.click();
    await panel.vm.$nextTick();
    expect(document.querySelector('dialog')!.textContent).toContain('no list of steps');
  });

  it('ends, whatever the text says, and shows operations it does not know', () => {
    let text = JSON.stringify({ ...recipe, steps: [] });
    for (let i = 0; i < 12; i++) text = JSON.stringify({ skysift: 1, steps: [], before: text });
    expect(provenanceChain(text)).toHaveLength(13);
    const odd = stepLines({ ...clip, op: 'of.the-future', params: { a: [1], b: 'x' }, where: { kind: 'unheard-of' } as never });
    expect(odd).toMatchObject({ title: 'of.the-future', details: ['a [1], b x', 'value mag'] });
  });
});

describe('remarks of a step', () => {
  const alerts = [
    { severity: 'info', message: 'long', rows: 5 },
    { severity: 'warning', message: 'no error', hint: 'bind one', rows: 3 },
    { severity: 'warning', message: 'no error', hint: 'bind one', rows: 4 },
    { severity: 'warning', message: 'edge' },
  ] as const;

  it('are one a message, with rows and times, warnings first', () => {
    expect(remarksOf(alerts).map(remarkWords)).toEqual(['no error: bind one (7 rows, 2 times)', 'edge', 'long (5 rows)']);
  });

  it('stand in the tooltip of the card and open in full', async () => {
    const report = { step: clip, state: 'applied', rowsFlagged: 1, columnsAdded: [], resultRows: 0, seconds: 1, alerts } as const;
    const card = show(StepCard, { report, index: 0, selected: false, editing: false });
    const remark = card.find('[aria-label="Remarks of step 1"]');
    expect(remark.attributes('title')).toContain('(7 rows, 2 times)');
    expect(card.find('[aria-label="Results of step 1"]').exists()).toBe(false);
    await remark.trigger('click');
    expect(card.emitted('remarks')).toHaveLength(1);
    expect(card.emitted('select')).toBeUndefined();
  });
});

describe('results of a step', () => {
  it('open from its card; a row shows its object, folded at its period', async () => {
    const t = w.session.table.value!;
    const draft = draftStep(operations.get('periods.lomb-scargle')!, t, { params: { maximumFrequency: 0.5 } });
    w.session.draft.value = draft;
    await w.session.actions.applyDraft();
    await until(() => w.session.table.value!.steps.length === 1);
    const panel = show(HistoryPanel);
    await panel.find('[aria-label="Results of step 1"]').trigger('click');
    const sheet = panel.findComponent(StepResults);
    expect(sheet.props('step')).toBe(draft.id);
    await until(() => document.querySelector('dialog [role="columnheader"]') !== null);
    expect(document.querySelector('dialog')!.textContent).toMatch(/period d?/);
    const page = await w.session.engine.results({ table: t.id, step: draft.id, offset: 2, limit: 1 });
    const third = 'ok' in page ? page.ok.rows[0]! : undefined;
    const grid = document.querySelector('dialog [role="grid"]')!;
    for (let i = 0; i < 3; i++) grid.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }));
    expect(w.session.object.value).toBe(String(third!['object']));
    expect(w.session.fold.value?.period).toBe(third!['period']);
  });

  it('come by pages, each asked for once; a failure is said and asked again', async () => {
    const asked: number[] = [];
    let fails = false;
    const pages = new ResultPages(
      {
        results: async ({ offset, limit }) => {
          asked.push(offset);
          if (fails) return { failed: { code: 'not-found', message: 'gone' } };
          return { ok: { total: 1000, columns: ['n'], rows: Array.from({ length: limit }, (_, i) => ({ n: offset + i })) }, alerts: [] };
        },
      },
      't',
      's',
    );
    await pages.ensure(0, 10);
    await pages.ensure(0, 30);
    await pages.ensure(390, 420);
    expect(asked).toEqual([0, 200, 400]);
    expect(pages.row(405)).toEqual({ n: 405 });
    expect(pages.row(700)).toBeUndefined();
    fails = true;
    await pages.ensure(700, 701);
    expect(pages.error.value).toBe('gone');
    fails = false;
    await pages.ensure(700, 701);
    expect([pages.row(700), pages.error.value]).toEqual([{ n: 700 }, undefined]);
  });
});

describe('around them', () => {
  it('tells tables of one name apart by their files', async () => {
    const panel = show(DataPanel);
    expect(panel.find('.from').exists()).toBe(false);
    const [a, b] = w.session.tables.value;
    w.session.tables.value = [a!, { ...b!, meta: { ...b!.meta, name: a!.meta.name }, source: { ...b!.source, name: 'other.fits' } }];
    await panel.vm.$nextTick();
    expect(panel.findAll('.from').map((f) => f.text())).toEqual([a!.source.name, 'other.fits']);
  });

  it('shows a failure in full until it is closed or a table changes', async () => {
    const notice = show(ErrorNotice);
    w.session.say('it failed: the whole sentence', 'error');
    await notice.vm.$nextTick();
    expect(notice.find('[role="alert"]').text()).toBe('it failed: the whole sentence');
    await notice.find('button').trigger('click');
    expect(notice.find('[role="alert"]').exists()).toBe(false);
    w.session.say('again', 'error');
    await notice.vm.$nextTick();
    expect(notice.find('[role="alert"]').exists()).toBe(true);
    w.session.setTable('t2');
    await notice.vm.$nextTick();
    expect(notice.find('[role="alert"]').exists()).toBe(false);
  });
});
