import { describe, expect, it } from 'vitest';
import { fftSteps } from '../../../src/core/numerics/fft';
import { type RidgeProblem, RidgeSystem } from '../../../src/core/numerics/least-squares';
import { clippedRidgeSteps } from '../../../src/core/numerics/clipped-ridge';
import { pchipSteps } from '../../../src/core/numerics/pchip';
import { drain } from '../../../src/core/numerics/steps';
import { checkParams } from '../../../src/core/operations/check-params';
import type { OperationDef } from '../../../src/core/operations/definition';
import { type BatchSpec, drive, makeBatch, makeContext } from '../../../src/core/operations/runner';
import cbv from '../../../src/core/operations/trends/cbv';
import decorrelate from '../../../src/core/operations/trends/decorrelate';
import ensemble from '../../../src/core/operations/trends/ensemble';
import { expectClose, golden, numbers } from '../../golden/load';

type Nums = readonly (number | null)[];
interface Golden {
  readonly pchip: { x: number[]; y: number[]; at: number[]; value: Nums; two: Nums; three: Nums };
  readonly fft: { re: number[]; im: number[]; outRe: number[]; outIm: number[] };
  readonly ridge: {
    columns: number[][];
    value: number[];
    weights: number[];
    fits: { alpha: number; sigma: number; fits: number; coefficients: number[]; constant: number }[];
  };
  readonly decorrelate: {
    time: Nums;
    value: Nums;
    error: Nums;
    x: Nums;
    temp: Nums;
    flagged: number[];
    fits: { order: number; alpha: number; errors: boolean; trend: Nums }[];
  };
  readonly cbv: {
    companion: Record<string, number[]>;
    shift: number;
    curve: Record<string, Nums>;
    fits: { align: string; alpha: number; vectors: number[]; trend: Nums; before: number; after: number; kept: number; over: number }[];
  };
  readonly ensemble: {
    columns: { object: string[]; band: string[]; time: Nums; value: Nums; error: number[] };
    flagged: number[];
    members: Record<string, string[]>;
    fits: { window: number; breakTolerance: number; fewest: number; apply: string; trend: Nums }[];
  };
}
const data = golden<Golden>('cotrend.json');

function run(def: OperationDef, spec: BatchSpec, params: Record<string, unknown>) {
  const batch = makeBatch({ ...spec, ordered: def.ordered });
  const context = makeContext();
  const effect = drive(def.kernel(batch, checkParams(def, params), context));
  const column = (name: string): Float64Array => {
    const values = effect.columns!.find((c) => c.name === name)!.values as Float64Array;
    const out = new Float64Array(values.length);
    values.forEach((v, i) => (out[batch.order[i]!] = v));
    return out;
  };
  return { effect, alerts: context.alerts, column };
}

function expectColumn(actual: Float64Array, expected: Nums, what: string, scale = 1): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((v, i) => expectClose(v / scale, expected[i] === null ? null : expected[i]! / scale, 1e-9, `${what}[${i}]`));
}

describe('numerics', () => {
  it('PCHIP is scipy’s', () => {
    const { x, y, at, value, two, three } = data.pchip;
    const curve = (n: number) => drain(pchipSteps(Float64Array.from(x), Float64Array.from(y), n, Float64Array.from(at)));
    expectColumn(curve(x.length), value, 'pchip');
    expectColumn(curve(2), two, 'two knots');
    expectColumn(curve(3), three, 'three knots');
  });

  it('the Fourier transform is numpy’s', () => {
    const [re, im] = [Float64Array.from(data.fft.re), Float64Array.from(data.fft.im)];
    drain(fftSteps(re, im));
    expectColumn(re, data.fft.outRe, 're');
    expectColumn(im, data.fft.outIm, 'im');
  });

  it.each(data.ridge.fits)('ridge with alpha $alpha, $fits fits is scikit-learn’s', ({ alpha, sigma, fits, coefficients, constant }) => {
    const columns = data.ridge.columns.map((c) => Float64Array.from(c));
    const problem = {
      columns,
      values: Float64Array.from(data.ridge.value),
      weights: Float64Array.from(data.ridge.weights),
      precision: columns.map(() => alpha),
    };
    const { fit } = drain(clippedRidgeSteps(problem, sigma, fits));
    coefficients.forEach((b, k) => expect(Math.abs(fit.coefficients[k]! - b), `b${k}`).toBeLessThanOrEqual(1e-9 * Math.abs(b)));
    expect(Math.abs(fit.constant - constant)).toBeLessThanOrEqual(1e-9 * Math.abs(constant));
    expect(fit.dropped).toEqual([]);
  });

  it('leaves out columns that do not vary or repeat others, and says which', () => {
    const x = Float64Array.from({ length: 50 }, (_, i) => Math.sin(i));
    const columns = [x, new Float64Array(50).fill(-0.011701627), x.map((v) => 3 * v - 1)];
    const values = x.map((v) => 5 + 2 * v);
    const problem = { columns, values, weights: new Float64Array(50).fill(1), precision: [0, 0, 0] };
    const ridge = (given: RidgeProblem) => drain(drain(RidgeSystem.prepareSteps(given)).fitSteps(given.values));
    const fit = ridge(problem);
    expect(fit.dropped).toEqual([1, 2]);
    expectColumn(fit.coefficients, [2, 0, 0], 'b');
    // A prior shares the weight between twins instead.
    expect(ridge({ ...problem, precision: [1, 1, 1] }).dropped).toEqual([]);
  });
});

