import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinResults, resultRecords, type ResultRecord, resultTableOf } from '../../../src/core/model/result-table';
import { resultBytes, resultsOfBytes } from '../../../src/workers/engine/table/result-file';

const RECORDS: readonly ResultRecord[] = [
  { object: 'α', period: 0.5, ok: true, reason: undefined },
  { object: '', period: undefined, ok: false, reason: 'too few points' },
  { object: 'c', period: Infinity, ok: undefined, reason: undefined },
];

describe('results as columns', () => {
  it('keeps every value and what is missing', () => {
    const table = resultTableOf(RECORDS);
    expect(table.columns.map((c) => c.meta.type)).toEqual(['utf8', 'float64', 'bool', 'utf8']);
    expect(resultRecords(table)).toEqual(RECORDS);
    expect(resultRecords(table, 1, 2)).toEqual([RECORDS[1]]);
  });

  it('takes NaN and null for missing, and numbers beside texts as texts', () => {
    const mixed = [{ a: NaN, b: 1 }, { a: null, b: 'x' }, { b: true }] as unknown as ResultRecord[];
    expect(resultRecords(resultTableOf(mixed))).toEqual([
      { a: undefined, b: '1' },
      { a: undefined, b: 'x' },
      { a: undefined, b: 'true' },
    ]);
  });

  const cell = fc.oneof(fc.double({ noNaN: true }), fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(undefined));
  // One type a column, as kernels write them.
  const column = fc.constantFrom('number', 'string', 'boolean').chain((type) =>
    fc.array(
      cell.filter((v) => v === undefined || typeof v === type),
      { minLength: 12, maxLength: 12 },
    ),
  );

  it('joins parts to what the whole would have been, however it was cut, and reads back from bytes', () => {
    fc.assert(
      fc.property(fc.tuple(column, column, column), fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }), ([a, b, c], cuts) => {
        const records = a.map((_, i): ResultRecord => ({ a: a[i], b: b[i], c: c[i] }));
        const ends = [0, ...cuts.sort((x, y) => x - y), 12];
        const parts = ends.slice(1).map((to, k) => resultTableOf(records.slice(ends[k], to)));
        const joined = joinResults(parts);
        expect(resultRecords(joined)).toEqual(records);
        expect(joined.columns.map((x) => x.meta)).toEqual(resultTableOf(records).columns.map((x) => x.meta));
        // At an odd place in a larger buffer, as a block of a file lies.
        const bytes = resultBytes(joined);
        const shifted = new Uint8Array(bytes.length + 3);
        shifted.set(bytes, 3);
        expect(resultRecords(resultsOfBytes(shifted.subarray(3)))).toEqual(records);
      }),
    );
  });
});
