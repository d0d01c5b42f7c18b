import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianOfFew } from '../../../src/core/numerics/curve/median-of-few';

const sortedMedian = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const k = sorted.length >> 1;
  return sorted.length % 2 ? sorted[k]! : (sorted[k - 1]! + sorted[k]!) / 2;
};

describe('the median of few', () => {
  it('is that of the sorted values, many of them equal', () => {
    const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })), {
      minLength: 1,
      maxLength: 70,
    });
    fc.assert(fc.property(values, (of) => medianOfFew(Float64Array.from(of), of.length) === sortedMedian(of)));
  });

  it('takes only the first n', () => {
    expect(medianOfFew(Float64Array.from([3, 1, 2, 100, 100]), 3)).toBe(2);
    expect(medianOfFew(new Float64Array(4), 0)).toBeNaN();
  });

  it('ends among missing values', () => {
    const values = new Float64Array(31).fill(NaN);
    expect(medianOfFew(values, 31)).toBeNaN();
  });
});
