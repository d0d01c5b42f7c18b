import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, nextTick, shallowRef, type ShallowRef } from 'vue';
import type { TableInfo } from '../../../src/core/protocol/engine-service';
import type { Fold, Session } from '../../../src/renderer/client/session';
import { AUTOMATIC_UP_TO, expectedSeconds, firstLookMaximum, learnSpeed } from '../../../src/renderer/views/periodogram/cost';
import { trialGrid } from '../../../src/renderer/views/periodogram/search-size';
import { peakRows, type PeakRow } from '../../../src/renderer/views/periodogram/peak-rows';
import { findPeaks, peakBetween } from '../../../src/renderer/views/periodogram/peaks';
import { echoesOf, relationOf, windowPeaksOf } from '../../../src/renderer/views/periodogram/relations';
import { FIRST_METHOD, searchMethod, searchMethods } from '../../../src/renderer/views/periodogram/search-method';
import { PEAKS, searchStep } from '../../../src/renderer/views/periodogram/search-step';
import { useBestFold } from '../../../src/renderer/views/periodogram/use-best-fold';
import { useFoldTrial } from '../../../src/renderer/views/periodogram/use-fold-trial';
import { voteOf } from '../../../src/renderer/views/periodogram/vote-rows';
import { spliced, zoomWindow } from '../../../src/renderer/views/periodogram/zoom';

function table(columns: readonly { name: string; role?: 'time' | 'value' | 'error' | 'object' | 'band' }[]): TableInfo {
  return {
    id: 't',
    version: 1,
    state: 'ready',
    loaded: 10,
    source: { name: 's', format: 'f' },
    flags: [],
    flagged: 0,
    roles: Object.fromEntries(columns.flatMap((c) => (c.role ? [[c.role, c.name]] : []))),
    objects: 0,
    bands: [],
    steps: [],
    undoable: 0,
    redoable: 0,
    alerts: [],
    meta: { name: 't', rows: 10, header: [], fileFlags: [], columns: columns.map((c) => ({ name: c.name, type: 'float64' as const })) },
  };
}

