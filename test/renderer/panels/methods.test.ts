// @vitest-environment jsdom
import { afterEach, describe, expect, it } from 'vitest';
import { operations } from '../../../src/core/operations/registry';
import type { ObjectEffects } from '../../../src/core/protocol/engine-service';
import { draftStep } from '../../../src/renderer/client/drafts';
import { inBrushes } from '../../../src/renderer/client/ensemble';
import { inTimeOf } from '../../../src/renderer/client/signal-watch';
import SignalMeter from '../../../src/renderer/panels/clean/SignalMeter.vue';
import { meterWords, signalWords } from '../../../src/renderer/panels/clean/signal-words';
import { comparedRows } from '../../../src/renderer/views/compare/compared-numbers';
import { effectHistogram } from '../../../src/renderer/views/effects/effect-histogram';
import { openWindow, until, type TestWindow } from '../window';

let w: TestWindow;
afterEach(() => {
  w?.session.dispose();
  document.body.innerHTML = '';
  localStorage.clear();
});

function draft(op: string, params: Record<string, unknown> = {}): void {
  w.session.draft.value = draftStep(operations.get(op)!, w.session.table.value!, { params });
}

describe('the signal meter', () => {
  it('is told in words', () => {
    expect(signalWords({ kind: 'transit', depth: 0.01, duration: 0.125, period: 3 })).toBe('a 1 % transit of 3 h');
    expect(signalWords({ kind: 'transit', depth: 0.002, duration: 0.02, period: 3 })).toBe('a 0.2 % transit of 28.8 min');
    expect(signalWords({ kind: 'rr-lyrae', amplitude: 0.5, period: 0.55 })).toBe('an RR Lyrae of 0.5 mag');
    const kept = (share: number): string[] => {
      const words = meterWords({ kind: 'kept', share, error: 0, points: 9, events: 3 })!;
      return [`${words.number} ${words.rest}`, words.tone];
    };
    expect([kept(0.97), kept(0.85), kept(0.031)]).toEqual([
      ['97 % of it is kept', 'good'],
      ['85 % of it is kept', 'fair'],
      ['3.1 % of it is kept', 'bad'],
    ]);
    expect(meterWords({ kind: 'flagged', share: 0.5, without: 0.1, points: 10 })).toMatchObject({
      number: '50 %',
      rest: 'of its points flagged (10 % of them anyway)',
      tone: 'bad',
    });
    expect(meterWords({ kind: 'none', reason: 'no' })!.number).toBeUndefined();
  });

  it('speaks in days and asks in the unit of the table', () => {
    const table = { roles: { time: 't' }, meta: { columns: [{ name: 't', unit: 's' }] } } as never;
    const asked = inTimeOf({ kind: 'transit', depth: 0.01, duration: 0.125, period: 3 }, table);
    expect(asked).toEqual({ kind: 'transit', depth: 0.01, duration: 10_800, period: 259_200 });
  });

  it('follows the draft, and can be set and turned off', async () => {
    w = await openWindow();
    const panel = w.mount(SignalMeter);
    expect(panel.find('.meter').exists()).toBe(false);
    draft('trends.moving-median', { window: 1 });
    await until(() => panel.text().includes('89 %'));
    draft('trends.moving-median', { window: 0.125 });
    await until(() => panel.text().includes('50 %'));
    await panel.find('.signal').trigger('click');
    await panel.findAll('input')[0]!.setValue('2');
    await panel.findAll('input')[0]!.trigger('change');
    expect(w.session.signals.signal.value).toMatchObject({ depth: 0.02 });
    await panel.find('select').setValue('rr-lyrae');
    expect(w.session.signals.signal.value).toMatchObject({ kind: 'rr-lyrae' });
    await panel.find('.off').trigger('click');
    await until(() => w.session.signals.meter.value === undefined);
    expect(panel.text()).toContain('signal meter off');
  });

  it('is not asked about steps that make no values', async () => {
    w = await openWindow();
    const panel = w.mount(SignalMeter);
    draft('periods.lomb-scargle');
    await until(() => w.session.preview.value !== undefined);
    expect(panel.find('.meter').exists()).toBe(false);
  });
});

