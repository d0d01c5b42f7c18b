import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splineSlopesSteps } from '../../../src/core/numerics/cubic-spline';
import { iterativeImputeSteps } from '../../../src/core/numerics/iterative-impute';
import { knnImputeSteps } from '../../../src/core/numerics/knn-impute';
import { drain } from '../../../src/core/numerics/steps';
import { symmetricEigen } from '../../../src/core/numerics/symmetric-eigen';
import { operations } from '../../../src/core/operations/registry';
import { seededRandom } from '../../../src/core/operations/runner';
import { plainEffect, run } from '../../conformance/harness';
import { checkParams } from '../../../src/core/operations/check-params';
import { expectClose, golden, numbers } from '../../golden/load';

type Numbers = readonly (number | null)[];
interface Golden {
  readonly mag: { readonly time: Numbers; readonly value: Numbers };
  readonly flux: { readonly time: Numbers; readonly value: Numbers };
  readonly fills: readonly { readonly series: 'mag' | 'flux'; readonly method: string; readonly maxGap?: number; readonly filled: Numbers }[];
  readonly splines: readonly { readonly x: Numbers; readonly y: Numbers; readonly slopes: Numbers }[];
  readonly table: readonly Numbers[];
  readonly knn: readonly { readonly neighbours: number; readonly weights: 'uniform' | 'distance'; readonly filled: readonly Numbers[] }[];
  readonly regressions: readonly {
    readonly columns: readonly number[];
    readonly max_iter?: number;
    readonly tol?: number;
    readonly rounds: number;
    readonly filled: readonly Numbers[];
  }[];
}
const made = golden<Golden>('missing.json');
const fill = operations.get('missing.fill')!;
const TOLERANCE = 1e-9;

function expectColumn(actual: ArrayLike<number>, expected: Numbers, what: string): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((v, i) => expectClose(actual[i], v, TOLERANCE, `${what}[${i}]`));
}

describe('fill', () => {
  it.each(made.fills.map((f) => [`${f.series} ${f.method} ${f.maxGap ?? ''}`, f] as const))('%s agrees with numpy, scipy, pandas', (_name, f) => {
    const { time, value } = made[f.series];
    const params = checkParams(fill, { method: f.method, maxGap: f.maxGap ?? 0 });
    const { columns, flags } = plainEffect(run(fill, { columns: { time: numbers(time), value: numbers(value) } }, params));
    expectColumn(columns[0]!.values as number[], f.filled, 'filled');
    expect(flags[0]!.rows).toEqual(value.map((v, i) => (v === null && Number.isFinite(columns[0]!.values[i]) ? 1 : 0)));
  });

  it('takes flagged rows neither as knots nor, unless told, for missing', () => {
    const columns = { time: [0, 1, 2, 3, 4], value: [0, 1, 50, NaN, 4] };
    const of = (params: object): unknown =>
      plainEffect(run(fill, { columns, flagged: [0, 0, 1, 0, 0] }, checkParams(fill, { method: 'linear', ...params }))).columns[0]!.values;
    expect(of({})).toEqual([0, 1, 50, 3, 4]);
    expect(of({ replaceFlagged: true })).toEqual([0, 1, 2, 3, 4]);
  });

  it('keeps what is missing and says how much', () => {
    const { effect, alerts } = run(fill, { columns: { value: [1, NaN, 3, NaN] } }, checkParams(fill, {}));
    expect(effect).toEqual({});
    expect(alerts).toMatchObject([{ severity: 'info', rows: 2 }]);
  });

  it('has no mode where no value occurs twice, and says so', () => {
    const { effect, alerts } = run(fill, { columns: { value: [1, 2, NaN] } }, checkParams(fill, { method: 'mode' }));
    expect([...(effect.columns![0]!.values as Float64Array)]).toEqual([1, 2, NaN]);
    expect(alerts.map((a) => a.message)).toContain('no value occurs twice: there is no mode to fill with');
  });

  it('asks for a time where it needs one', () => {
    expect(() => run(fill, { columns: { value: [1, NaN] } }, checkParams(fill, { method: 'linear' }))).toThrow(/linear needs a time/);
  });

  it('keeps measured values, fills between neighbours, never beyond the ends', () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.option(fc.integer({ min: -50, max: 50 }), { nil: NaN }));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 60 }), (rows) => {
        const columns = { time: rows.map(([t]) => t), value: rows.map(([, v]) => v) };
        const values = plainEffect(run(fill, { columns }, checkParams(fill, { method: 'linear' }))).columns[0]!.values as number[];
        const known = rows.filter(([, v]) => v === v);
        rows.forEach(([t, v], i) => {
          if (v === v) return expect(values[i]).toBe(v);
          const isBetween = known.some(([u]) => u <= t) && known.some(([u]) => u >= t);
          expect(Number.isFinite(values[i])).toBe(isBetween);
          if (isBetween) expect(Math.abs(values[i]!)).toBeLessThanOrEqual(Math.max(...known.map(([, u]) => Math.abs(u))) + 1e-9);
        });
      }),
    );
  });
});

