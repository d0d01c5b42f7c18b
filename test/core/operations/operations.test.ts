import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkParams } from '../../../src/core/operations/check-params';
import { operations } from '../../../src/core/operations/registry';
import { type BatchSpec, drive, makeBatch, makeContext, seededRandom } from '../../../src/core/operations/runner';
import { AppError, Cancelled } from '../../../src/core/protocol/outcome';

type Params = Record<string, unknown>;

function apply(id: string, spec: BatchSpec, params: Params = {}) {
  const def = operations.get(id)!;
  const batch = makeBatch({ ...spec, ordered: def.ordered });
  const context = makeContext();
  const effect = drive(def.kernel(batch, checkParams(def, params), context));
  const columns: Record<string, number[]> = {};
  for (const c of effect.columns ?? []) {
    const values = (columns[c.name] = new Array<number>(batch.length));
    batch.order.forEach((row, i) => (values[row] = c.values[i] as number));
  }
  const flagged = new Set<number>();
  for (const f of effect.flags ?? []) f.mask.forEach((v, i) => v && flagged.add(batch.order[i]!));
  return { effect, columns, flagged: [...flagged].sort((a, b) => a - b), alerts: context.alerts.map((a) => a.message), result: effect.results?.[0] };
}

function refusal(id: string, spec: BatchSpec, params: Params = {}): AppError['fields'] {
  try {
    apply(id, spec, params);
  } catch (error) {
    if (error instanceof AppError) return error.fields;
    throw error;
  }
  throw new Error(`${id} did not refuse`);
}

const value = (values: number[]): BatchSpec => ({ columns: { value: values } });

describe('parameters', () => {
  const clip = operations.get('outliers.sigma-clip')!;
  it('of sigma clipping have a side that knows magnitudes from fluxes', () => {
    const wild = [10, 10.1, 9.9, 10, 10.05, 9.95, 10, 13, 7];
    const clip = (side: string, unit: string) =>
      apply('outliers.sigma-clip', { columns: { value: wild }, units: { value: unit } }, { side, spread: 'mad' }).flagged;
    expect(clip('both', 'mag')).toEqual([7, 8]);
    expect(clip('above', 'mag')).toEqual([7]);
    expect(clip('brighter', 'mag')).toEqual([8]);
    expect(clip('fainter', 'mag')).toEqual([7]);
    expect(clip('brighter', 'e-/s')).toEqual([7]);
    expect(clip('fainter', 'e-/s')).toEqual([8]);
  });
  it('of an open side reject nothing there, even where the spread is 0', () => {
    const level = { columns: { value: [1, 1, 1, 1, 1, 5, -5] } };
    expect(apply('outliers.sigma-clip', level, { side: 'above', spread: 'mad' }).flagged).toEqual([5]);
    expect(apply('outliers.sigma-clip', level, { side: 'below', spread: 'mad' }).flagged).toEqual([6]);
  });
  it('are checked by name, value and rule', () => {
    const message = (params: Params): string => {
      try {
        checkParams(clip, params);
        return '';
      } catch (error) {
        return (error as AppError).message;
      }
    };
    expect(message({ sigma: -1 })).toMatch(/^invalid sigma: -1 \(must be greater than 0\)$/);
    expect(message({ center: 'mode' })).toMatch(/invalid center: "mode" \(must be one of median, mean, biweight\)/);
    expect(message({ sgima: 3 })).toContain('unknown parameter of outliers.sigma-clip: sgima');
    expect(checkParams(clip, { sigmaLower: undefined })).toEqual({
      sigma: 3,
      maxIterations: 5,
      center: 'median',
      spread: 'std',
      grow: 0,
      side: 'both',
    });
  });
});

