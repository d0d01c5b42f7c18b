import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmonicFitSteps } from '../../../../src/core/numerics/features/harmonic-fit';
import { orderTiesSteps } from '../../../../src/core/numerics/features/order-ties';
import { drain } from '../../../../src/core/numerics/steps';
import { checkParams } from '../../../../src/core/operations/check-params';
import { operations } from '../../../../src/core/operations/registry';
import type { BatchSpec } from '../../../../src/core/operations/runner';
import { type Run, lightCurve, run } from '../../../conformance/harness';
import { expectClose, golden, numbers } from '../../../golden/load';

const op = operations.get('features.light-curve')!;

type Numbers = (number | null)[];
type Row = Record<string, number | string | undefined>;
interface Curve {
  readonly time: Numbers;
  readonly value: Numbers;
  readonly error: Numbers;
  readonly magnitude: boolean;
}
interface Golden {
  readonly curves: Readonly<Record<string, Curve>>;
  readonly features: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
  readonly stetson_pairs: readonly { curve: string; window: number; j: number; k: number; l: number }[];
  readonly fourier: readonly { terms: number; weighted: boolean; frequency: number; values: Readonly<Record<string, number>> }[];
  readonly best: { frequency: number; power: number; fap: number; last: number };
}
const made = golden<Golden>('features.json');

function specOf(name: string, withErrors = true): BatchSpec {
  const { time, value, error, magnitude } = made.curves[name]!;
  const columns = { time: numbers(time), value: numbers(value), ...(withErrors ? { error: numbers(error) } : {}) };
  return { columns, units: { time: 'd', value: magnitude ? 'mag' : 'e-/s' } };
}
const computed = (spec: BatchSpec, params: Record<string, unknown> = {}): Run => run(op, spec, checkParams(op, params));
const rowOf = (spec: BatchSpec, params: Record<string, unknown> = {}): Row => computed(spec, params).effect.results![0] as Row;

/** To a tolerance relative to the number itself, however small. */
function expectRelative(actual: number, expected: number, tolerance: number, what: string): void {
  expect(Math.abs(actual - expected), `${what}: ${actual} (must be ${expected})`).toBeLessThanOrEqual(tolerance * Math.abs(expected) + 1e-13);
}

describe('features of a light curve', () => {
  it.each(Object.keys(made.features))('%s: every one as numpy, scipy and the papers have it', (name) => {
    const row = rowOf(specOf(name));
    const expected = made.features[name]!;
    expect(Object.keys(row).sort()).toEqual([...Object.keys(expected), 'reason'].sort());
    for (const [feature, value] of Object.entries(expected)) expectRelative(row[feature] as number, value!, 1e-9, feature);
    expect(row['reason']).toBeUndefined();
  });

  it.each(made.stetson_pairs)('Stetson indices of $curve with pairs within $window', ({ curve, window, j, k, l }) => {
    const row = rowOf(specOf(curve), { pairWindow: window });
    expectRelative(row['stetson_j'] as number, j, 1e-9, 'J');
    expectRelative(row['stetson_k'] as number, k, 1e-9, 'K');
    expectRelative(row['stetson_l'] as number, l, 1e-9, 'L');
  });

  it('gives only the groups asked for', () => {
    expect(Object.keys(rowOf(specOf('few'), { groups: ['percentiles'] }))).toContain('q31');
    expect(Object.keys(rowOf(specOf('few'), { groups: ['percentiles'] }))).not.toContain('mean');
    expect(Object.keys(rowOf(specOf('few'), { groups: [] }))).toEqual(['reason']);
  });

  it('takes percentiles of magnitudes when told that fluxes are none', () => {
    const asFlux = rowOf(specOf('mag'), { values: 'flux' })['flux_percentile_ratio_mid50'];
    expect(asFlux).not.toBe(rowOf(specOf('mag'))['flux_percentile_ratio_mid50']);
    expect(rowOf(specOf('flux'), { values: 'magnitude' })['percent_amplitude']).not.toBe(rowOf(specOf('flux'))['percent_amplitude']);
  });
});