it.each(made.splines)("the spline's slopes are scipy's for few points", ({ x, y, slopes }) => {
  expectColumn(drain(splineSlopesSteps(numbers(x), numbers(y), x.length, Infinity)), slopes, 'slope');
});

describe('knn', () => {
  const columns = made.table.map(numbers);
  const n = columns[0]!.length;
  const wanted = columns.map((values, column) => ({ column, need: Uint8Array.from(values, (v) => (v === v ? 0 : 1)) }));
  const all = new Uint8Array(n).fill(1);

  it.each(made.knn)('$neighbours neighbours, $weights, agrees with scikit-learn', ({ neighbours, weights, filled }) => {
    const done = drain(knnImputeSteps({ scaled: columns, values: columns, donors: all, wanted, neighbours, weights }));
    columns.forEach((values, c) =>
      expectColumn(
        values.map((v, i) => (v === v ? v : done.filled[c]![i]!)),
        filled[c]!,
        `column ${c}`,
      ),
    );
    // One row has nothing to compare by.
    expect(done.byMean).toBe(4);
  });

  it('finds among many the same as by comparing all', () => {
    const random = seededRandom(5);
    const big = [0, 1, 2].map(() => Float64Array.from({ length: 3000 }, () => (random() < 0.1 ? NaN : Math.round(200 * random()))));
    const need = Uint8Array.from(big[0]!, (v) => (v === v ? 0 : 1));
    const donors = Uint8Array.from(need, () => (random() < 0.9 ? 1 : 0));
    const done = drain(knnImputeSteps({ scaled: big, values: big, donors, wanted: [{ column: 0, need }], neighbours: 4, weights: 'uniform' }));
    for (let i = 0; i < need.length; i++) {
      if (need[i] !== 1) continue;
      const near: (readonly [number, number])[] = [];
      for (let j = 0; j < need.length; j++) {
        if (donors[j] !== 1 || need[j] === 1) continue;
        const shared = [1, 2].filter((c) => Number.isFinite(big[c]![i]! - big[c]![j]!));
        if (shared.length === 0) continue;
        near.push([(3 / shared.length) * shared.reduce((sum, c) => sum + (big[c]![i]! - big[c]![j]!) ** 2, 0), big[0]![j]!]);
      }
      near.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      const expected = near.slice(0, 4).reduce((sum, [, v]) => sum + v, 0) / 4;
      if (near.length > 0) expectClose(done.filled[0]![i], expected, 1e-12, `row ${i}`);
    }
  });
});

describe('regression', () => {
  it.each(made.regressions)('columns $columns agree with scikit-learn', ({ columns: chosen, max_iter, tol, rounds, filled }) => {
    const columns = chosen.map((c) => numbers(made.table[c]!));
    const all = new Uint8Array(columns[0]!.length).fill(1);
    const done = drain(iterativeImputeSteps({ columns, use: all, inside: all, maxIterations: max_iter ?? 10, tolerance: tol ?? 1e-3 }));
    expect(done.rounds).toBe(rounds);
    done.filled.forEach((values, c) => expectColumn(values, filled[c]!, `column ${c}`));
  });

  it('has eigenvectors of a symmetric matrix', () => {
    const random = seededRandom(2);
    const matrix = Array.from({ length: 6 }, () => Float64Array.from({ length: 6 }, () => random() - 0.5));
    for (let i = 0; i < 6; i++) for (let j = 0; j < i; j++) matrix[j]![i] = matrix[i]![j]!;
    const { values, vectors } = symmetricEigen(matrix);
    for (let k = 0; k < 6; k++)
      for (let i = 0; i < 6; i++) {
        const left = matrix[i]!.reduce((sum, a, j) => sum + a * vectors[k]![j]!, 0);
        expect(Math.abs(left - values[k]! * vectors[k]![i]!)).toBeLessThan(1e-13);
      }
  });
});