describe('decorrelation', () => {
  const { fits, flagged, error, ...columns } = data.decorrelate;
  it.each(fits)('of order $order, alpha $alpha, errors $errors is scikit-learn’s', ({ order, alpha, errors, trend }) => {
    const spec: BatchSpec = {
      columns: {
        time: numbers(columns.time),
        value: numbers(columns.value),
        x: numbers(columns.x),
        temp: numbers(columns.temp),
        error: numbers(error),
      },
      roles: { time: 'time', value: 'value', ...(errors ? { error: 'error' } : {}) },
      flagged,
    };
    const done = run(decorrelate as never, spec, { columns: ['x', 'temp'], order, alpha });
    expectColumn(done.column('value_trend'), trend, 'trend');
    const detrended = done.column('value_detrended');
    const before = numbers(columns.value);
    detrended.forEach((v, i) => expect(v).toEqual(before[i]! - done.column('value_trend')[i]!));
  });

  it('refuses to take a value out of itself, and no columns at all', () => {
    const spec: BatchSpec = { columns: { time: [1, 2], value: [1, 2] } };
    expect(() => run(decorrelate as never, spec, { columns: ['value'] })).toThrow(/invalid columns: value/);
    expect(() => run(decorrelate as never, spec, {})).toThrow(/must name at least one/);
  });
});

describe('co-trending', () => {
  const { companion, curve, shift, fits } = data.cbv;
  const spec: BatchSpec = {
    columns: Object.fromEntries(Object.entries(curve).map(([name, values]) => [name, numbers(values)])),
    units: { time: 'd' },
    table: { timeOrigin: 2400000.5 - shift },
    companion: [{ name: 'CBV', columns: companion, table: { timeOrigin: 2400000.5 } }],
  };

  it.each(fits)('by $align with alpha $alpha agrees with the reference', ({ align, alpha, vectors, trend, before, after, kept, over }) => {
    const done = run(cbv as never, spec, { align, alpha, vectors });
    // Relative to the flux: the trend passes through 0.
    expectColumn(done.column('value_trend'), trend, 'trend', 1000);
    const [result] = done.effect.results!;
    expectClose(result!['systematics_before'] as number, before, 1e-9, 'before');
    expectClose(result!['systematics_after'] as number, after, 1e-7, 'after');
    expectClose(result!['transit_kept'] as number, kept, 1e-9, 'kept');
    expectClose(result!['overfit_score'] as number, over, 1e-9, 'over');
    expect(result!['aligned_by']).toBe(align);
  });

  it('prefers cadence numbers, but not between long and short cadence', () => {
    expect(run(cbv as never, spec, {}).effect.results![0]!['aligned_by']).toBe('cadence');
    const mode = (value: string) => [{ key: 'OBSMODE', value }];
    const short: BatchSpec = {
      ...spec,
      table: { ...spec.table, header: mode('short cadence') },
      companion: [{ name: 'CBV', columns: companion, table: { timeOrigin: 2400000.5, header: mode('long cadence') } }],
    };
    expect(run(cbv as never, short, {}).effect.results![0]!['aligned_by']).toBe('time');
  });

  it('does not align by row: a table of vectors in another order gives the same', () => {
    const turned = Object.fromEntries(Object.entries(companion).map(([name, values]) => [name, [...values].reverse()]));
    for (const align of ['cadence', 'time']) {
      const there = run(cbv as never, { ...spec, companion: [{ name: 'CBV', columns: turned, table: { timeOrigin: 2400000.5 } }] }, { align });
      expect([...there.column('value_detrended')]).toEqual([...run(cbv as never, spec, { align }).column('value_detrended')]);
    }
  });

  it('divides by the model and keeps the level when asked', () => {
    const divided = run(cbv as never, spec, { vectors: 3, apply: 'divide' });
    const kept = run(cbv as never, spec, { vectors: 3, apply: 'divide-keep-level' });
    const finite = [...divided.column('value_detrended')].filter((v) => v === v).sort((a, b) => a - b);
    expect(finite[finite.length >> 1]).toBeCloseTo(1, 3);
    const level = kept.column('value_detrended')[50]! / divided.column('value_detrended')[50]!;
    expect(level).toBeGreaterThan(49_000);
    expect(level).toBeLessThan(51_000);
  });

  it('says what is wrong with the vectors asked for', () => {
    expect(() => run(cbv as never, spec, { vectors: [1, 9] })).toThrow(/invalid vectors: 9/);
    expect(run(cbv as never, spec, { vectors: 8 }).alerts.map((a) => a.message)).toContain('CBV has 6 vectors: all of them are used');
    expect(() => run(cbv as never, { ...spec, companion: undefined }, {})).toThrow(/no basis vectors/);
  });
});

