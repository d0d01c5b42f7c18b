import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkParams } from '../../../../src/core/operations/check-params';
import { operations } from '../../../../src/core/operations/registry';
import type { BatchSpec } from '../../../../src/core/operations/runner';
import { type Run, lightCurve, plainEffect, run } from '../../../conformance/harness';
import { expectClose, golden, numbers } from '../../../golden/load';

const regression = operations.get('noise.regression')!;

type Numbers = (number | null)[];
interface Golden {
  readonly series: Readonly<Record<string, { readonly time: Numbers; readonly value: Numbers; readonly error: Numbers }>>;
  readonly regression: readonly {
    readonly series: string;
    readonly degree: number;
    readonly harmonics: number;
    readonly period: number | null;
    readonly reference: number;
    readonly loss: string;
    readonly errors: string;
    readonly n: number;
    readonly chi2: number;
    readonly rms: number;
    readonly coefficients: number[];
    readonly coefficient_errors: number[];
  }[];
}
const made = golden<Golden>('noise.json');

const fitted = (spec: BatchSpec, params: Record<string, unknown>): Run => run(regression, spec, checkParams(regression, params));
const resultOf = (one: Run): Record<string, number | undefined> => one.effect.results![0] as Record<string, number | undefined>;
const names = (degree: number, harmonics: number): string[] => [
  ...Array.from({ length: degree + 1 }, (_, k) => `a${k}`),
  ...Array.from({ length: harmonics }, (_, j) => [`cos${j + 1}`, `sin${j + 1}`]).flat(),
];
/** Equal to a relative tolerance: coefficients may be small. */
function expectRelative(actual: number | undefined, expected: number, tolerance: number, what: string): void {
  expect(Math.abs(actual! - expected), `${what}: ${actual} (must be ${expected})`).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}

describe('regression', () => {
  it.each(made.regression)('$loss on $series, degree $degree, $harmonics harmonics, errors $errors', (expected) => {
    const { time, value, error } = made.series[expected.series]!;
    const { degree, harmonics, loss, errors } = expected;
    const params = { degree, harmonics, loss, errors, period: expected.period ?? undefined, reference: expected.reference };
    const one = fitted({ columns: { time: numbers(time), value: numbers(value), error: numbers(error) } }, params);
    const row = resultOf(one);
    expect(row['n']).toBe(expected.n);
    expect(row['reference']).toBe(expected.reference);
    expect(row['dof']).toBe(expected.n - expected.coefficients.length);
    for (const key of ['chi2', 'rms'] as const) expectRelative(row[key], expected[key], 1e-9, key);
    names(degree, harmonics).forEach((name, k) => {
      const own = expected.coefficient_errors[k]!;
      // Relative to itself, or where it is nearly 0 to its error.
      const [a, b] = [row[name]!, expected.coefficients[k]!];
      expect(Math.abs(a - b), `${name}: ${a} (must be ${b})`).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(b), own));
      expectRelative(row[`${name}_error`], own, 1e-8, `${name}_error`);
    });
  });

  it('does not care where x or y begin, and the fit and the residual add up', () => {
    const params = fc.record({ degree: fc.integer({ min: 0, max: 5 }), loss: fc.constantFrom('squares', 'huber') });
    fc.assert(
      fc.property(params, fc.integer({ min: 20, max: 150 }), fc.double({ min: -1000, max: 1000, noNaN: true }), (given, n, shift) => {
        const { columns, ...rest } = lightCurve(n, n);
        const [time, value] = [columns['time'] as number[], columns['value'] as number[]];
        const there = plainEffect(fitted({ ...rest, columns }, given)).columns.map((c) => c.values as number[]);
        const moved = { ...columns, time: time.map((t) => t + shift), value: value.map((v) => v + shift) };
        const then = plainEffect(fitted({ ...rest, columns: moved }, given)).columns.map((c) => c.values as number[]);
        there[0]!.forEach((v, i) => {
          if (Number.isNaN(v)) return expect(then[0]![i]).toBeNaN();
          expectClose(then[0]![i]! - shift, v, 1e-6, `row ${i}`);
          if (!Number.isNaN(value[i]!)) expectClose(v + there[1]![i]!, value[i], 1e-12, `row ${i}`);
          else expect(there[1]![i]).toBeNaN();
        });
      }),
      { numRuns: 40 },
    );
  });

  it('weighs by the errors, leaves out rows without one, and scales when asked', () => {
    const columns = { time: [0, 1, 2, 3], value: [1, 3, 2, 50], error: [0.1, 0.1, 0.1, 0] };
    const one = fitted({ columns }, { degree: 0 });
    expect(one.alerts.map((a) => [a.rows, a.column])).toEqual([[1, 'error']]);
    expect(resultOf(one)).toMatchObject({ n: 3, dof: 2, reference: 1, a0: 2 });
    expectClose(resultOf(one)['a0_error'], 0.1 / Math.sqrt(3), 1e-12, 'given');
    expectClose(resultOf(one)['reduced_chi2'], 100, 1e-9, 'reduced chi2');
    expectClose(resultOf(fitted({ columns }, { degree: 0, errors: 'scaled' }))['a0_error'], 1 / Math.sqrt(3), 1e-12, 'scaled');
    const bare = resultOf(fitted({ columns: { time: [0, 1, 2], value: [1, 3, 2] } }, { degree: 0 }));
    expectClose(bare['a0_error'], 1 / Math.sqrt(3), 1e-12, 'without errors');
    expect(bare['chi2']).toBeUndefined();
  });

  it('fits against any column, and at rows without a value', () => {
    const columns = { airmass: [1, 1.2, 1.5, 2, 1.1], value: [10, 10.2, 10.5, 11, NaN] };
    const one = fitted({ columns }, { column: 'airmass', reference: 0 });
    expectClose(resultOf(one)['a0'], 9, 1e-12, 'a0');
    expectClose(resultOf(one)['a1'], 1, 1e-12, 'a1');
    expectClose(plainEffect(one).columns[0]!.values[4] as number, 10.1, 1e-12, 'the row without a value');
    expect(() => fitted({ columns }, {})).toThrow(/no time to fit against/);
    expect(() => fitted({ columns }, { column: 'airmass', harmonics: 1 })).toThrow(/need a period/);
  });

  it.each([
    [{ time: [0, 1], value: [1, 2] }, { degree: 2 }, 'fewer than 3 usable points: no fit'],
    [{ time: [5, 5, 5, 5], value: [1, 2, 3, 4] }, { degree: 1 }, 'the points do not determine the curve: no fit'],
  ])('says when %j cannot be fitted', (columns, params, message) => {
    const one = fitted({ columns }, params);
    expect(one.alerts.map((a) => a.message)).toEqual([message]);
    expect(Object.keys(resultOf(one))).toEqual(Object.keys(resultOf(fitted(lightCurve(50, 1), params))));
    expect(resultOf(one)['a0']).toBeUndefined();
    expect(
      plainEffect(one)
        .columns.flatMap((c) => c.values)
        .every((v) => Number.isNaN(v)),
    ).toBe(true);
  });
});