describe('periodogram peaks', () => {
  const f = Float64Array.from({ length: 5001 }, (_, i) => i * 0.001);
  const power = f.map((v) => 0.9 * Math.exp(-(((v - 1.96697) / 0.004) ** 2)) + 0.4 * Math.exp(-(((v - 0.9661) / 0.004) ** 2)));
  it('are found best first and between the grid frequencies', () => {
    const [a, b] = findPeaks(f, power, 5);
    expect(a!.frequency).toBeCloseTo(1.96697, 4);
    expect(b!.frequency).toBeCloseTo(0.9661, 4);
    expect(peakBetween(f, power, 0.9, 1)!.frequency).toBeCloseTo(0.9661, 4);
    expect(peakBetween(f, power, 9, 10)).toBeUndefined();
    expect(findPeaks(f, power, 1)).toHaveLength(1);
  });
  it('are dips where the lowest is the best', () => {
    const upside = power.map((p) => 1 - p);
    expect(findPeaks(f, upside, 5, 'lowest').map((p) => p.frequency)).toEqual(
      findPeaks(f, power, 5).map((p) => expect.closeTo(p.frequency, 9) as number),
    );
    expect(peakBetween(f, upside, 0.9, 1, 'lowest')!.power).toBeCloseTo(0.6, 3);
  });
  it('are refined on uneven steps, too: the vertex of a parabola is found exactly', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 0.8, noNaN: true }), fc.double({ min: 0.1, max: 5, noNaN: true }), (vertex, bend) => {
        const x = Float64Array.of(-0.3, 0.45, 1.2);
        const peak = peakBetween(
          x,
          x.map((v) => 3 - bend * (v - vertex) ** 2),
          -1,
          2,
        )!;
        expect(peak.frequency).toBeCloseTo(vertex, 9);
        expect(peak.power).toBeCloseTo(3, 9);
      }),
    );
  });
  it('are told from the best one as its harmonic or alias within the resolution', () => {
    const of = (frequency: number): string | undefined => relationOf(frequency, 1.967, { day: 1, resolution: 0.001, windowPeaks: [0.4] });
    expect([3.934, 0.9835, 2.967, 0.033, 2.367, 2.51].map(of)).toEqual(['½ P', '2 P', 'daily alias', 'daily alias', 'window alias', undefined]);
    expect(relationOf(2.967, 1.967, { day: undefined, resolution: 0.001, windowPeaks: [] })).toBeUndefined();
  });
  it('show again where they stand out, each place under its simplest name', () => {
    const bump = (at: number, height: number) => (v: number) => height * Math.exp(-(((v - at) / 0.004) ** 2));
    const signal = [bump(1.967, 1), bump(3.934, 0.5), bump(2.967, 0.6), bump(0.967, 0.05)];
    const curve = { frequency: f, power: f.map((v) => signal.reduce((sum, b) => sum + b(v), 0)) };
    const echoes = echoesOf(curve, { frequency: 1.967, power: 1 }, 'highest', { day: 1, resolution: 0.001, windowPeaks: [] });
    expect(echoes.map((e) => e.label)).toEqual(['f + 1/d', '2f']);
    expect(echoes[0]!.power).toBeCloseTo(0.6, 2);
    // In a curve of noise everything lies where an alias might be.
    const noise = { frequency: f, power: f.map((_, i) => 0.5 + 0.5 * Math.sin(i * i)) };
    expect(echoesOf(noise, findPeaks(f, noise.power, 1)[0]!, 'highest', { day: 1, resolution: 0.001, windowPeaks: [] })).toEqual([]);
  });
  it('of the sampling are those of its window, without the one about frequency 0', () => {
    const y = f.map((v) => Math.exp(-((v / 0.004) ** 2)) + 0.8 * Math.exp(-(((v - 1) / 0.004) ** 2)) + 0.1 * Math.exp(-(((v - 2) / 0.004) ** 2)));
    const peaks = windowPeaksOf({ name: 'window', x: { name: 'frequency', values: f }, y: { name: 'power', values: y } }, 0.002);
    expect(peaks).toEqual([expect.closeTo(1, 3)]);
    expect(windowPeaksOf(undefined, 0.1)).toEqual([]);
  });
  it('become rows with the false-alarm probabilities of the result', () => {
    const series = {
      name: 'periodogram',
      x: { name: 'frequency', values: f },
      y: { name: 'power', values: power },
      marks: [
        { x: 2, y: 0.9, label: '' },
        { x: 4, y: 0.5, label: '' },
      ],
    };
    const rows = peakRows(
      series,
      { period: 0.5, fap: 1e-9, period_2: 0.25, fap_2: 0.3 },
      () => [],
      (a, b) => (a === 2 * b ? '½ P' : undefined),
    );
    expect(rows.map((r) => [r.rank, r.period, r.falseAlarm, r.relation])).toEqual([
      [1, 0.5, 1e-9, ''],
      [2, 0.25, 0.3, '½ P'],
    ]);
    expect(
      peakRows(
        { ...series, marks: [] },
        undefined,
        () => [{ frequency: 5, power: 1 }],
        () => undefined,
      )[0],
    ).toMatchObject({ period: 0.2, falseAlarm: undefined });
  });
});