describe('why a feature is missing', () => {
  it('is said, feature by feature', () => {
    const noErrors = rowOf(specOf('mag', false));
    expect(noErrors['stetson_j']).toBeUndefined();
    expect(noErrors['reason']).toBe(
      'no errors: weighted_mean, weighted_mean_error, reduced_chi2, excess_variance, excess_variance_error, stetson_j, stetson_k, stetson_l, roms',
    );
    const two = rowOf({ columns: { time: [1, 2], value: [3, 5], error: [1, 1] } });
    expect(two['mean']).toBe(4);
    expect(two['reason']).toBe(
      'fewer than 3 points: skew, kurtosis, anderson_darling, con, autocorrelation_length, linear_trend_error; fewer than 4 points: small_kurtosis',
    );
    const flat = rowOf({ columns: { time: [1, 2, 3, 4], value: [0.1, 0.1, 0.1, 0.1], error: [1, 1, 1, 1] } });
    expect(flat['std']).toBe(0);
    expect(flat['beyond_1_std']).toBe(0);
    expect(flat['reason']).toMatch(/^all values are equal: flux_percentile_ratio_mid20, .*stetson_k.*eta/);
    const once = rowOf({ columns: { time: [7, 7, 7, 7], value: [1, 2, 4, 3], error: [1, 1, 1, 1] } });
    expect(once['reason']).toBe('all times are equal: eta_e, linear_trend, linear_trend_error, max_slope');
    const centred = rowOf({ columns: { time: [1, 2, 3], value: [-1, 0, 1], error: [1, 1, 1] } });
    expect(centred['reason']).toMatch(/divided by 0, or too large a number: mean_variance, percent_amplitude/);
    expect(rowOf({ columns: { time: [], value: [] } })['reason']).toMatch(/^no points: baseline, mean, /);
  });

  it('names nothing that has a value, and everything that has none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), fc.boolean(), fc.boolean(), (n, period, isFlat) => {
        const spec = lightCurve(n, n + 3);
        const columns = { ...spec.columns, ...(isFlat ? { value: new Array<number>(n).fill(2) } : {}) };
        const { reason, ...row } = rowOf({ columns }, { period, harmonics: 2 });
        const named = new Set(String(reason ?? '').split(/; |: |, /));
        for (const [name, value] of Object.entries(row)) expect(named.has(name), `${name} = ${value}: ${reason}`).toBe(value === undefined);
      }),
    );
  });
});

describe('the period of a light curve', () => {
  it.each(made.fourier)('Fourier series of $terms terms, weighted: $weighted', ({ terms, weighted, frequency, values }) => {
    const { time, value, error } = made.curves['mag']!;
    const good = [...value.keys()].filter((i) => value[i] !== null);
    const pick = (v: Numbers): Float64Array => Float64Array.from(good, (i) => v[i]!);
    const points = { times: pick(time), values: pick(value), errors: weighted ? pick(error) : undefined };
    const fit = drain(harmonicFitSteps(points, frequency, terms))!;
    for (let k = 1; k <= terms; k++) {
      expectClose(fit.amplitudes[k - 1], values[`amplitude_${k}`], 1e-9, `amplitude ${k}`);
      expectRelative(fit.amplitudeErrors[k - 1]!, values[`amplitude_${k}_error`]!, 1e-6, `its error`);
      if (k === 1) continue;
      expectClose(fit.ratios[k - 2], values[`r${k}1`], 1e-9, `R${k}1`);
      expectRelative(fit.ratioErrors[k - 2]!, values[`r${k}1_error`]!, 1e-6, 'its error');
      expectClose(fit.phases[k - 2], values[`phi${k}1`], 1e-9, `phi${k}1`);
      expectRelative(fit.phaseErrors[k - 2]!, values[`phi${k}1_error`]!, 1e-6, 'its error');
    }
  });

  it('is the best of the exact periodogram, with its false-alarm probability', () => {
    const { best, fourier } = made;
    const params = { period: true, minimumFrequency: 1, maximumFrequency: best.last, harmonics: 4 };
    const row = rowOf(specOf('mag'), params) as Record<string, number>;
    expectRelative(row['period']!, 1 / best.frequency, 1e-6, 'period');
    expectRelative(row['period_power']!, best.power, 1e-9, 'power');
    expectRelative(row['period_fap']!, best.fap, 1e-6, 'FAP');
    const { values } = fourier[0]!;
    expectRelative(row['period_error']!, values['period_error']!, 1e-3, 'error of the period');
    expectRelative(row['r21']!, values['r21']!, 1e-4, 'R21');
    expectRelative(row['psi_eta']!, values['psi_eta']!, 1e-9, 'psi_eta');
    expectRelative(row['psi_cs']!, values['psi_cs']!, 1e-9, 'psi_cs');
  });

  it('comes with its periodogram, and without one when it is not asked for', () => {
    const { series, results } = computed(specOf('mag'), { period: true, minimumFrequency: 1, maximumFrequency: 3 }).effect;
    const { period, period_power: power } = results![0] as Record<string, number>;
    expect(series!.map((s) => s.name)).toEqual(['periodogram']);
    expect(series![0]!.x.unit).toBe('1/d');
    expect(series![0]!.marks).toMatchObject([{ x: 1 / period!, y: power }]);
    expect(Math.max(...series![0]!.y.values)).toBeLessThanOrEqual(power! + 1e-9);
    expect(computed(specOf('mag')).effect.series).toBeUndefined();
  });

  it('says when it lies at the edge', () => {
    const { alerts } = computed(specOf('mag'), { period: true, minimumFrequency: 1.9, maximumFrequency: 1.95, frequencies: 2 });
    expect(alerts.map((a) => a.message).join()).toContain('edge');
    expect(() => rowOf(specOf('mag'), { period: true, minimumFrequency: 2, maximumFrequency: 1 })).toThrow(/invalid maximumFrequency/);
  });
});

