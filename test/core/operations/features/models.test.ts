import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DampedRandomWalk } from '../../../../src/core/numerics/damped-random-walk';
import { StructureLikelihood } from '../../../../src/core/numerics/fit-structure-function';
import { drain } from '../../../../src/core/numerics/steps';
import { curvePairsSteps } from '../../../../src/core/numerics/structure-function';
import { checkParams } from '../../../../src/core/operations/check-params';
import { operations } from '../../../../src/core/operations/registry';
import { type BatchSpec, seededRandom } from '../../../../src/core/operations/runner';
import { type Run, run } from '../../../conformance/harness';
import { golden, numbers } from '../../../golden/load';

type Numbers = (number | null)[];
type Row = Record<string, number | string | undefined>;
interface Golden {
  readonly walks: Readonly<Record<string, { readonly time: Numbers; readonly value: Numbers; readonly error: Numbers }>>;
  readonly damped_random_walk: readonly (Readonly<Record<string, number>> & {
    readonly curve: string;
    readonly at: readonly { log_sigma: number; log_tau: number; value: number; mean: number }[];
  })[];
  readonly structure_function: readonly (Readonly<Record<string, number>> & {
    readonly curve: string;
    readonly prior: string;
    readonly at: readonly { log_a: number; gamma: number; value: number }[];
    readonly lag: number[];
    readonly structure: number[];
  })[];
}
const made = golden<Golden>('features.json');
const walkOp = operations.get('features.damped-random-walk')!;
const structureOp = operations.get('features.structure-function')!;

function columnsOf(name: string): { time: Float64Array; value: Float64Array; error: Float64Array } {
  const { time, value, error } = made.walks[name]!;
  return { time: numbers(time), value: numbers(value), error: numbers(error) };
}
function pointsOf(name: string): { times: Float64Array; values: Float64Array; errors: Float64Array } {
  const { time, value, error } = columnsOf(name);
  return { times: time, values: value, errors: error };
}
const walkRun = (spec: BatchSpec): Run => run(walkOp, spec, checkParams(walkOp, {}));
const structureRun = (spec: BatchSpec, params: Record<string, unknown> = {}): Run => run(structureOp, spec, checkParams(structureOp, params));
const rowOf = (made: Run): Row => made.effect.results![0] as Row;

function expectRelative(actual: unknown, expected: number, tolerance: number, what: string): void {
  expect(Math.abs((actual as number) - expected), `${what}: ${String(actual)} (must be ${expected})`).toBeLessThanOrEqual(
    tolerance * Math.abs(expected),
  );
}

/** A damped random walk at uneven times, from its recursion. */
function walk(
  n: number,
  sigma: number,
  tau: number,
  step: number,
  noise: number,
  seed: number,
): { time: number[]; value: number[]; error: number[] } {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const [time, value] = [[0], [0]] as [number[], number[]];
  let state = sigma * normal();
  value[0] = state + noise * normal();
  for (let i = 1; i < n; i++) {
    time.push(time[i - 1]! + step * (0.3 + 1.4 * random()));
    const a = Math.exp(-(time[i]! - time[i - 1]!) / tau);
    state = a * state + sigma * Math.sqrt(1 - a * a) * normal();
    value.push(state + noise * normal());
  }
  return { time, value, error: time.map(() => noise) };
}

