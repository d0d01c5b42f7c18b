import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnType } from '../../../src/core/model/column';
import { ObjectIndex, buildObjectIndex, objectIndexOf } from '../../../src/core/query/object-index';
import { median as medianInPlace } from '../../../src/core/numerics/robust';
import { objectStatsKernel } from '../../../src/core/query/object-stats';
import { similarNames } from '../../../src/core/model/similar-names';
import { viewOf } from '../../../src/core/query/table-view';
import { finish, makeTable, maskOfRows, seeded, type Value } from './tables';

function grouped(values: readonly Value[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  values.forEach((v, row) => {
    const id = v === undefined || Number.isNaN(v) ? '' : String(Object.is(v, -0) ? 0 : v);
    groups.set(id, [...(groups.get(id) ?? []), row]);
  });
  return groups;
}

const kinds: readonly [ColumnType, fc.Arbitrary<Value>][] = [
  ['utf8', fc.constantFrom('a', 'b', 'KIC 1', 'KIC 12', 'é', '', undefined)],
  ['int64', fc.constantFrom(0n, -1n, 1n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 53n, -(2n ** 63n), undefined)],
  ['uint64', fc.constantFrom(0n, 2n ** 64n - 1n, 2n ** 32n - 1n, undefined)],
  ['int32', fc.constantFrom(0, -5, 2 ** 31 - 1, undefined)],
  ['uint8', fc.constantFrom(0, 255, 7)],
  ['float64', fc.constantFrom(0, -0, 1.5, NaN, Infinity, undefined)],
  ['float32', fc.constantFrom(0, 0.5, -2, NaN)],
  ['bool', fc.constantFrom(true, false, undefined)],
];

describe.each(kinds)('objectIndexOf a column of %s', (type, value) => {
  it('groups rows by their identifier, in order of first appearance, rows ascending', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), (values) => {
        const view = viewOf(makeTable({ [`id:${type}`]: values }, {}, 64));
        const index = buildObjectIndex(view, 'id');
        const expected = grouped(values);
        expect(index.ids).toEqual([...expected.keys()]);
        index.ids.forEach((id, i) => {
          expect([...index.rowsOf(i)]).toEqual(expected.get(id));
          expect(index.find(id)).toBe(i);
          for (const row of expected.get(id)!) expect(index.objectOf[row]).toBe(i);
        });
        expect(index.find('nobody')).toBe(-1);
      }),
      { numRuns: 60 },
    );
  });
});

describe('objectIndexOf', () => {
  it('keeps up with many objects: tables of keys grow without losing one', () => {
    const values = Array.from({ length: 30_000 }, (_, i) => `star ${(i * 7919) % 15_000}`);
    const view = viewOf(makeTable({ 'id:utf8': values, 'n:int32': values.map((v) => Number(v.slice(5))) }, {}, 4096));
    const byText = buildObjectIndex(view, 'id');
    const byNumber = buildObjectIndex(view, 'n');
    expect(byText.count).toBe(15_000);
    expect(byNumber.starts).toEqual(byText.starts);
    expect(byNumber.rows).toEqual(byText.rows);
    expect(byText.ids[1]).toBe('star 7919');
    expect(byNumber.find('7919')).toBe(1);
  });

  it('knows bands, and refuses a column of too many', () => {
    const view = viewOf(makeTable({ 'id:int32': [1, 1, 2], 'band:utf8': ['g', 'r', undefined], x: [1, 2, 3] }));
    const index = buildObjectIndex(view, 'id', 'band');
    expect(index.bands).toEqual(['g', 'r', '']);
    expect([...index.bandOf!]).toEqual([0, 1, 2]);
    const many = viewOf(makeTable({ 'id:int32': Array.from({ length: 1100 }, (_, i) => i), 'x:int32': Array.from({ length: 1100 }, (_, i) => i) }));
    expect(() => buildObjectIndex(many, 'id', 'x')).toThrow(/more than 1000 different values/);
  });

  it('reports progress that never goes back', () => {
    const values = Array.from({ length: 100_000 }, (_, i) => i % 90_000);
    const view = viewOf(makeTable({ 'id:int32': values, 'band:int32': values.map((v) => v % 3) }, {}, 30_000));
    expect(finish(objectIndexOf(view, { object: 'id', band: 'band' })).count).toBe(90_000);
  });
});