/** A curve with values apart from each other, so that scaling makes and breaks no ties. */
const curve = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 5, maxLength: 60 }).map((values) => ({
  time: values.map((_, i) => 1.5 * i + ((i * i) % 7) / 10),
  value: values.map((v) => v / 16),
  error: values.map((_, i) => 0.5 + (i % 3) / 4),
}));

/** How a feature follows y → c y + s: by this power of c, or with the shift as well. */
const SCALED: Readonly<Record<string, number>> = {
  std: 1,
  mad: 1,
  amplitude: 1,
  amplitude_5_95: 1,
  amplitude_feets: 1,
  q31: 1,
  gskew: 1,
  linear_trend: 1,
  max_slope: 1,
};
const UNMOVED = [
  'skew',
  'kurtosis',
  'anderson_darling',
  'beyond_1_std',
  'eta',
  'eta_e',
  'con',
  'rcs',
  'autocorrelation_length',
  'stetson_k',
  'pair_slope_trend',
  'flux_percentile_ratio_mid50',
];
const MOVED = ['mean', 'median', 'min', 'max', 'weighted_mean'];

describe('what stays and what follows', () => {
  it('when values are scaled and shifted, with their errors', () => {
    fc.assert(
      fc.property(curve, fc.integer({ min: 1, max: 6 }), fc.integer({ min: -50, max: 50 }), (columns, power, shift) => {
        const c = 2 ** power;
        const before = rowOf({ columns }) as Record<string, number>;
        const after = rowOf({
          columns: { ...columns, value: columns.value.map((v) => c * v + shift), error: columns.error.map((e) => c * e) },
        }) as Record<string, number>;
        for (const name of UNMOVED) expectClose(after[name], before[name]!, 1e-9, name);
        for (const name of MOVED) expectClose(after[name], c * before[name]! + shift, 1e-9, name);
        for (const [name, p] of Object.entries(SCALED)) expectClose(after[name], c ** p * before[name]!, 1e-9, name);
      }),
    );
  });

  it('when the values are mirrored: skew turns, spread stays', () => {
    fc.assert(
      fc.property(curve, (columns) => {
        const before = rowOf({ columns }) as Record<string, number>;
        const after = rowOf({ columns: { ...columns, value: columns.value.map((v) => -v) } }) as Record<string, number>;
        for (const name of ['skew', 'gskew', 'linear_trend', 'pair_slope_trend']) expectClose(after[name], -before[name]!, 1e-9, name);
        for (const name of ['std', 'mad', 'amplitude', 'q31', 'eta', 'stetson_j', 'reduced_chi2'])
          expectClose(after[name], before[name]!, 1e-9, name);
      }),
    );
  });

  it('orders long runs of one time in pieces, its progress never falling', () => {
    const n = 300_000;
    const times = Float64Array.from({ length: n }, (_, i) => (i < 60_000 ? i >> 1 : 40_000));
    const values = Float64Array.from({ length: n }, (_, i) => (i * 7919) % 10_007);
    const work = orderTiesSteps({ times, values });
    const fractions: number[] = [];
    let step = work.next();
    for (; !step.done; step = work.next()) fractions.push(step.value.fraction);
    expect(fractions.length).toBeGreaterThan(2);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    const ordered = step.value.values;
    expect(ordered.subarray(60_000)).toEqual(values.slice(60_000).sort());
    expect(ordered.subarray(0, 2)).toEqual(values.slice(0, 2).sort());
  });

  it('whatever the order of points at the same time', () => {
    const time = [0, 1, 1, 1, 2, 3, 3, 5];
    const value = [4, 2, 8, 2, 5, 7, 1, 3];
    const error = [1, 2, 1, 3, 1, 1, 2, 1];
    const swap = [0, 3, 1, 2, 4, 6, 5, 7];
    const pick = (v: readonly number[]): number[] => swap.map((i) => v[i]!);
    const [one, other] = [
      rowOf({ columns: { time, value, error } }),
      rowOf({ columns: { time: pick(time), value: pick(value), error: pick(error) } }),
    ];
    expect(other).toEqual(one);
  });
});
