import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_LISTED, ROW_BLOCKS } from '../../../src/core/quality/report';
import { alikeColumns } from '../../../src/core/quality/alike-columns';
import { cellProfile } from '../../../src/core/quality/cell-profile';
import { matrixCells } from '../../../src/core/quality/figures';
import { missingPatterns } from '../../../src/core/quality/missing-patterns';
import { numberProfile } from '../../../src/core/quality/number-profile';
import { objectGaps } from '../../../src/core/quality/object-gaps';
import { redundantObjects } from '../../../src/core/quality/redundancy';
import { surveyGaps } from '../../../src/core/quality/survey-gaps';
import { breaksRule, impliedRule, violationExpression } from '../../../src/core/quality/validity';
import { viewOf } from '../../../src/core/query/table-view';
import { finish, gaussian, makeTable, maskOfRows, seeded } from '../query/tables';

const NO_NAMES: ReadonlySet<string> = new Set();

describe('a column of numbers', () => {
  test('flagged rows play no part, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double({ min: -50, max: 50 }), fc.constant(NaN)), { minLength: 8, maxLength: 80 }), (kept) => {
        const table = (bad: number): ReturnType<typeof viewOf> => {
          const x = kept.flatMap((v) => [v, bad]);
          return viewOf(
            makeTable(
              { x },
              {
                flagged: maskOfRows(
                  x.length,
                  kept.map((_, i) => 2 * i + 1),
                ),
              },
              16,
            ),
          );
        };
        const [a, b] = [finish(numberProfile(table(1e9), 'x')), finish(numberProfile(table(NaN), 'x'))];
        expect(a).toEqual(b);
        expect(a.count + a.missing).toBe(kept.length);
      }),
    );
  });

  test('the order of the rows does not matter, but for where values are missing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(NaN, Infinity, -999)), { minLength: 1, maxLength: 200 }),
        (x) => {
          const of = (values: number[]): object => ({
            ...finish(numberProfile(viewOf(makeTable({ x: values })), 'x')),
            missingBlocks: 0,
            mean: 0,
            std: 0,
          });
          expect(of([...x].reverse())).toEqual(of(x));
        },
      ),
    );
  });

  test('histogram, outside, missing, infinite and sentinels add up', () => {
    const noise = gaussian(seeded(4));
    const x = Array.from({ length: 3000 }, (_, i) => (i % 100 === 7 ? -999 : i % 150 === 3 ? NaN : i % 500 === 9 ? Infinity : 20 + noise()));
    x[17] = 400;
    const found = finish(numberProfile(viewOf(makeTable({ x }, {}, 128)), 'x'));
    const { histogram: h } = found;
    expect(h!.counts.reduce((a, b) => a + b) + h!.below + h!.above).toBe(found.count);
    expect(found.count + found.missing + found.infinite + found.sentinels[0]!.count).toBe(3000);
    expect(found.sentinels.map((s) => [s.value, s.count])).toEqual([[-999, 30]]);
    expect([found.missing, found.infinite, found.outliers, found.max]).toEqual([20, 6, 1, 400]);
    expect(found.gross).toMatchObject([{ side: 'high', count: 1 }]);
    expect(found.missingBlocks.reduce((a, b) => a + b)).toBe(20);
  });

  test('a long tail of positive numbers is no fault', () => {
    const random = seeded(8);
    const x = Array.from({ length: 5000 }, () => 0.01 * (1 - random()) ** -0.8);
    expect(finish(numberProfile(viewOf(makeTable({ x })), 'x')).gross).toEqual([]);
  });

  test('empty, all missing, all the same', () => {
    for (const x of [[], [NaN, NaN], [3, 3, 3]]) {
      const found = finish(numberProfile(viewOf(makeTable({ x })), 'x'));
      expect([found.outliers, found.gross, found.sentinels]).toEqual([0, [], []]);
      expect(found.histogram).toBeUndefined();
    }
  });
});

describe('what the unit and the role imply', () => {
  const rule = (meta: object) => impliedRule({ name: 'x', type: 'float64', ...meta }, new Set(['mag', 'mag_err']));
  test.each([
    [{ role: 'ra', unit: 'deg' }, 359.9, 360, '0 <= x < 360'],
    [{ role: 'dec' }, -90, -90.1, '-90 <= x <= 90'],
    [{ role: 'error' }, 1e-9, 0, 'x > 0'],
    [{ name: 'mag_err' }, 0, -0.1, 'mag_err >= 0'],
    [{ ucd: 'stat.error;phot.mag' }, 0, -1, 'x >= 0'],
    [{ role: 'value', unit: 'mag' }, -26.8, 99, '-30 <= x <= 40'],
    [{ ucd: 'stat.probability' }, 1, 1.1, '0 <= x <= 1'],
  ] as const)('%o', (meta, good, bad, text) => {
    const found = rule(meta)!;
    expect([found.text, breaksRule(good, found), breaksRule(bad, found), breaksRule(NaN, found)]).toEqual([text, false, true, false]);
  });
  test('nothing where nothing is implied', () => {
    for (const meta of [
      {},
      { role: 'ra', unit: 'rad' },
      { name: 'parallax_over_error' },
      { role: 'value', unit: 'mmag' },
      { type: 'utf8', role: 'ra' },
    ])
      expect(impliedRule({ name: 'x', type: 'float64', ...meta } as never, NO_NAMES)).toBeUndefined();
  });
  test('the expression says the same', () => {
    expect(violationExpression('a b', rule({ role: 'ra' })!)).toBe('col("a b") < 0 || col("a b") >= 360');
    expect(violationExpression('e', rule({ role: 'error' })!)).toBe('col("e") <= 0');
  });
});

