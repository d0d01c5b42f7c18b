import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MiddleValues } from '../../../src/core/numerics/middle-values';
import { mean, median, std } from '../../../src/core/numerics/robust';

function both(values: readonly number[]): readonly [number, number] {
  const a = Float64Array.from(values);
  const centre = mean(a);
  return [new MiddleValues().first(a.slice(), a.length, centre, std(a, a.length, 0, centre)), median(a)];
}

describe('the median of what is left', () => {
  it('is the median at every stage of losing values at both ends, or says that it has to be found anew', () => {
    let found = 0;
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 50, maxLength: 400 }),
        fc.double({ min: 0.5, max: 4, noNaN: true }),
        (all, cut) => {
          const middles = new MiddleValues();
          const a = Float64Array.from(all);
          const centre = mean(a);
          middles.first(a.slice(), a.length, centre, std(a, a.length, 0, centre));
          let left = a;
          for (let bound = 5; bound > cut; bound -= 0.4) {
            const [low, high] = [-bound, 0.9 * bound];
            const under = left.filter((v) => v < low).length;
            left = left.filter((v) => v >= low && v <= high);
            const next = middles.next(left.length, under, low, high);
            if (next !== next) return;
            found++;
            expect(next + 0).toBe(median(left.slice()) + 0);
          }
        },
      ),
    );
    expect(found).toBeGreaterThan(50);
  });
});

describe('the median near the mean', () => {
  it('is the median, to the bit', () => {
    const number = fc.oneof(
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      fc.integer({ min: -3, max: 3 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 300, size: 'max' }), (values) => {
        const [near, true_] = both(values);
        // Zeros of either sign are equal.
        expect(near + 0).toBe(true_ + 0);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['two heaps, so that the median is one standard deviation away', [...new Array<number>(50).fill(0), ...new Array<number>(50).fill(1)]],
    ['one value more in one heap', [...new Array<number>(51).fill(0), ...new Array<number>(50).fill(1)]],
    ['one wild value', [...Array.from({ length: 99 }, (_, i) => i), 1e300]],
    ['a level of 2e6 with a structure of 1e-6', Array.from({ length: 101 }, (_, i) => 2e6 + 1e-6 * ((i * 37) % 101))],
    ['all equal', new Array<number>(64).fill(7.7)],
  ])('holds with %s', (_name, values) => {
    const [near, true_] = both(values);
    expect(near).toBe(true_);
  });
});
