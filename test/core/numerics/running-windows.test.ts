import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { movingAverageSteps } from '../../../src/core/numerics/moving-average';
import { movingMedianSteps } from '../../../src/core/numerics/moving-median';
import { ValueRanks } from '../../../src/core/numerics/rank-values';
import { RankedWindow } from '../../../src/core/numerics/ranked-window';
import { runningBiweightSteps } from '../../../src/core/numerics/running-biweight';
import { SortedWindow } from '../../../src/core/numerics/sorted-window';
import { drain } from '../../../src/core/numerics/steps';
import { fitPointsSteps } from '../../../src/core/numerics/time-segments';
import { seededRandom } from '../../../src/core/operations/runner';

const all = (n: number): Uint8Array => new Uint8Array(n).fill(1);

function medianOf(values: readonly number[]): number {
  const s = [...values].sort((a, b) => a - b);
  const k = s.length >> 1;
  return s.length === 0 ? NaN : s.length % 2 ? s[k]! : (s[k - 1]! + s[k]!) / 2;
}

/** The definition: the plain iteration from the median, to its end. */
function biweightOf(values: readonly number[], cval: number): number {
  const middle = medianOf(values);
  const reach = cval * medianOf(values.map((v) => Math.abs(v - middle)));
  if (!(reach > 0)) return middle;
  let centre = middle;
  for (let k = 0; k < 20_000; k++) {
    let sum = 0;
    let weights = 0;
    for (const v of values) {
      const u = (v - centre) / reach;
      if (Math.abs(u) >= 1) continue;
      sum += (v - centre) * (1 - u * u) ** 2;
      weights += (1 - u * u) ** 2;
    }
    if (weights === 0) return centre;
    centre += sum / weights;
    if (Math.abs(sum / weights) < 1e-15 * reach) break;
  }
  return centre;
}

/** Values of many kinds: tight clusters far apart, ties, outliers, huge and tiny numbers. */
const wild = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: -1, max: 1, noNaN: true }) },
  { weight: 2, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 50 }).map((k) => 1000 + k * 1e-9) },
  { weight: 1, arbitrary: fc.constantFrom(1e300, -1e300, 1e-300, 0, -0, 1e20) },
);

describe('ranks of values', () => {
  it('are those of a stable sort', () => {
    fc.assert(
      fc.property(fc.array(wild, { minLength: 1, maxLength: 300 }), (list) => {
        const ranks = new ValueRanks(list.length);
        ranks.update(Float64Array.from(list), 0, list.length);
        const sorted = [...list].sort((a, b) => a - b);
        expect([...ranks.sorted].every((v, k) => v === sorted[k])).toBe(true);
        list.forEach((v, i) => expect(sorted[ranks.rank[i]!] === v).toBe(true));
        expect(new Set(ranks.rank).size).toBe(list.length);
      }),
    );
  });

  it('are right where the upper bits tell nothing apart', () => {
    const random = seededRandom(3);
    const n = 4000;
    // The level is among the zeros: the others differ from each other by less than their keys can show.
    const values = Float64Array.from({ length: n }, (_, i) => (i === n / 2 ? 0 : 1 + 1e-9 * random()));
    const ranks = new ValueRanks(n);
    ranks.update(values, 0, n);
    expect([...ranks.sorted]).toEqual([...values].sort((a, b) => a - b));
  });
});

/** Windows whose ends only move forward. */
const windows = fc.array(fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 6 })), { maxLength: 80 });