describe('flags', () => {
  it('marks what is inside, clears only what is set', () => {
    const spec = { ...value([1, 2, 3, 4]), inside: [0, 1, 1, 0], flags: { cloudy: [1, 1, 0, 0] } };
    expect(apply('flags.mark', spec, { flag: 'cloudy' }).flagged).toEqual([1, 2]);
    const cleared = apply('flags.clear', spec, { flag: 'cloudy' });
    expect(cleared.flagged).toEqual([1]);
    expect(cleared.effect.flags![0]!.clear).toBe(true);
    expect(refusal('flags.clear', spec, { flag: 'no_such' }).code).toBe('not-found');
    expect(() => checkParams(operations.get('flags.mark')!, { flag: 'My Flag' })).toThrow(/invalid flag/);
    const fromFile = { ...spec, table: { fileFlags: [{ name: 'cloudy', author: { kind: 'file' as const } }] } };
    expect(refusal('flags.clear', fromFile, { flag: 'cloudy' }).message).toContain('belongs to the file');
  });

  it('reads quality bits by mission and preset', () => {
    const bits = Array.from({ length: 21 }, (_, k) => 2 ** k);
    const spec = (header: { key: string; value: string }[]): BatchSpec => ({ columns: { quality: bits }, table: { header } });
    const kepler = spec([{ key: 'TELESCOP', value: 'Kepler' }]);
    const tess = spec([{ key: 'TELESCOP', value: 'TESS' }]);
    const sum = (rows: number[]): number => rows.reduce((s, i) => s + bits[i]!, 0);
    expect(sum(apply('flags.from-quality-bits', kepler).flagged)).toBe(1130799);
    expect(sum(apply('flags.from-quality-bits', kepler, { preset: 'hard' }).flagged)).toBe(1664431);
    expect(sum(apply('flags.from-quality-bits', kepler, { preset: 'hardest' }).flagged)).toBe(2096639);
    const k2 = spec([
      { key: 'TELESCOP', value: 'Kepler' },
      { key: 'MISSION', value: 'K2' },
    ]);
    expect(sum(apply('flags.from-quality-bits', k2, { preset: 'hard' }).flagged)).toBe(1664431);
    expect(apply('flags.from-quality-bits', k2).effect.flags![0]!.reason).toContain('thruster firing');
    // The impulsive outlier bit marks real flares: 2048 for Kepler, 512 for TESS, only in hardest.
    for (const [preset, has] of [
      ['default', false],
      ['hard', false],
      ['hardest', true],
    ] as const) {
      expect(apply('flags.from-quality-bits', kepler, { preset }).flagged.includes(11)).toBe(has);
      expect(apply('flags.from-quality-bits', tess, { preset }).flagged.includes(9)).toBe(has);
    }
    expect(sum(apply('flags.from-quality-bits', tess).flagged)).toBe(175);
    expect(sum(apply('flags.from-quality-bits', tess, { preset: 'hard' }).flagged)).toBe(7407);
    expect(sum(apply('flags.from-quality-bits', tess, { preset: 'none' }).flagged)).toBe(0);
    expect(apply('flags.from-quality-bits', tess, { preset: 'hardest' }).alerts.join()).toContain('more than a fifth');
    const named = { columns: { quality: bits }, table: { fileFlags: [{ name: 'thruster_firing', author: { kind: 'file' as const } }] } };
    expect(sum(apply('flags.from-quality-bits', named).flagged)).toBe(1130799);
    expect(refusal('flags.from-quality-bits', spec([])).message).toContain('Kepler or of TESS');
    const high = { columns: { quality: [2 ** 40, 2 ** 31, 1, NaN] } };
    expect(apply('flags.from-quality-bits', high, { bitmask: 2 ** 40 + 2 ** 31 }).flagged).toEqual([0, 1]);
    expect(apply('flags.from-quality-bits', high, { bitmask: 1 }).alerts.join()).toContain('without a quality value');
  });
});