test('missing values together, by pattern and by place', () => {
  const table = makeTable({ a: [1, NaN, NaN, 4], 'b:utf8': ['x', '', undefined, 'y'], 'c:int32': [1, undefined, 3, 4] }, {}, 3);
  const view = viewOf(table);
  const counts = new Map(finish(missingPatterns(view, ['a', 'b', 'c'], 0, 4)));
  expect(Object.fromEntries(counts)).toEqual({ 0: 2, 0b111: 1, 0b011: 1 });
  expect(finish(cellProfile(view, 'b', MAX_LISTED))).toMatchObject({ missing: 2, nulls: 1, distinct: 2, rows: [1, 2] });
  const blocks = Array.from({ length: ROW_BLOCKS }, (_, b) => (b < 3 ? 10 : 0));
  expect(matrixCells(blocks, 10 * ROW_BLOCKS)).toEqual([{ from: 0, to: 3, share: 1 }]);
});

test('beyond 31 columns with missing values the others are one', () => {
  const columns = Object.fromEntries(Array.from({ length: 35 }, (_, c) => [`c${c}`, [1, c === 0 ? NaN : 1, c > 32 ? NaN : 1]]));
  const names = Object.keys(columns);
  expect(finish(missingPatterns(viewOf(makeTable(columns)), names, 0, 3))).toEqual([
    [0, 1],
    [1, 1],
    [2 ** 31, 1],
  ]);
});

test('columns that say the same', () => {
  const noise = gaussian(seeded(2));
  const a = Array.from({ length: 500 }, (_, i) => (i % 50 === 3 ? NaN : 10 + noise()));
  const table = makeTable({ a, b: a.map((v) => v + 1e-9), c: a.map((v) => 3 - 2 * v), d: a.map((v) => v + 0.01 * noise()), e: a.map(() => noise()) });
  expect(finish(alikeColumns(viewOf(table)))).toEqual([
    { first: 'a', second: 'b', how: 'equal' },
    { first: 'a', second: 'c', how: 'linear' },
    { first: 'b', second: 'c', how: 'linear' },
  ]);
});

describe('objects beside each other', () => {
  /** Objects that all see the same nights, but for what `keep` takes away. */
  function epochs(objects: number, keep: (o: number, t: number) => boolean) {
    const random = seeded(3);
    const nights = Array.from({ length: 200 }, (_, i) => 58000 + i + 0.2 * random()).filter((_, i) => i < 90 || i > 140);
    const lists = Array.from({ length: objects }, (_, o) => nights.filter((t) => random() < 0.95 && keep(o, t)));
    const starts = new Uint32Array(objects + 1);
    lists.forEach((l, o) => (starts[o + 1] = starts[o]! + l.length));
    return {
      times: Float64Array.from(lists.flat()),
      starts,
      counts: Uint32Array.from(lists, (l) => l.length),
      cadence: new Float64Array(objects).fill(1),
      ra: Float64Array.from(lists, (_, o) => 10 + 0.01 * o),
      dec: new Float64Array(objects),
    };
  }

  test('a gap that the others do not have is found; the season is none', () => {
    const field = epochs(12, (o, t) => o !== 5 || t < 58030 || t > 58055);
    const { gaps, judged } = finish(objectGaps(field));
    expect(judged).toBe(12);
    expect(gaps.map((g) => g.object)).toEqual([5]);
    expect(gaps[0]!.from).toBeLessThanOrEqual(58030);
    expect(gaps[0]!.missed).toBeGreaterThan(18);
    const anywhere = finish(objectGaps({ ...field, ra: field.ra.map(() => NaN) }));
    expect(anywhere.gaps.map((g) => g.object)).toEqual([5]);
  });

  test('one star under two names is told from two stars close together', () => {
    const split = epochs(4, (o, t) => (o > 1 ? true : Math.floor(t * 7) % 2 === o));
    const close = Float64Array.from([10, 10 + 0.3 / 3600, 20, 20 + 0.3 / 3600]);
    const { groups } = finish(redundantObjects(close, split.dec, 1, split));
    expect(groups.map((g) => [g.objects, g.interleaved])).toEqual([
      [[0, 1], true],
      [[2, 3], false],
    ]);
    expect(groups[0]!.separation).toBeCloseTo(0.3, 6);
    expect(finish(redundantObjects(close, split.dec, 0.2, split)).groups).toEqual([]);
  });

  test('seasons of the whole survey', () => {
    const { times } = epochs(6, () => true);
    const view = viewOf(makeTable({ t: [...times] }));
    const [low, high] = [Math.min(...times), Math.max(...times)];
    const gaps = finish(surveyGaps(view, 't', low, high));
    expect(gaps[0]!.to - gaps[0]!.from).toBeGreaterThan(50);
    for (const { from, to } of gaps) expect(times.some((t) => t > from && t < to)).toBe(false);
  });
});
