import { describe, expect, it } from 'vitest';
import { cdpp } from '../../../src/core/numerics/cdpp';
import { checkParams } from '../../../src/core/operations/check-params';
import { operations } from '../../../src/core/operations/registry';
import { drive, makeBatch, makeContext } from '../../../src/core/operations/runner';
import { expectClose, golden, numbers } from '../../golden/load';

type Numbers = readonly (number | null)[];
type Case = Readonly<Record<string, unknown>> & { readonly series: 'mag' | 'zero'; readonly trend: Numbers };
interface Golden {
  readonly series: Readonly<Record<'mag' | 'zero', { readonly time: Numbers; readonly value: Numbers; readonly error?: Numbers }>>;
  readonly moving_average: readonly Case[];
  readonly biweight: readonly Case[];
  readonly lowess: readonly Case[];
  readonly polynomial: readonly Case[];
  readonly spline: readonly Case[];
  readonly cdpp: readonly { readonly time: Numbers; readonly value: Numbers; readonly cdpp: number }[];
}

const G = golden<Golden>('trends.json');

function trendOf(id: string, { series, trend: _expected, ...params }: Case): Float64Array {
  const def = operations.get(id)!;
  const { time, value, error } = G.series[series];
  const columns = { time: numbers(time), value: numbers(value), ...(error ? { error: numbers(error) } : {}) };
  const { columns: made } = drive(def.kernel(makeBatch({ columns, ordered: 'time' }), checkParams(def, params), makeContext()));
  return made!.find((c) => c.name === 'value_trend')!.values as Float64Array;
}

describe.each([
  ['trends.moving-average', G.moving_average],
  ['trends.biweight', G.biweight],
  ['trends.lowess', G.lowess],
  ['trends.polynomial', G.polynomial],
  ['trends.spline', G.spline],
] as const)('%s equals its reference', (id, cases) => {
  it.each(cases.map(({ trend, ...params }) => [JSON.stringify(params), { ...params, trend } as Case] as const))('%s', (_name, given) => {
    const trend = trendOf(id, given);
    expect(trend.length).toBe(given.trend.length);
    given.trend.forEach((v, i) => expectClose(trend[i], v, 1e-9, `row ${i}`));
  });
});

describe('CDPP', () => {
  it.each(G.cdpp.map((c) => [c.time.length, c] as const))('of %i cadences', (n, c) => {
    const found = cdpp(numbers(c.time), numbers(c.value), new Uint8Array(n).fill(1));
    expectClose(found / c.cdpp, 1, 1e-9, 'cdpp');
  });

  it('takes no notice of rows that are not used, and adds an offset', () => {
    const c = G.cdpp[0]!;
    const use = new Uint8Array(c.time.length).fill(1);
    const value = numbers(c.value);
    use[100] = 0;
    const without = cdpp(numbers(c.time), value, use);
    value[100] = 1e9;
    expect(cdpp(numbers(c.time), value, use)).toBe(without);
    expectClose(
      cdpp(
        numbers(c.time),
        value.map((v) => v - 10400),
        use,
        10400,
      ) / without,
      1,
      1e-6,
      'with an offset',
    );
    expect(
      cdpp(
        numbers(c.time),
        value.map((v) => v - 10400),
        use,
      ),
    ).not.toBeCloseTo(without);
  });

  it('is that of white noise averaged over 13 cadences', () => {
    let seed = 7;
    const uniform = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const noise = Float64Array.from({ length: 8000 }, () => 1 + 1e-3 * (uniform() + uniform() + uniform() - 1.5) * 2);
    // The filter over 101 cadences takes out a part of the noise of 13, too.
    const expected = (1e6 * 1e-3) / Math.sqrt(13);
    const found = cdpp(Float64Array.from(noise.keys()), noise, new Uint8Array(8000).fill(1));
    expect(found / expected).toBeGreaterThan(0.75);
    expect(found / expected).toBeLessThan(1);
  });

  it('is missing without enough fluxes of a positive level', () => {
    const zero = Float64Array.from({ length: 200 }, (_, i) => Math.sin(i) - 0.1);
    expect(cdpp(Float64Array.from(zero.keys()), zero, new Uint8Array(200).fill(1))).toBeNaN();
    const few = new Float64Array(12).fill(1);
    expect(cdpp(Float64Array.from(few.keys()), few, new Uint8Array(12).fill(1))).toBeNaN();
    expect(cdpp(new Float64Array(0), new Float64Array(0), new Uint8Array(0))).toBeNaN();
  });
});
