import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drain } from '../../../src/core/numerics/steps';
import { thinCurveSteps } from '../../../src/core/numerics/thin-curve';

/** The lowest and the highest y in each of `columns` pixel columns of an axis. */
function silhouette(x: ArrayLike<number>, y: ArrayLike<number>, column: (x: number) => number): Map<number, readonly [number, number]> {
  const out = new Map<number, readonly [number, number]>();
  for (let i = 0; i < x.length; i++) {
    const c = Math.floor(column(x[i]!));
    const [low, high] = out.get(c) ?? [Infinity, -Infinity];
    out.set(c, [Math.min(low, y[i]!), Math.max(high, y[i]!)]);
  }
  return out;
}

const n = 400_000;
const x = Float64Array.from({ length: n }, (_, i) => 0.0005 * (i + 1));
const y = Float64Array.from({ length: n }, (_, i) => Math.abs(Math.sin(i * i * 0.37)) ** 3 + (i === 123_457 ? 4 : 0));
const kept = drain(thinCurveSteps(x, y, 1024));
const px = Float64Array.from(kept, (i) => x[i]!);
const py = Float64Array.from(kept, (i) => y[i]!);

describe('a thinned curve', () => {
  it('is small', () => {
    expect(kept.length).toBeLessThan(14 * 1024);
    expect(kept[0]).toBe(0);
    expect(kept.at(-1)).toBe(n - 1);
  });
  it('has the extremes of every pixel of a linear axis', () => {
    const column = (v: number): number => Math.min(1023, (1024 * (v - x[0]!)) / (x[n - 1]! - x[0]!));
    const [whole, thin] = [silhouette(x, y, column), silhouette(px, py, column)];
    const same = [...whole].filter(([c, [low, high]]) => thin.get(c)?.[0] === low && thin.get(c)?.[1] === high).length;
    // A point on an edge may count to the next column by rounding.
    expect(same).toBeGreaterThan(1020);
  });
  it('looks the same on a logarithmic axis and over the period', () => {
    const log = (v: number): number => (500 * Math.log(v / x[0]!)) / Math.log(x[n - 1]! / x[0]!);
    const period = (v: number): number => (400 * x[0]!) / v;
    for (const axis of [log, period]) {
      const [whole, thin] = [silhouette(x, y, axis), silhouette(px, py, axis)];
      expect(thin.size).toBe(whole.size);
      for (const [c, [low, high]] of whole) {
        const near = [c - 1, c, c + 1].flatMap((k) => thin.get(k) ?? []);
        expect(Math.max(...near)).toBeGreaterThanOrEqual(high);
        expect(Math.min(...near)).toBeLessThanOrEqual(low);
      }
    }
  });
  it('keeps the neighbours of the highest point', () => {
    const at = kept.indexOf(123_457);
    expect([kept[at - 1], kept[at + 1]]).toEqual([123_456, 123_458]);
  });
  it('keeps the highest and the lowest of any curve, and a gap', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noDefaultInfinity: true }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 20 }),
        (values, bins) => {
          const curve = Float64Array.from(values);
          const at = drain(thinCurveSteps(Float64Array.from(values.keys()), curve, bins));
          const finite = values.filter((v) => !Number.isNaN(v));
          const left = [...at].map((i) => curve[i]!);
          expect(left.some(Number.isNaN)).toBe(finite.length < values.length);
          if (finite.length === 0) return;
          expect(Math.max(...left.filter((v) => !Number.isNaN(v)))).toBe(Math.max(...finite));
          expect(Math.min(...left.filter((v) => !Number.isNaN(v)))).toBe(Math.min(...finite));
        },
      ),
    );
  });
  it('of no points has none', () => expect(drain(thinCurveSteps(new Float64Array(0), new Float64Array(0), 10))).toHaveLength(0));
});