describe('the size of a search', () => {
  const sampling = { points: 74, first: 53_000, last: 56_000 };
  const ls = (params: Record<string, unknown>, of = sampling) => ({ method: FIRST_METHOD, params, sampling: of, unit: 'd' });
  it('counts frequencies as astropy does', () => {
    expect(trialGrid(ls({ samplesPerPeak: 5, nyquistFactor: 5 }))!.count).toBe(925);
    expect(trialGrid(ls({ maximumFrequency: 12, minimumFrequency: 0 }))!.count).toBe(180_001);
    expect(trialGrid(ls({ minimumFrequency: 0.5, maximumFrequency: 2, frequencies: 11 }))).toMatchObject({ low: 0.5, high: 2, count: 11 });
    expect(trialGrid(ls({}, { ...sampling, last: 53_000 }))).toBeUndefined();
  });
  it('of boxes counts as astropy does', () => {
    const params = { durations: [0.6], minimumPeriod: 2, maximumPeriod: 12, frequencyFactor: 1, minimumTransits: 3 };
    const grid = trialGrid({ method: 'periods.bls', params, sampling: { points: 200, first: 0, last: 73.6 } })!;
    expect(grid.count).toBe(1 + Math.round((0.5 - 1 / 12) / (0.6 / 73.6 ** 2)));
    expect(grid.high).toBeCloseTo(0.5, 12);
    expect(trialGrid({ method: 'periods.bls', params: { ...params, minimumPeriod: 20 }, sampling })).toBeUndefined();
  });
  it('of RR Lyrae shapes goes from 1.2 to 0.2 days in whatever unit', () => {
    const grid = trialGrid({
      method: 'periods.rrlyrae-template',
      params: { samplesPerPeak: 5 },
      sampling: { points: 50, first: 0, last: 86_400 * 100 },
      unit: 's',
    })!;
    expect(grid.low * 86_400).toBeCloseTo(1 / 1.2, 9);
    expect(grid.high * 86_400).toBeCloseTo(5, 2);
    expect(grid.count).toBe(Math.ceil((5 - 1 / 1.2) * 500) + 1);
  });
  it('takes as long as it took before', () => {
    const toy = { method: 'periods.toy', params: {}, sampling };
    const guess = expectedSeconds(toy, 2e6);
    learnSpeed('periods.toy', guess, 500);
    expect(expectedSeconds(toy, 4e6)).toBeCloseTo(1, 9);
    learnSpeed('periods.toy', guess, 1);
    expect(expectedSeconds(toy, 4e6)).toBeCloseTo(1, 9);
  });
  it('is guessed from what the methods do', () => {
    const many = { points: 20_000, first: 0, last: 27 };
    const seconds = (params: Record<string, unknown>): number => expectedSeconds(ls(params, many), 1e5);
    expect(seconds({ method: 'auto' })).toBeLessThan(seconds({ method: 'exact' }) / 10);
    expect(seconds({ falseAlarm: 'bootstrap', resamples: 99 })).toBeCloseTo(100 * seconds({}), 9);
    const boxes = (duration: number): number =>
      expectedSeconds({ method: 'periods.bls', params: { minimumTransits: 3, durations: [duration] }, sampling: many }, 1e4);
    expect(boxes(0.05)).toBeGreaterThan((1e4 * 20_000) / 4e8);
    expect(boxes(0.01)).toBeGreaterThan(boxes(0.05));
  });
  it('lets a first look reach as far as stars pulsate when that is quick, and never so far that it is not', () => {
    const look = (points: number, last = 3000, day: number | undefined = 1, slow = points): number | undefined => {
      const grid = trialGrid(ls({ samplesPerPeak: 5, nyquistFactor: 5 }, { points, first: 0, last }))!;
      return firstLookMaximum({ grid, nyquist: points / last / 2, day, seconds: (n) => (n * slow) / 3e8 });
    };
    expect(look(74)).toBe(12);
    expect(firstLookMaximum({ grid: trialGrid(ls({}))!, nyquist: 0.01, day: undefined, seconds: () => 0 })).toBeUndefined();
    expect(look(74, 3000, 1, 3000)).toBe(6);
    // Dense light curves: to the Nyquist frequency, whatever that takes.
    expect(look(4000, 90)).toBe(22.2);
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 100_000 }), fc.double({ min: 1, max: 5000, noNaN: true }), (points, last) => {
        const maximum = look(points, last);
        if (maximum === undefined || points / last / 2 >= 12) return;
        const { count } = trialGrid(ls({ samplesPerPeak: 5, nyquistFactor: 5, maximumFrequency: maximum }, { points, first: 0, last }))!;
        expect((count * points) / 3e8).toBeLessThan(AUTOMATIC_UP_TO * 1.01 + (2 * points) / 3e8);
      }),
    );
  });
});