describe('outliers', () => {
  it('clips each side by its own sigma and grows in time', () => {
    const noise = seededRandom(3);
    const values = Array.from({ length: 60 }, () => noise());
    values[20] = 40;
    values[40] = -40;
    expect(apply('outliers.sigma-clip', value(values), { sigma: 5 }).flagged).toEqual([20, 40]);
    expect(apply('outliers.sigma-clip', value(values), { sigma: 5, sigmaLower: 1000 }).flagged).toEqual([20]);
    const order = values.map((_, i) => (i * 7) % 60);
    const shuffled = { columns: { value: order.map((i) => values[i]!), time: order } };
    const grown = apply('outliers.sigma-clip', shuffled, { sigma: 5, grow: 1 }).flagged.map((row) => order[row]!);
    expect(grown.sort((a, b) => a - b)).toEqual([19, 20, 21, 39, 40, 41]);
  });

  it('refuses a range without limits or with crossed ones', () => {
    expect(refusal('outliers.range', value([1])).hint).toContain('low, high or both');
    expect(refusal('outliers.range', value([1]), { low: 2, high: 1 }).message).toContain('above high');
    expect(apply('outliers.range', value([-Infinity, 0, Infinity]), { low: -1, high: 1 }).flagged).toEqual([0, 2]);
  });

  it('flags by expressions over text and numbers', () => {
    const spec = { columns: { mag: [19, 23, 23, NaN], band: ['g', 'g', 'r', 'g'] } };
    expect(apply('outliers.expression', spec, { expression: 'band == "g" && mag > 22.5' }).flagged).toEqual([1]);
    expect(apply('outliers.expression', spec, { expression: 'isnan(mag)' }).flagged).toEqual([3]);
    expect(refusal('outliers.expression', spec, { expression: 'mga > 3' }).code).toBe('not-found');
    expect(refusal('outliers.expression', spec).message).toContain('empty');
  });
});

describe('missing values', () => {
  it('finds 32-bit spellings of sentinels and counts them', () => {
    const spec: BatchSpec = { columns: { value: [Math.fround(99.99), 99.99, 99.98, NaN] }, types: { value: 'float32' } };
    const { effect, columns } = apply('missing.sentinels', spec, { values: [99.99] });
    expect(columns['value']).toEqual([NaN, NaN, 99.98, NaN]);
    expect(effect.columns![0]).toMatchObject({ replaces: true, type: 'float32' });
    const context = makeContext();
    const def = operations.get('missing.sentinels')!;
    drive(def.kernel(makeBatch(spec), checkParams(def, { values: [99.99] }), context));
    expect(context.alerts).toEqual([expect.objectContaining({ rows: 2, column: 'value' })]);
    expect(refusal('missing.sentinels', { columns: { name: ['a', 'b'] } }, { columns: ['name'] }).code).toBe('unsupported');
    expect(refusal('missing.sentinels', { columns: { other: [1] } }).message).toContain('no column is named');
  });

  it('requires roles and named columns, texts included', () => {
    const spec = { columns: { time: [1, 2, 3], value: [1, NaN, 3], note: ['x', 'y', undefined] } };
    expect(apply('missing.require', spec, { columns: ['note'] }).flagged).toEqual([1, 2]);
    const lacking = apply('missing.require', spec, { roles: ['time', 'error'] });
    expect(lacking.flagged).toEqual([]);
    expect(lacking.alerts.join()).toContain('role error');
    expect(refusal('missing.require', { columns: { other: [1] } }).message).toContain('no column to require');
  });
});

describe('trends', () => {
  const n = 200;
  const time = Array.from({ length: n }, (_, i) => 0.1 * i);
  const trend = time.map((t) => 100 + t * t);
  for (const id of ['trends.moving-median', 'trends.savgol']) {
    it(`${id} subtracts, divides, and keeps the level`, () => {
      const spec: BatchSpec = { columns: { time, value: trend } };
      const by = (how: string): number[] => apply(id, spec, { window: 1, apply: how }).columns['value_detrended']!;
      for (const i of [30, 100, 170]) {
        expect(by('subtract')[i]).toBeCloseTo(0, 6);
        expect(by('divide')[i]).toBeCloseTo(1, 6);
        expect(by('divide-keep-level')[i]! / ((trend[99]! + trend[100]!) / 2)).toBeCloseTo(1, 6);
      }
    });

    it(`${id} gives the trend at flagged and missing rows without using them`, () => {
      const spoiled = trend.slice();
      spoiled[50] = 1e9;
      spoiled[60] = NaN;
      const flagged = spoiled.map((_, i) => (i === 50 ? 1 : 0));
      const made = apply(id, { columns: { time, value: spoiled }, flagged }, { window: 1 });
      for (const i of [49, 50, 51, 60]) expect(made.columns['value_trend']![i]! / trend[i]!).toBeCloseTo(1, 2);
      expect(made.columns['value_detrended']![60]).toBeNaN();
    });

    it(`${id} says what it could not do`, () => {
      const spec: BatchSpec = { columns: { time: [...time.slice(1), NaN], value: trend }, units: { value: 'mag' } };
      const { alerts, columns } = apply(id, spec, { window: 1, apply: 'divide' });
      expect(alerts.join()).toContain('values in mag are divided');
      expect(alerts.join()).toContain('rows without a time');
      expect(columns['value_trend']![n - 1]).toBeNaN();
      expect(apply(id, { columns: { time, value: time.map(() => 0) } }, { window: 1, apply: 'divide' }).alerts.join()).toContain('trend of 0');
    });
  }
  it('refuses a window too narrow for the order, and says when points stand alone', () => {
    const spec: BatchSpec = { columns: { time, value: trend } };
    expect(refusal('trends.savgol', spec, { window: 0.15, order: 3, breakTolerance: 1 }).message).toContain('invalid window');
    expect(apply('trends.moving-median', spec, { window: 0.15 }).alerts.join()).toContain('stand alone');
  });
});