describe('damped random walk', () => {
  it.each(made.damped_random_walk)('$curve: the likelihood of the dense Gaussian process', ({ curve, at }) => {
    const process = new DampedRandomWalk(pointsOf(curve));
    for (const { log_sigma, log_tau, value, mean } of at) {
      const found = drain(process.likelihoodSteps(log_sigma, log_tau));
      expectRelative(found.value, value, 1e-9, 'ln L');
      expectRelative(found.mean, mean, 1e-9, 'mean');
    }
  });

  it.each(made.damped_random_walk)('$curve: gradient as differences have it', ({ curve, at }) => {
    const process = new DampedRandomWalk(pointsOf(curve));
    const f = (s: number, t: number): number => drain(process.likelihoodSteps(s, t)).value;
    for (const { log_sigma: s, log_tau: t } of at) {
      const { gradient } = drain(process.likelihoodSteps(s, t));
      const h = 1e-4;
      expect(gradient[0]).toBeCloseTo((f(s + h, t) - f(s - h, t)) / (2 * h), 4);
      expect(gradient[1]).toBeCloseTo((f(s, t + h) - f(s, t - h)) / (2 * h), 4);
    }
  });

  it.each(made.damped_random_walk)('$curve: the best fit and its errors', ({ curve, at: _, ...expected }) => {
    const row = rowOf(walkRun({ columns: columnsOf(curve) }));
    for (const key of ['sigma', 'tau'] as const) expectRelative(row[key], expected[key]!, 1e-6, key);
    for (const key of ['mean', 'log_likelihood', 'mean_error', 'delta_log_likelihood', 'q'] as const)
      expectRelative(row[key], expected[key]!, 1e-6, key);
    for (const key of ['sigma_error', 'tau_error'] as const) expectRelative(row[key], expected[key]!, 1e-4, key);
    expect(row['reason']).toBeUndefined();
  });

  it('draws the structure function of the fit', () => {
    const { effect } = walkRun({ columns: columnsOf('quasar'), units: { time: 'd', value: 'mag' } });
    const [curve] = effect.series!;
    const { sigma, tau } = effect.results![0] as { sigma: number; tau: number };
    expect(curve!.x.unit).toBe('d');
    expectRelative(curve!.y.values.at(-1), Math.SQRT2 * sigma, 1e-4, 'after a long time');
    expect(curve!.marks![0]!.x).toBe(tau);
    curve!.x.values.forEach((lag, k) => expectRelative(curve!.y.values[k]! ** 2, 2 * sigma ** 2 * (1 - Math.exp(-lag / tau)), 1e-9, `at ${lag}`));
    expect(walkRun({ columns: { time: [1], value: [1], error: [1] } }).effect.series).toEqual([]);
  });

  it('finds σ and τ of long made-up light curves within the errors it gives', () => {
    for (const [k, tau] of [2, 10, 40].entries()) {
      const row = rowOf(walkRun({ columns: walk(3000, 0.3, tau, 1, 0.02, 5 + k) })) as Record<string, number>;
      expect(Math.abs(row['tau']! - tau) / row['tau_error']!).toBeLessThan(3.5);
      expect(Math.abs(row['sigma']! - 0.3) / row['sigma_error']!).toBeLessThan(3.5);
      expect(row['tau_error']! / tau).toBeLessThan(0.5);
    }
  });

  it('scales with value and time, and does not see a shift', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: -3, max: 3 }), fc.integer({ min: -2, max: 4 }), (seed, p, r) => {
        const [c, s] = [2 ** p, 2 ** r];
        const columns = walk(60, 1, 8, 1, 0.1, seed);
        const before = rowOf(walkRun({ columns })) as Record<string, number>;
        const moved = {
          time: columns.time.map((t) => s * t + 1000),
          value: columns.value.map((v) => c * v + 40),
          error: columns.error.map((e) => c * e),
        };
        const after = rowOf(walkRun({ columns: moved })) as Record<string, number>;
        expect(after['reason']).toBe(before['reason']);
        if (before['reason'] !== undefined) return;
        expectRelative(after['sigma'], c * before['sigma']!, 1e-5, 'sigma');
        expectRelative(after['tau'], s * before['tau']!, 1e-5, 'tau');
        expect(Math.abs(after['delta_log_likelihood']! - before['delta_log_likelihood']!)).toBeLessThan(1e-5);
      }),
      { numRuns: 25 },
    );
  });

  it('says when there is nothing to fit', () => {
    const noise = walk(200, 1e-9, 1, 1, 0.1, 3);
    expect(rowOf(walkRun({ columns: { ...noise, error: noise.error.map((e) => 1.5 * e) } }))['reason']).toBe('no variance beyond the errors');
    const white = [1, 2, 3, 4, 5, 6].map((seed) => rowOf(walkRun({ columns: walk(200, 1, 1e-6, 1, 0.1, seed) })));
    const isShort = (row: Row): boolean => row['reason'] === 'tau shorter than a tenth of the usual step: white noise';
    expect(white.filter(isShort).length).toBeGreaterThan(1);
    for (const row of white) {
      if (isShort(row)) expect([row['sigma'], row['tau'], row['log_likelihood']]).toEqual([undefined, undefined, undefined]);
      else expect(row['delta_log_likelihood'] as number).toBeLessThan(6);
    }
    const line = Array.from({ length: 60 }, (_, i) => i);
    const ramp = rowOf(walkRun({ columns: { time: line, value: line, error: line.map(() => 0.1) } }));
    expect(ramp['reason']).toBe('tau longer than ten baselines: a random walk without an end');
    const short = walkRun({ columns: walk(150, 1, 40, 1, 0.05, 6) });
    expect(rowOf(short)['tau_over_baseline'] as number).toBeGreaterThan(0.1);
    expect(short.alerts.map((a) => a.message)).toContain('tau is longer than a tenth of the baseline: it is biased');
  });
});

