import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bayesianBlocksSteps } from '../../../src/core/numerics/bayesian-blocks';
import { drain } from '../../../src/core/numerics/steps';

/** The definition: dynamic programming over every beginning of the last block, with the full likelihood. */
function bestFitness(
  values: readonly number[],
  errors: readonly number[],
  penalty: number,
): { fitness: number; of(starts: ArrayLike<number>): number } {
  const block = (from: number, to: number): number => {
    const w = errors.slice(from, to).map((e) => 1 / (e * e));
    const total = w.reduce((a, b) => a + b, 0);
    const mean = w.reduce((a, b, i) => a + b * values[from + i]!, 0) / total;
    return -0.5 * w.reduce((a, b, i) => a + b * (values[from + i]! - mean) ** 2, 0) - penalty;
  };
  const best = [0];
  for (let to = 1; to <= values.length; to++) best.push(Math.max(...best.map((f, from) => f + block(from, to))));
  return {
    fitness: best[values.length]!,
    of: (starts) => Array.from({ length: starts.length - 1 }, (_, k) => block(starts[k]!, starts[k + 1]!)).reduce((a, b) => a + b, 0),
  };
}

const blocksOf = (values: readonly number[], errors: readonly number[], penalty: number, times?: readonly number[]): Int32Array =>
  drain(
    bayesianBlocksSteps(Float64Array.from(times ?? values.map((_, i) => i)), Float64Array.from(values), Float64Array.from(errors), values.length, {
      falseAlarm: 0.05,
      penalty,
    }),
  );

describe('Bayesian blocks', () => {
  it('finds the best of all divisions', () => {
    const point = fc.record({
      level: fc.constantFrom(0, 0, 0, 1, 5),
      noise: fc.double({ min: -1, max: 1, noNaN: true }),
      error: fc.double({ min: 0.05, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 40 }), fc.double({ min: 0, max: 9, noNaN: true }), (points, penalty) => {
        const values = points.map((p) => 1000 + p.level + p.noise * p.error);
        const errors = points.map((p) => p.error);
        const expected = bestFitness(values, errors, penalty);
        const starts = blocksOf(values, errors, penalty);
        expect(starts[0]).toBe(0);
        expect(starts.at(-1)).toBe(values.length);
        expect(expected.of(starts)).toBeCloseTo(expected.fitness, 6);
      }),
    );
  });

  it('keeps points of one time together', () => {
    const starts = blocksOf([0, 0, 0, 9, 9, 9], [0.1, 0.1, 0.1, 0.1, 0.1, 0.1], 1, [0, 1, 2, 2, 3, 4]);
    expect([...starts]).toEqual([0, 2, 4, 6]);
  });

  it('takes about as long a point for a constant as for a curve', () => {
    const n = 20_000;
    const curve = (f: (i: number) => number): number => {
      const values = Array.from({ length: n }, (_, i) => f(i) + ((i * 7919) % 101) / 101);
      const errors = new Array<number>(n).fill(0.3);
      blocksOf(values, errors, 9);
      const started = process.cpuUsage();
      blocksOf(values, errors, 9);
      const { user, system } = process.cpuUsage(started);
      return (user + system) / 1000;
    };
    // The quadratic search takes 300 ms and more.
    expect(
      Math.min(
        curve(() => 10),
        curve(() => 10),
      ),
    ).toBeLessThan(100);
    expect(
      Math.min(
        curve((i) => Math.sin(i / 900)),
        curve((i) => Math.sin(i / 900)),
      ),
    ).toBeLessThan(100);
  });
});