describe('comparing methods', () => {
  it('takes four, follows the draft in its own place, and asks nothing while nobody looks', async () => {
    w = await openWindow();
    const { comparison } = w.session;
    draft('trends.moving-median', { window: 1 });
    w.commands.run('compare.open');
    expect(comparison.slots.value).toHaveLength(1);
    const others = ['trends.savgol', 'outliers.sigma-clip', 'outliers.range', 'trends.moving-median'].map((op) =>
      comparison.add(draftStep(operations.get(op)!, w.session.table.value!)),
    );
    expect(others).toEqual([true, true, true, false]);
    await new Promise((done) => setTimeout(done, 50));
    expect(comparison.slots.value[1]!.preview).toBeUndefined();
    const hide = comparison.show();
    await until(() => comparison.slots.value.every((s) => s.preview ?? s.error));
    w.session.draft.value = { ...w.session.draft.value!, params: { ...w.session.draft.value!.params, window: 0.3 } };
    await until(() => comparison.slots.value[0]!.step.params['window'] === 0.3);
    const rows = comparedRows(comparison.slots.value);
    expect(rows.map((r) => r.name)).toEqual(expect.arrayContaining(['rows flagged', 'scatter (MAD)', 'signal', 'time']));
    expect(rows.every((r) => r.cells.length === 4)).toBe(true);
    hide();
  });

  it('has numbers for a draft that another one replaced before its preview came, and never those of the other', async () => {
    w = await openWindow();
    const { comparison } = w.session;
    const hide = comparison.show();
    for (const op of ['trends.moving-median', 'outliers.sigma-clip', 'trends.savgol']) {
      draft(op);
      comparison.add(w.session.draft.value!);
    }
    await until(() => comparison.slots.value.every((s) => s.preview !== undefined));
    await new Promise((done) => setTimeout(done, 60));
    const columns = comparison.slots.value.map((s) => s.preview!.columns.length > 0);
    expect(columns).toEqual([true, false, true]);
    hide();
  });

  it('gives the place of an applied draft free, and starts anew with another table', async () => {
    w = await openWindow();
    const { comparison } = w.session;
    draft('outliers.sigma-clip');
    comparison.add(w.session.draft.value!);
    comparison.add(draftStep(operations.get('outliers.range')!, w.session.table.value!));
    await w.session.actions.applyDraft();
    await until(() => comparison.slots.value.length === 1);
    w.session.setTable('t2');
    await until(() => comparison.slots.value.length === 0);
  });

  it('marks the smallest scatter of several, and none of equals', () => {
    const slot = (mad: number, op: string) => ({
      step: { id: op, op, version: 1, params: {}, bind: {}, scope: 'object' as const, enabled: true },
      preview: { effect: [{ name: 'scatter (MAD)', before: 3, after: mad, unit: 'mag' }], milliseconds: 2 } as never,
    });
    const best = (...mads: number[]): boolean[] => comparedRows(mads.map((m, i) => slot(m, String(i))))[0]!.cells.map((c) => c.isBest);
    expect(best(2, 1, 3)).toEqual([false, true, false]);
    expect(best(2, 2)).toEqual([false, false]);
    expect(best(1)).toEqual([false]);
  });
});

describe('the effect on objects', () => {
  const effects: ObjectEffects = {
    version: 1,
    total: 4,
    objects: ['a', 'b', 'c', 'd'],
    flagged: Float64Array.of(0, 0.1, 0.2, NaN),
    scatter: Float64Array.of(1, 0.5, 0.9, 0.2),
    pointToPoint: Float64Array.of(1, 1, 1, 1),
    alerts: [],
    seconds: 0,
  };

  it('lists what is inside every brush', () => {
    expect(inBrushes(effects, {})).toEqual([0, 1, 2, 3]);
    expect(inBrushes(effects, { flagged: [0.05, 1] })).toEqual([1, 2]);
    expect(inBrushes(effects, { flagged: [0.05, 1], scatter: [0, 0.6] })).toEqual([1]);
  });

  it('counts every finite number once, chosen ones twice', () => {
    const h = effectHistogram(effects.flagged, new Set([1, 3]), [0, 0]);
    expect([...h.counts].reduce((a, b) => a + b, 0)).toBe(3);
    expect([...h.chosen].reduce((a, b) => a + b, 0)).toBe(1);
    expect([h.missing, h.median]).toEqual([1, 0.1]);
    const equal = effectHistogram(Float64Array.of(1, 1), undefined, [1, 1]);
    expect(equal.counts.reduce((a, b) => a + b, 0)).toBe(2);
  });

  it('follows the draft while it is shown; a brush narrows the list of objects and selects their rows', async () => {
    w = await openWindow();
    const { ensemble, objects } = w.session;
    draft('trends.moving-median', { window: 1 });
    const hide = ensemble.show();
    await until(() => ensemble.done.value !== undefined);
    const all = objects.page.value.total;
    ensemble.brush('scatter', [0, 0.55]);
    await until(() => objects.page.value.total < all);
    const ids = inBrushes(ensemble.done.value!.effects, ensemble.brushes.value).map((i) => ensemble.done.value!.effects.objects[i]!);
    expect(objects.page.value.total).toBe(ids.length);
    expect(w.session.selection.value).toMatchObject({ source: 'effects', predicate: { kind: 'objects', ids } });
    expect((await objects.neighbour('nobody', 1))!.id).toBe(ids.toSorted()[0]);
    ensemble.clearBrushes();
    await until(() => objects.page.value.total === all);
    expect(w.session.selection.value).toBeUndefined();
    hide();
  });
});