describe('the search step', () => {
  const t = table([
    { name: 'mjd', role: 'time' },
    { name: 'g', role: 'value' },
    { name: 'e', role: 'error' },
    { name: 'id', role: 'object' },
  ]);
  const method = searchMethod(FIRST_METHOD)!;
  it('comes from the operations of the folder that try a range of frequencies', () => {
    const ids = searchMethods().map((m) => m.id);
    expect(ids[0]).toBe(FIRST_METHOD);
    expect(ids).not.toContain('periods.fold');
    expect(method.own.map((p) => p.name)).toEqual(expect.arrayContaining(['terms', 'normalization', 'samplesPerPeak']));
    expect(searchMethod('periods.of-another-build')!.id).toBe(FIRST_METHOD);
  });
  it('binds what the table knows and carries only what was chosen', () => {
    const step = searchStep(method, t, { settings: { maximum: 7, own: { [FIRST_METHOD]: { terms: 2 } } }, hasBand: false })!;
    expect(step.params).toMatchObject({ maximumFrequency: 7, terms: 2, peaks: PEAKS });
    expect(step.params).not.toHaveProperty('minimumFrequency');
    expect(step.bind).toEqual({ time: 'mjd', value: 'g', error: 'e', object: 'id' });
    expect(step.scope).toBe('object');
    expect(searchStep(method, t, { settings: {}, hasBand: false, value: 'r' })!.bind.error).toBeUndefined();
    expect(searchStep(method, table([{ name: 'g', role: 'value' }]), { settings: {}, hasBand: false })).toBeUndefined();
  });
  it('turns frequencies round for a method that counts in periods', () => {
    const boxes = { ...method, range: { kind: 'period', minimum: 'minimumPeriod', maximum: 'maximumPeriod', count: 'periods' } } as const;
    expect(searchStep(boxes, t, { settings: { minimum: 0.1 }, range: { maximum: 2, count: 50 }, hasBand: false })!.params).toMatchObject({
      minimumPeriod: 0.5,
      maximumPeriod: 10,
      periods: 50,
    });
    const templates = { ...boxes, range: { ...boxes.range, count: undefined } };
    const params = searchStep(templates, t, {
      settings: {},
      range: { minimum: 1, maximum: 2, count: 50, samplesPerPeak: 25 },
      hasBand: false,
    })!.params;
    expect(params).toMatchObject({ minimumPeriod: 0.5, maximumPeriod: 1, samplesPerPeak: 25 });
  });
});

describe('the vote', () => {
  it('says who agrees, and what the others found', () => {
    const result = {
      period: 0.5,
      epoch: 7,
      class: 'pulsator',
      reason: '5 harmonics',
      votes: 1,
      period_ls: 0.25,
      relation_ls: 'twice the frequency',
      period_pdm: 0.5,
      relation_pdm: 'same',
      period_box: undefined,
      relation_box: undefined,
      period_2: 1.1,
      relation_2: 'other',
    };
    const vote = voteOf(result, () => 'daily alias', 0.001)!;
    expect(vote).toMatchObject({ period: 0.5, epoch: 7, words: '1 of 2 methods agree · pulsator · 5 harmonics' });
    expect(vote.rows.map((r) => [r.method, r.agrees, r.relation])).toEqual([
      ['ls', false, '½ P'],
      ['pdm', true, ''],
      ['2', false, 'daily alias'],
    ]);
    expect(voteOf({ period: undefined }, () => undefined, 1)).toBeUndefined();
  });
});

describe('a zoom', () => {
  const step = 0.001;
  const grid = { low: 0, high: 10, step, count: 10_001 };
  const whole = Float64Array.from({ length: 10_001 }, (_, i) => i * step);
  it('asks for nothing that is there', () => {
    expect(zoomWindow([0, 10], 1000, whole, grid)).toBeUndefined();
    expect(zoomWindow([2, 8], 1000, whole, grid)).toBeUndefined();
    expect(zoomWindow([20, 30], 1000, whole, grid)).toBeUndefined();
  });
  it('computes what is in sight in steps finer than the pixels, and the same for a small pan', () => {
    const w = zoomWindow([2, 2.1], 1000, whole, grid)!;
    expect(w.minimum).toBeLessThanOrEqual(2);
    expect(w.maximum).toBeGreaterThanOrEqual(2.1);
    expect((w.maximum - w.minimum) / (w.count - 1)).toBeLessThanOrEqual(0.1 / 1000);
    expect(zoomWindow([2.001, 2.101], 1000, whole, grid)).toEqual(w);
  });
  it('never covers less than what is in sight, wherever that is', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 9.9, noNaN: true }), fc.double({ min: 1e-6, max: 0.1, noNaN: true }), (low, width) => {
        const w = zoomWindow([low, low + width], 800, whole, grid);
        if (!w) return;
        expect(w.minimum).toBeLessThanOrEqual(low);
        expect(w.maximum).toBeGreaterThanOrEqual(Math.min(10, low + width) - 1e-12);
        expect(w.count).toBeLessThan(8 * 800);
      }),
    );
  });
  it('of a thinned curve tries the whole grid in sight again', () => {
    const thin = whole.filter((_, i) => i % 10 === 0);
    const w = zoomWindow([2, 6], 1000, thin, grid)!;
    expect((w.maximum - w.minimum) / (w.count - 1)).toBeLessThanOrEqual(step);
    expect(zoomWindow([2, 6], 300, thin, { ...grid, step: 0.01, count: 1001 })).toBeUndefined();
  });
  it('puts the finer stretch in the place of the coarse one', () => {
    const coarse = { frequency: Float64Array.of(0, 1, 2, 3, 4), power: Float64Array.of(0, 0, 0, 0, 0) };
    const finer = { frequency: Float64Array.of(1, 1.5, 2), power: Float64Array.of(7, 8, 9) };
    expect([...spliced(coarse, finer).frequency]).toEqual([0, 1, 1.5, 2, 3, 4]);
    expect([...spliced(coarse, finer).power]).toEqual([0, 7, 8, 9, 0, 0]);
    expect(spliced(coarse, undefined)).toBe(coarse);
  });
});

