import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, std } from '../../../src/core/numerics/robust';
import { clipShort } from '../../../src/core/numerics/short-clip';

interface Plain {
  readonly low: number;
  readonly high: number;
  readonly iterations: number;
}

/** The definition, word for word. */
function plain(values: readonly number[], use: readonly number[], lower: number, upper: number, most: number): Plain {
  let left = Float64Array.from(values.filter((v, i) => use[i] === 1 && Number.isFinite(v)));
  let [low, high, iterations] = [NaN, NaN, 0];
  while (left.length > 0 && iterations < most) {
    const center = median(left.slice());
    const spread = std(left);
    low = lower === Infinity ? -Infinity : center - lower * spread;
    high = upper === Infinity ? Infinity : center + upper * spread;
    iterations++;
    const next = left.filter((v) => v >= low && v <= high);
    if (next.length === left.length) break;
    left = next;
  }
  return { low, high, iterations };
}

const usual = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 1e-9, max: 1, noNaN: true }));
/** A light curve: noise, wild values on either side, heaps of equal values, missing ones. */
const curve = fc
  .array(
    fc.oneof(
      { weight: 30, arbitrary: usual.map(([u, v]) => 10 + Math.sqrt(-2 * Math.log(v)) * Math.cos(2 * Math.PI * u)) },
      { weight: 2, arbitrary: fc.double({ min: -1e4, max: 1e4, noNaN: true }) },
      { weight: 3, arbitrary: fc.constantFrom(9, 10, 11) },
      { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
    ),
    { minLength: 1, maxLength: 400, size: 'max' },
  )
  .chain((values) => fc.tuple(fc.constant(values), fc.array(fc.constantFrom(1, 1, 1, 0), { minLength: values.length, maxLength: values.length })));

function check(values: readonly number[], use: readonly number[], lower: number, upper: number, most: number): void {
  const expected = plain(values, use, lower, upper, most);
  const a = Float64Array.from(values);
  const u = Uint8Array.from(use);
  const got = clipShort(a, u, { sigmaLower: lower, sigmaUpper: upper, maxIterations: most });
  expect(got.iterations).toBe(expected.iterations);
  // A tie between a value and a bound is decided by the last digit of a sum.
  for (const side of ['low', 'high'] as const) {
    if (Number.isFinite(expected[side]))
      expect(Math.abs(got[side] - expected[side])).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(expected[side])));
    else expect(got[side]).toBe(expected[side]);
  }
  const outside = [...values.keys()].filter((i) => use[i] === 1 && Number.isFinite(values[i]) && (values[i]! < got.low || values[i]! > got.high));
  if (got.outside) expect([...got.outside].sort((x, y) => x - y)).toEqual(outside);
  expect([...a]).toEqual([...values]);
}

describe('clipping a short sample', () => {
  it('does what the definition says, whatever the sample', () => {
    let quick = 0;
    const sigma = fc.oneof(fc.double({ min: 0.5, max: 6, noNaN: true }), fc.constant(Infinity));
    fc.assert(
      fc.property(curve, sigma, sigma, fc.constantFrom(1, 2, 5, Infinity), fc.boolean(), ([values, use], lower, upper, most, isWhole) => {
        const used = isWhole ? use.map(() => 1) : use;
        check(values, used, lower, upper, most);
        if (clipShort(Float64Array.from(values), Uint8Array.from(used), { sigmaLower: lower, sigmaUpper: upper, maxIterations: most }).outside)
          quick++;
      }),
      { numRuns: 600 },
    );
    expect(quick).toBeGreaterThan(100);
  });

  it.each([
    ['two heaps, so that the median is one standard deviation away', [...new Array<number>(50).fill(0), ...new Array<number>(50).fill(1)]],
    ['one value more in one heap', [...new Array<number>(51).fill(0), ...new Array<number>(50).fill(1)]],
    ['one wild value', [...Array.from({ length: 99 }, (_, i) => i), 1e15]],
    ['a level of 2e6 with a structure of 1e-6', Array.from({ length: 101 }, (_, i) => 2e6 + 1e-6 * ((i * 37) % 101))],
    ['all equal', new Array<number>(64).fill(7.7)],
    ['one value', [3]],
    ['nothing finite', [NaN, Infinity]],
  ])('holds with %s', (_name, values) => {
    check(
      values,
      values.map(() => 1),
      3,
      3,
      5,
    );
  });
});
