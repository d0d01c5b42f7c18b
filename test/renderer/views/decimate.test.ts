import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerBound } from '../../../src/core/numerics/bounds';
import { decimate } from '../../../src/renderer/components/plot/decimate';

const curve = fc
  .array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: -1e3, max: 1e3, noNaN: true })), { minLength: 1, maxLength: 400 })
  .map((pairs) => {
    const x = Float64Array.from(pairs, (p) => p[0]).sort();
    return { x, y: Float64Array.from(pairs, (p) => p[1]) };
  });

describe('decimate', () => {
  it('keeps the lowest and the highest value of every pixel column, and its ends', () => {
    fc.assert(
      fc.property(curve, fc.integer({ min: 1, max: 40 }), ({ x, y }, columns) => {
        const columnOf = (v: number): number => v * columns;
        const out = decimate(x, y, 0, x.length, columnOf);
        const thin = new Map<number, number[]>();
        for (let k = 0; k < out.length; k += 2) {
          const c = Math.floor(columnOf(out[k]!));
          thin.set(c, [...(thin.get(c) ?? []), out[k + 1]!]);
        }
        const full = new Map<number, number[]>();
        for (let i = 0; i < x.length; i++) {
          const c = Math.floor(columnOf(x[i]!));
          full.set(c, [...(full.get(c) ?? []), y[i]!]);
        }
        expect([...thin.keys()]).toEqual([...full.keys()]);
        for (const [c, all] of full) {
          const kept = thin.get(c)!;
          expect(kept.length).toBeLessThanOrEqual(4);
          expect(Math.min(...kept)).toBe(Math.min(...all));
          expect(Math.max(...kept)).toBe(Math.max(...all));
          expect(kept[0]).toBe(all[0]);
          expect(kept.at(-1)).toBe(all.at(-1));
        }
      }),
    );
  });
  it('leaves few points as they are and breaks the curve at NaN', () => {
    const x = Float64Array.of(0, 1, 2, 3);
    expect([...decimate(x, Float64Array.of(5, 6, 7, 8), 0, 4, (v) => v * 10)]).toEqual([0, 5, 1, 6, 2, 7, 3, 8]);
    expect([...decimate(x, Float64Array.of(5, NaN, 7, 8), 0, 4, (v) => v * 10)]).toEqual([0, 5, NaN, NaN, 2, 7, 3, 8]);
  });
  it('is fast enough for a periodogram of two million frequencies', () => {
    const n = 2_000_000;
    const x = Float64Array.from({ length: n }, (_, i) => i);
    const y = x.map((v) => Math.sin(v * 1.7));
    const started = performance.now();
    const out = decimate(x, y, 0, n, (v) => (v / n) * 800);
    expect(out.length).toBeLessThanOrEqual(800 * 8);
    // A generous bound for a busy machine; the figure is in docs/adr/0003.
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('lowerBound', () => {
  it('is the number of smaller values', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: -1, max: 51 }), (list, v) => {
        const x = Float64Array.from(list).sort();
        expect(lowerBound(x, v)).toBe(list.filter((a) => a < v).length);
      }),
    );
  });
});