describe('running windows agree with their definition', () => {
  it('median by ranks, whatever the moves', () => {
    fc.assert(
      fc.property(fc.array(wild, { minLength: 1, maxLength: 200 }), windows, (list, moves) => {
        const window = new RankedWindow(Float64Array.from(list), list.length, list.length);
        let from = 0;
        let to = 0;
        for (const [drop, add] of moves) {
          from = Math.min(list.length, from + drop);
          to = Math.min(list.length, Math.max(from, to + add));
          const expected = medianOf(list.slice(from, to));
          const found = window.median(from, to);
          expect(found === expected || (found !== found && expected !== expected)).toBe(true);
        }
      }),
    );
  });

  it('median over many ranked pieces', () => {
    const random = seededRandom(8);
    const n = 20_000;
    const time = Float64Array.from({ length: n }, (_, i) => i + 0.5 * random());
    const value = time.map((t) => 1e4 + Math.sin(t / 100) + random());
    const points = drain(fitPointsSteps(time, value, all(n), Infinity));
    for (const window of [7, 101, 2400]) {
      const trend = drain(movingMedianSteps(time, points, window));
      for (let i = 0; i < n; i += 997) {
        const held = [...value.subarray(Math.max(0, i - window), i + window)].filter(
          (_, j) => Math.abs(time[Math.max(0, i - window) + j]! - time[i]!) <= (window / 2) * (1 + 1e-6),
        );
        expect(trend[i]).toBe(medianOf(held));
      }
    }
  });

  it('sorted window, replacing', () => {
    fc.assert(
      fc.property(fc.array(wild, { minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 150 }), (list, size) => {
        const window = new SortedWindow(size);
        list.forEach((v, i) => {
          if (i < size) window.push(v);
          else window.replace(v);
          const held = list.slice(Math.max(0, i + 1 - size), i + 1).sort((a, b) => a - b);
          expect(held.every((x, k) => x === window.sorted[k])).toBe(true);
        });
      }),
    );
  });

  const series = fc.record({
    steps: fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), wild), { minLength: 1, maxLength: 120 }),
    window: fc.constantFrom(3, 10, 40, 1000),
    cval: fc.constantFrom(0.5, 2, 5, 9),
  });

  it('biweight: a warm start and Newton end in the fixed point of the plain iteration', () => {
    fc.assert(
      fc.property(series, ({ steps, window, cval }) => {
        let now = 0;
        const time = Float64Array.from(steps, ([dt]) => (now += dt / 8));
        const value = Float64Array.from(steps, ([, v]) => v);
        const points = drain(fitPointsSteps(time, value, all(time.length), Infinity));
        const trend = drain(runningBiweightSteps(time, points, window, cval));
        for (let i = 0; i < time.length; i += 5) {
          const held = [...value].filter((_, j) => Math.abs(time[j]! - time[i]!) <= (window / 2) * (1 + 1e-6));
          const middle = medianOf(held);
          const mad = medianOf(held.map((v) => Math.abs(v - middle)));
          const expected = biweightOf(held, cval);
          expect(Math.abs(trend[i]! - expected), `row ${i}: ${trend[i]} (must be ${expected})`).toBeLessThanOrEqual(
            1e-9 * mad + 1e-12 * Math.abs(expected),
          );
        }
      }),
      { numRuns: 400 },
    );
  });

  it('biweight: two levels in a window', () => {
    const random = seededRandom(21);
    const n = 400;
    const time = Float64Array.from({ length: n }, (_, i) => i);
    for (const step of [1, 3, 5, 8]) {
      const value = time.map((t) => (t > 200 ? step : 0) + random() + random() - 1);
      const points = drain(fitPointsSteps(time, value, all(n), Infinity));
      const trend = drain(runningBiweightSteps(time, points, 60, 5));
      for (let i = 160; i < 240; i++) {
        const held = [...value].filter((_, j) => Math.abs(j - i) <= 30);
        expect(Math.abs(trend[i]! - biweightOf(held, 5)), `step ${step}, row ${i}`).toBeLessThan(1e-9);
      }
    }
  });

  it('mean: an outlier that has left leaves no trace', () => {
    const n = 3000;
    const random = seededRandom(5);
    const time = Float64Array.from({ length: n }, (_, i) => i);
    const value = time.map(() => 1000 + random());
    value[500] = 1e20;
    const points = drain(fitPointsSteps(time, value, all(n), Infinity));
    const trend = drain(movingAverageSteps(time, points, 100));
    for (const i of [100, 449, 551, 600, 2000, 2999]) {
      const held = [...value].filter((_, j) => Math.abs(j - i) <= 50);
      const expected = held.reduce((s, v) => s + v, 0) / held.length;
      expect(Math.abs(trend[i]! / expected - 1), `row ${i}`).toBeLessThan(1e-13);
    }
    expect(trend[500]! / 1e20).toBeCloseTo(1 / 101, 10);
  });
});