describe('ensemble', () => {
  const { columns, flagged, members, fits } = data.ensemble;
  const spec: BatchSpec = { columns: { ...columns, time: numbers(columns.time), value: numbers(columns.value) }, flagged };

  it.each(fits)('with window $window, break $breakTolerance, $apply agrees with the loops of the reference', ({ trend, ...params }) => {
    const done = run(ensemble as never, spec, { ...params, fraction: 0.5 });
    expectColumn(done.column('value_trend'), trend, 'trend');
    for (const row of done.effect.results!)
      expect(row['member'], `${String(row['object'])} ${String(row['band'])}`).toBe(
        members[row['band'] as string]!.includes(row['object'] as string),
      );
    if (params.window > 0) return;
    const quiet = done.effect.results!.filter((r) => Number(String(r['object']).slice(1)) < 7);
    for (const r of quiet) expect(r['scatter_after']).toBeLessThan(0.3 * (r['scatter_before'] as number));
  });

  it('leaves the star itself out: its own outburst is not in its trend', () => {
    const stars = [0, 1, 2, 3].flatMap((star) => [0, 1, 2, 3, 4, 5, 6].map((t) => ({ star, t, v: 10 + star + (star === 1 && t === 3 ? 5 : 0) })));
    const outburst: BatchSpec = { columns: { time: stars.map((r) => r.t), value: stars.map((r) => r.v), object: stars.map((r) => `s${r.star}`) } };
    for (const choice of [
      { members: 'all' },
      { members: 'listed', objects: ['s0', 's1', 's2', 's3'] },
      { members: 'expression', expression: 'value > 0' },
    ]) {
      const done = run(ensemble as never, outburst, { fewest: 1, ...choice });
      stars.forEach((r, i) => expect(done.column('value_trend')[i], `star ${r.star} at ${r.t}`).toBeCloseTo(0, 12));
    }
  });

  it('has no trend where nobody else was observed, and says so', () => {
    const alone: BatchSpec = { columns: { time: [1, 2, 3], value: [1, 2, 3], object: ['a', 'a', 'a'] } };
    const done = run(ensemble as never, alone, { members: 'all', fewest: 1 });
    expect([...done.column('value_trend')]).toEqual([NaN, NaN, NaN]);
    expect(done.alerts.map((a) => a.message)).toContain('the ensemble has fewer than two stars: there is nobody to compare with');
    expect(() => run(ensemble as never, alone, { members: 'listed' })).toThrow(/invalid objects: none/);
    const listed = run(ensemble as never, alone, { members: 'listed', objects: ['zz'] });
    expect(listed.alerts.map((a) => a.message)).toContain('not in this table: zz');
  });
});
