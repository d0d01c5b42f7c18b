import { describe, expect, it } from 'vitest';
import { readCell } from '../../../src/core/model/column';
import { keptRowsKernel, rowsAnswer } from '../../../src/core/query/rows-page';
import { orderKernel, orderNumbers, rowAt } from '../../../src/core/query/sort';
import {
  binRange,
  binsKernel,
  distinctKernel,
  mergeMoments,
  missingKernel,
  momentsKernel,
  NO_MOMENTS,
  summaryOf,
} from '../../../src/core/query/summary';
import { viewOf } from '../../../src/core/query/table-view';
import { finish, gaussian, makeColumn, makeTable, maskOfRows, seeded, type Value } from './tables';

describe('moments', () => {
  it('are exact to 1e-12 where plain sums are not', () => {
    // Values around 1e8 with a scatter of 1e-3: the naive sum of squares has no digit left.
    const normal = gaussian(seeded(1));
    const n = 200_000;
    const values = Array.from({ length: n }, () => 1e8 + Math.round(normal() * 1e3) / 1048576);
    const column = makeColumn({ name: 'v', type: 'float64' }, values, 30_000);
    const parts = [0, 12_345, 100_001, n].slice(0, 3).map((from, i) => finish(momentsKernel(column, from, [12_345, 100_001, n][i]!)));
    const moments = parts.reduce(mergeMoments, NO_MOMENTS);
    // Every value is a whole number of 1/1048576: big integers sum them exactly.
    const whole = values.map((v) => BigInt(v * 1048576));
    const sum = whole.reduce((a, b) => a + b, 0n);
    const mean = Number(sum / BigInt(n)) / 1048576 + Number(sum % BigInt(n)) / n / 1048576;
    const shift = BigInt(1e8 * 1048576);
    const squares = whole.reduce((a, b) => a + (b - shift) * (b - shift), 0n);
    const offset = Number(sum - shift * BigInt(n)) / n;
    const std = Math.sqrt(Number(squares) / n - offset * offset) / 1048576;
    const summary = summaryOf('v', moments);
    expect(Math.abs(summary.mean! / mean - 1)).toBeLessThan(1e-15);
    expect(Math.abs(summary.std! / std - 1)).toBeLessThan(1e-12);
    expect(moments.count).toBe(n);
  });

  it('leave out NaN and null, count infinities as numpy does', () => {
    const column = makeColumn({ name: 'v', type: 'float32' }, [1, undefined, NaN, 3, 2], 2);
    expect(summaryOf('v', finish(momentsKernel(column, 0, 5)))).toEqual({
      name: 'v',
      missing: 2,
      min: 1,
      max: 3,
      mean: 2,
      std: Math.sqrt(2 / 3),
      counts: undefined,
    });
    const infinite = finish(momentsKernel(makeColumn({ name: 'v', type: 'float64' }, [1, Infinity, 5]), 0, 3));
    expect(summaryOf('v', infinite)).toMatchObject({ min: 1, max: Infinity, mean: Infinity, std: NaN });
    expect(binRange(infinite)).toEqual([1, 5]);
    const none = finish(momentsKernel(makeColumn({ name: 'v', type: 'float64' }, [NaN, undefined]), 0, 2));
    expect(summaryOf('v', none)).toEqual({ name: 'v', missing: 2 });
    expect(binRange(none)).toBeUndefined();
  });

  it('bins from the smallest to the largest value, both inside', () => {
    const column = makeColumn({ name: 'v', type: 'int32' }, [0, 1, 2, 3, 4, 4, 4]);
    expect([...finish(binsKernel(column, [0, 4], 2, 0, 7))]).toEqual([2, 5]);
  });

  it('count nulls and different texts of text columns', () => {
    const column = makeColumn({ name: 't', type: 'utf8' }, ['a', 'b', undefined, 'a', 'c', ''], 4);
    expect(finish(missingKernel(column, 0, 6))).toBe(1);
    expect(finish(distinctKernel(column, 6))).toBe(3);
    const many = makeColumn(
      { name: 't', type: 'utf8' },
      Array.from({ length: 3000 }, (_, i) => `n${i}`),
      500,
    );
    expect(finish(distinctKernel(many, 3000))).toBe(1000);
  });
});