describe('medianInPlace', () => {
  it('is the middle of the sorted values', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 200 }), (values) => {
        const sorted = Float64Array.from(values).sort();
        const n = values.length;
        const expected = n % 2 === 1 ? sorted[n >> 1]! : (sorted[n / 2 - 1]! + sorted[n / 2]!) / 2;
        expect(medianInPlace(Float64Array.from(values), n) + 0).toBe(expected + 0);
      }),
    );
    expect(medianInPlace(new Float64Array(0), 0)).toBeNaN();
  });
});

describe('objectStatsKernel', () => {
  it('gives median and scatter of unflagged values, flags and bands of each object', () => {
    const random = seeded(11);
    const n = 3000;
    const id = Array.from({ length: n }, () => Math.floor(random() * 50));
    const value = Array.from({ length: n }, () => (random() < 0.1 ? NaN : random() * 3));
    const band = Array.from({ length: n }, () => Math.floor(random() * 40));
    const flagged = Array.from({ length: n }, (_, i) => i).filter(() => random() < 0.3);
    const base = makeTable({ 'id:int32': id, value, 'band:int32': band }, { flagged: maskOfRows(n, flagged) });
    const index = buildObjectIndex(viewOf(base), 'id', 'band');
    const view = viewOf({ ...base, objects: index.data });
    const parts = [finish(objectStatsKernel(view, 'value', 0, 17)), finish(objectStatsKernel(view, 'value', 17, index.count))];
    const isFlagged = new Set(flagged);
    const median = (v: number[]): number => medianInPlace(Float64Array.from(v), v.length);
    for (let o = 0; o < index.count; o++) {
      const part = parts[o < 17 ? 0 : 1]!;
      const rows = [...index.rowsOf(o)];
      const live = rows.filter((r) => !isFlagged.has(r) && !Number.isNaN(value[r])).map((r) => value[r]!);
      const middle = median(live);
      expect(part.flagged[o - part.from]).toBe(rows.filter((r) => isFlagged.has(r)).length);
      expect(part.median[o - part.from]).toBe(middle);
      expect(part.scatter[o - part.from]).toBeCloseTo(1.4826 * median(live.map((v) => Math.abs(v - middle))), 12);
      const words = part.bands.subarray((o - part.from) * part.bandWords);
      const seen = index.bands.filter((_, b) => (words[b >> 5]! >>> (b & 31)) & 1);
      expect(new Set(seen)).toEqual(new Set(rows.map((r) => String(band[r]))));
    }
  });
});

describe('similarNames', () => {
  it.each([
    ['nmae', ['name', 'flux', 'n'], ['name']],
    ['FLUX', ['flux', 'flux_err', 'time'], ['flux', 'flux_err']],
    ['quite_different', ['flux', 'time'], []],
  ])('to %s among %j: %j', (name, names, expected) => {
    expect(similarNames(name, names)).toEqual(expected);
  });
});

describe('a table whose rows name no object', () => {
  it('is one object in its bands', () => {
    const view = viewOf(makeTable({ 'band:utf8': ['g', 'r', 'g'] }));
    const index = new ObjectIndex(finish(objectIndexOf(view, { name: 'RR Lyr', band: 'band' })));
    expect(index.ids).toEqual(['RR Lyr']);
    expect(index.find('RR Lyr')).toBe(0);
    expect([...index.rowsOf(0)]).toEqual([0, 1, 2]);
    expect(index.bands).toEqual(['g', 'r']);
  });
});