describe('structure function', () => {
  it.each(made.structure_function.filter((c) => c.prior === 'flat'))('$curve: the likelihood over the pairs', ({ curve, pivot, at, pairs }) => {
    const found = drain(curvePairsSteps(pointsOf(curve), 1e6, () => 0));
    expect(found.logLag.length).toBe(pairs);
    const likelihood = new StructureLikelihood(found, Math.log(pivot!));
    for (const { log_a, gamma, value } of at) {
      const f = (a: number, g: number): number => drain(likelihood.surfaceSteps([a, g])).value;
      const here = drain(likelihood.surfaceSteps([log_a, gamma]));
      expectRelative(here.value, value, 1e-9, 'ln L');
      const h = 1e-4;
      const gradientA = (a: number, g: number): number => drain(likelihood.surfaceSteps([a, g])).gradient[0];
      const gradientG = (a: number, g: number): number => drain(likelihood.surfaceSteps([a, g])).gradient[1];
      expectRelative(here.gradient[0], (f(log_a + h, gamma) - f(log_a - h, gamma)) / (2 * h), 1e-5, 'by ln A');
      expectRelative(here.gradient[1], (f(log_a, gamma + h) - f(log_a, gamma - h)) / (2 * h), 1e-5, 'by gamma');
      expectRelative(here.hessian[0], (gradientA(log_a + h, gamma) - gradientA(log_a - h, gamma)) / (2 * h), 1e-5, 'by ln A twice');
      expectRelative(here.hessian[1], (gradientA(log_a, gamma + h) - gradientA(log_a, gamma - h)) / (2 * h), 1e-5, 'by both');
      expectRelative(here.hessian[2], (gradientG(log_a, gamma + h) - gradientG(log_a, gamma - h)) / (2 * h), 1e-5, 'by gamma twice');
    }
  });

  it.each(made.structure_function)(
    '$curve, $prior prior: the best fit, its errors and the bins',
    ({ curve, prior, pivot, at: _, lag, structure, ...expected }) => {
      const result = structureRun({ columns: columnsOf(curve), units: { time: 'd' } }, { prior, ...(pivot === 365.25 ? {} : { pivot }) });
      const row = rowOf(result);
      for (const key of ['A', 'gamma', 'log_likelihood', 'delta_log_likelihood'] as const)
        expectRelative(row[key], expected[key] as number, 1e-6, key);
      for (const key of ['A_error', 'gamma_error'] as const) expectRelative(row[key], expected[key] as number, 1e-4, key);
      const [binned, law] = result.effect.series!;
      lag.forEach((x, k) => {
        expectRelative(binned!.x.values[k], x, 1e-9, `lag ${k}`);
        expect(binned!.y.values[k]).toBeCloseTo(structure[k]!, 9);
        expectRelative(law!.y.values[k], (row['A'] as number) * (x / pivot!) ** (row['gamma'] as number), 1e-9, `law ${k}`);
      });
    },
  );

  it('knows white noise and a random walk by their slopes', () => {
    const flat = rowOf(structureRun({ columns: walk(300, 1, 1e-6, 1, 0.05, 8), units: { time: 'd' } }, { pivot: 30 }));
    expect(Math.abs(flat['gamma'] as number)).toBeLessThan(0.03);
    expect(flat['A']).toBeCloseTo(Math.SQRT2, 0);
    // A finite random walk looks a little flatter than 0.5: the long times hold few independent steps.
    const seeds = Array.from({ length: 12 }, (_, k) => k + 1);
    const slopes = seeds.map((seed) => {
      const random = structureRun({ columns: walk(150, 30, 1e5, 1, 0.01, seed), units: { time: 'd' } }, { pivot: 30 });
      return rowOf(random)['gamma'] as number;
    });
    expect(Math.min(...slopes)).toBeGreaterThan(0.1);
    expect(slopes.reduce((a, b) => a + b, 0) / slopes.length).toBeGreaterThan(0.3);
    expect(slopes.reduce((a, b) => a + b, 0) / slopes.length).toBeLessThan(0.55);
  });

  it('draws pairs when there are too many, and says so', () => {
    const columns = walk(400, 1, 20, 1, 0.1, 9);
    const all = structureRun({ columns, units: { time: 'd' } });
    const some = structureRun({ columns, units: { time: 'd' } }, { maxPairs: 20_000 });
    expect(rowOf(all)['pairs']).toBe((400 * 399) / 2);
    expect(rowOf(some)['pairs']).toBe(20_000);
    expect(all.alerts).toEqual([]);
    expect(some.alerts.map((a) => a.message)).toEqual(['more than 20000 pairs of points: so many are drawn at random']);
    expectRelative(rowOf(some)['A'], rowOf(all)['A'] as number, 0.1, 'A');
  });

  it('takes a year in the unit of the time, and says when it must guess', () => {
    const columns = walk(60, 1, 20, 1, 0.1, 9);
    const days = rowOf(structureRun({ columns, units: { time: 'd' } }));
    const seconds = rowOf(structureRun({ columns: { ...columns, time: columns.time.map((t) => 86400 * t) }, units: { time: 's' } }));
    expectRelative(seconds['A'], days['A'] as number, 1e-6, 'A');
    const unknown = structureRun({ columns });
    expect(unknown.alerts[0]!.message).toContain('days are assumed');
    expectRelative(rowOf(unknown)['A'], days['A'] as number, 1e-9, 'A');
  });

  it('says when there is no variance', () => {
    const noise = walk(60, 1e-9, 1, 1, 0.1, 3);
    const row = rowOf(structureRun({ columns: { ...noise, error: noise.error.map((e) => 2 * e) }, units: { time: 'd' } }));
    expect(row['reason']).toBe('no variance beyond the errors');
    expect(row['A']).toBeUndefined();
  });
});