describe('transform', () => {
  it('normalises invertibly, by unflagged rows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 50 }),
        fc.constantFrom('min-max', 'z-score', 'robust', 'decimal'),
        (values, method) => {
          const { columns } = apply('transform.normalize', value(values), { method, keepScale: true });
          values.forEach((v, i) => {
            if (columns['value_scale']![i] === 0) return expect(columns['value_normalized']![i]).toBe(0);
            const back = columns['value_normalized']![i]! * columns['value_scale']![i]! + columns['value_offset']![i]!;
            expect(Math.abs(back - v)).toBeLessThanOrEqual(1e-6);
            if (method === 'min-max') expect(columns['value_normalized']![i]).toBeLessThanOrEqual(1);
            if (method === 'decimal') expect(Math.abs(columns['value_normalized']![i]!)).toBeLessThan(1);
          });
        },
      ),
    );
    const flagged = apply('transform.normalize', { ...value([0, 10, 20]), flagged: [0, 0, 1] }, { method: 'min-max' });
    expect(flagged.columns['value_normalized']).toEqual([0, 1, 2]);
    expect(apply('transform.normalize', value([5, 5, 5])).alerts.join()).toContain('do not spread');
    expect(apply('transform.normalize', value([-1, 0.1, 1]), { method: 'median' }).alerts.join()).toContain('close to zero');
    expect(apply('transform.normalize', value([999.9999999, 1]), { method: 'decimal' }).columns['value_normalized']![1]).toBe(0.001);
    expect(apply('transform.normalize', value([1000, 1]), { method: 'decimal' }).columns['value_normalized']![1]).toBe(0.0001);
  });

  it('computes new columns, never over an old one', () => {
    const spec: BatchSpec = { columns: { flux: [100, -1, NaN] } };
    const { columns, effect, alerts } = apply('transform.expression', spec, { name: 'mag', expression: '-2.5*log10(flux)', unit: 'mag' });
    expect(columns['mag']).toEqual([-5, NaN, NaN]);
    expect(effect.columns![0]!.unit).toBe('mag');
    expect(alerts).toHaveLength(1);
    expect(refusal('transform.expression', spec, { name: 'flux', expression: '1' }).message).toContain('exists already');
  });
});