describe('a fold on trial', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('requestAnimationFrame', (work: () => void) => setTimeout(work, 16));
    vi.stubGlobal('cancelAnimationFrame', clearTimeout);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const start = { period: 1, epoch: 0 };
  const other = { period: 2, epoch: 0 };
  function set(): { fold: ReturnType<typeof shallowRef<Fold | undefined>>; trial: ReturnType<typeof useFoldTrial> } {
    const fold = shallowRef<Fold | undefined>(start);
    const session = { fold, setFold: (f: Fold | undefined) => (fold.value = f) } as unknown as Session;
    return { fold, trial: effectScope().run(() => useFoldTrial(session))! };
  }
  it('waits a little, follows, and returns', () => {
    const { fold, trial } = set();
    trial.over(other);
    expect(fold.value).toBe(start);
    vi.advanceTimersByTime(200);
    expect(fold.value).toBe(other);
    expect(trial.kept()).toBe(start);
    trial.over({ period: 3, epoch: 0 });
    vi.advanceTimersByTime(50);
    expect(fold.value!.period).toBe(3);
    trial.leave();
    expect(fold.value).toBe(start);
  });
  it('that was only passed over changes nothing', () => {
    const { fold, trial } = set();
    trial.over(other);
    trial.leave();
    vi.advanceTimersByTime(500);
    expect(fold.value).toBe(start);
  });
  it('is kept when adopted, and so is one that somebody else set', () => {
    const { fold, trial } = set();
    trial.over(other);
    vi.advanceTimersByTime(200);
    trial.adopt(other);
    trial.leave();
    expect(fold.value).toBe(other);
    trial.over(start);
    vi.advanceTimersByTime(200);
    const typed = { period: 7, epoch: 1 };
    fold.value = typed;
    trial.leave();
    expect(fold.value).toBe(typed);
  });
});

describe('the fold of a new object', () => {
  const peak = (period: number): PeakRow => ({ rank: 1, period, frequency: 1 / period, power: 1, falseAlarm: undefined, relation: '' });
  function set(): {
    fold: ShallowRef<Fold | undefined>;
    object: ShallowRef<string>;
    best: ShallowRef<PeakRow | undefined>;
    isOn: { value: boolean };
  } {
    const fold = shallowRef<Fold | undefined>();
    const session = { fold, setFold: (f: Fold | undefined) => (fold.value = f) } as unknown as Session;
    const object = shallowRef('a');
    const best = shallowRef<PeakRow | undefined>();
    const isOn = { value: true };
    const follow = (): void =>
      useBestFold(
        session,
        () => object.value,
        () => best.value,
        () => 7,
        () => isOn.value,
      );
    effectScope().run(follow);
    return { fold, object, best, isOn };
  }
  it('is its best peak, and that of a better search, until somebody sets another', async () => {
    const { fold, object, best } = set();
    best.value = peak(0.5);
    await nextTick();
    expect(fold.value).toEqual({ period: 0.5, epoch: 7 });
    best.value = peak(1);
    await nextTick();
    expect(fold.value!.period).toBe(1);
    fold.value = { period: 3, epoch: 0 };
    best.value = peak(2);
    await nextTick();
    expect(fold.value.period).toBe(3);
    // Another object begins anew.
    object.value = 'b';
    best.value = undefined;
    await nextTick();
    best.value = peak(0.7);
    await nextTick();
    expect(fold.value.period).toBe(0.7);
  });
  it('stays when it is not to follow', async () => {
    const { fold, best, isOn } = set();
    isOn.value = false;
    best.value = peak(0.5);
    await nextTick();
    expect(fold.value).toBeUndefined();
  });
});