describe('orderKernel', () => {
  const random = seeded(5);
  const cases: [string, Value[]][] = [
    [
      'float64',
      Array.from({ length: 5000 }, () =>
        random() < 0.05 ? undefined : random() < 0.05 ? NaN : [-1, 1][Math.floor(random() * 2)]! * 10 ** (random() * 600 - 300),
      ),
    ],
    ['float64', [0, -0, 1, -Infinity, Infinity, -1, 5e-324, -5e-324, NaN, undefined, 0]],
    ['float32', Array.from({ length: 500 }, () => Math.fround(random() * 10))],
    ['int16', Array.from({ length: 3000 }, () => Math.floor(random() * 20) - 10)],
    [
      'int64',
      Array.from({ length: 500 }, (_, i) => (i % 9 === 0 ? undefined : 2n ** 60n + BigInt(Math.floor(random() * 50)) * (random() < 0.5 ? 1n : -1n))),
    ],
    ['int64', [1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 0n, 2n ** 53n + 1n, 2n ** 53n]],
    ['uint64', [1n, 2n ** 64n - 1n, 2n ** 63n, 0n]],
    ['utf8', Array.from({ length: 6000 }, () => (random() < 0.02 ? undefined : `KIC 11442793 with a long name ${Math.floor(random() * 3000)}`))],
    ['utf8', ['b', 'a', '', 'ab', undefined, 'é', 'z', 'a', '\u{1F31F}', 'ﬀ']],
    ['bool', [true, false, undefined, true]],
  ];

  it.each(cases)('sorts %s, missing values last, equal ones in row order', (type, values) => {
    const column = makeColumn({ name: 'v', type: type as 'float64' }, values, 700);
    const isMissing = (v: Value): boolean => v === undefined || Number.isNaN(v);
    const compare = (a: Value, b: Value): number => {
      if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
      const [p, q] = [typeof a === 'boolean' ? +a : (a as number), typeof b === 'boolean' ? +b : (b as number)];
      return p < q ? -1 : p > q ? 1 : 0;
    };
    const rows = values.map((_, i) => i);
    const expected = [
      ...rows.filter((i) => !isMissing(values[i])).sort((a, b) => compare(values[a], values[b]) || a - b),
      ...rows.filter((i) => isMissing(values[i])),
    ];
    const order = finish(orderKernel(column, values.length));
    expect([...order.rows]).toEqual(expected);
    expect(order.valid).toBe(values.filter((v) => !isMissing(v)).length);
    const listed = Uint32Array.from(rows.filter((i) => i % 3 === 0));
    expect([...finish(orderKernel(column, values.length, listed)).rows]).toEqual(expected.filter((i) => i % 3 === 0));
  });

  it('goes down with missing values still last', () => {
    const order = finish(orderNumbers(Float64Array.of(2, NaN, 3, 1)));
    expect([0, 1, 2, 3].map((k) => rowAt(order, k, true))).toEqual([2, 0, 3, 1]);
    expect([0, 1, 2, 3].map((k) => rowAt(order, k, false))).toEqual([3, 0, 2, 1]);
  });

  it('refuses columns of lists', () => {
    const column = { ...makeColumn({ name: 'v', type: 'float64' }, [1, 2]), meta: { name: 'v', type: 'list<float64>' as const } };
    expect(() => finish(orderKernel(column, 2))).toThrow(/cannot sort by column v/);
  });
});

describe('a page of rows', () => {
  const values = Array.from({ length: 1000 }, (_, i) => i % 10);
  const view = viewOf(makeTable({ v: values, 'name:utf8': values.map((v) => `n${v}`) }, { flagged: maskOfRows(1000, [1, 11, 999]) }));

  it('keeps rows in the order of the list it is given', () => {
    const list = Uint32Array.from(values, (_, i) => 999 - i);
    const kept = finish(keptRowsKernel(view, { where: { kind: 'compare', column: 'v', op: '==', value: 1 }, flagged: 'hide' }, 0, 1000, list));
    expect([...kept]).toEqual([...list].filter((i) => i % 10 === 1 && i !== 1 && i !== 11));
  });

  it('answers cells and marks', () => {
    const query = {
      kind: 'rows',
      table: 't',
      rows: {},
      columns: ['name', 'v'],
      offset: 0,
      limit: 3,
      selection: { kind: 'rows', rows: [999, 5] },
    } as const;
    const answer = rowsAnswer(view, query, 1000, [1, 5, 999]);
    expect(answer).toMatchObject({
      total: 1000,
      rows: [1, 5, 999],
      marks: [1, 2, 3],
      values: [
        ['n1', 'n5', 'n9'],
        [1, 5, 9],
      ],
    });
    expect(answer.values[0]![0]).toBe(readCell(view.column('name'), 1));
  });
});