describe('periods', () => {
  it('folds into [0, 1), or [-0.5, 0.5)', () => {
    const positive = fc.double({ min: 1e-6, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e7, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 30 }), positive, (time, period) => {
        for (const p of apply('periods.fold', { columns: { time } }, { period, epoch: 3 }).columns['phase']!) expect(p >= 0 && p < 1).toBe(true);
        for (const p of apply('periods.fold', { columns: { time } }, { period, centred: true }).columns['phase']!)
          expect(p >= -0.5 && p < 0.5).toBe(true);
      }),
    );
    const step = { columns: { time: [1] }, table: {} };
    expect(apply('periods.fold', step).effect.columns![0]!.replaces).toBe(false);
  });

  const random = seededRandom(21);
  const time = Array.from({ length: 150 }, () => 2457000 + 60 * random());
  const star = time.map((t) => 12 + 0.4 * Math.sin((2 * Math.PI * t) / 0.6137) + 0.05 * (random() - 0.5));

  it('finds the period, its probability and its rivals', () => {
    const spec: BatchSpec = { columns: { time, value: star }, units: { time: 'd' } };
    const { result, effect } = apply('periods.lomb-scargle', spec, { maximumFrequency: 5, peaks: 2 });
    expect(result!['period']).toBeCloseTo(0.6137, 4);
    expect(result!['frequency']).toBeCloseTo(1 / 0.6137, 3);
    expect(result!['power']).toBeGreaterThan(0.95);
    expect(result!['fap']).toBeLessThan(1e-50);
    expect(Object.keys(result!)).toEqual(['period', 'frequency', 'power', 'fap', 'period_2', 'power_2', 'fap_2']);
    expect(result!['power_2']).toBeLessThan(result!['power'] as number);
    const series = effect.series![0]!;
    expect(series.x.values.length).toBe(series.y.values.length);
    expect(series.marks).toHaveLength(2);
    expect(series.levels!.map((l) => l.label)).toEqual(['FAP 10 %', 'FAP 1 %', 'FAP 0.1 %']);
    expect(series.levels![2]!.y).toBeGreaterThan(series.levels![0]!.y);
  });

  it('takes the number of frequencies and their limits', () => {
    const { effect } = apply(
      'periods.lomb-scargle',
      { columns: { time, value: star } },
      { minimumFrequency: 1, maximumFrequency: 2, frequencies: 11 },
    );
    expect([...effect.series![0]!.x.values].map((f) => Math.round(f * 1e9) / 1e9)).toEqual([1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2]);
    expect(refusal('periods.lomb-scargle', { columns: { time, value: star } }, { minimumFrequency: 3, maximumFrequency: 2 }).message).toContain(
      'maximumFrequency',
    );
  });

  it('says what a long run costs, and what it cannot give', () => {
    const def = operations.get('periods.lomb-scargle')!;
    const context = makeContext();
    const long = makeBatch({ columns: { time, value: star } });
    const kernel = def.kernel(long, checkParams(def, { maximumFrequency: 5e4, method: 'exact' }), context);
    while (context.alerts.length === 0 && !kernel.next().done);
    expect(context.alerts[0]!.message).toMatch(/150 points × \d+ frequencies take about \d+ s/);
    expect(refusal('periods.lomb-scargle', { columns: { time, value: star } }, { maximumFrequency: 1e6 }).message).toContain('at most 2e+7');
    const many = apply('periods.lomb-scargle', { columns: { time, value: star } }, { terms: 2, maximumFrequency: 3 });
    expect(many.result!['fap']).toBeUndefined();
    const few = apply('periods.lomb-scargle', { columns: { time: [1, 2, 3], value: [1, 2, 1] } });
    expect(few.result).toMatchObject({ period: undefined });
    expect(few.alerts.join()).toContain('fewer than 4');
    const bad = apply(
      'periods.lomb-scargle',
      { columns: { time, value: star, error: time.map((_, i) => (i < 3 ? 0 : 0.1)) } },
      { maximumFrequency: 3 },
    );
    expect(bad.alerts.join()).toContain('without an error above 0');
  });
});

describe('runner', () => {
  it('hears cancel', () => {
    let steps = 0;
    function* endless(): Generator<{ fraction: number }, never> {
      for (;;) {
        steps++;
        yield { fraction: 0.5 };
      }
    }
    expect(() => drive(endless(), undefined, () => steps === 3)).toThrow(Cancelled);
    expect(steps).toBe(3);
  });

  it('sorts by time when asked, missing last', () => {
    const batch = makeBatch({ columns: { time: [3, NaN, 1], value: [30, 20, 10] }, flagged: [1, 0, 0], ordered: 'time' });
    expect([...batch.role('value')!]).toEqual([10, 30, 20]);
    expect([...batch.live]).toEqual([1, 0, 1]);
    expect([...batch.order]).toEqual([2, 0, 1]);
  });
});
