import { describe, expect, test } from 'vitest';
import { drain } from '../../../src/core/numerics/steps';
import { numberProfile } from '../../../src/core/quality/number-profile';
import { joinProfiles, objectProfiles } from '../../../src/core/quality/object-profile';
import { findRepeats, HASH_PARTS } from '../../../src/core/quality/repeats';
import { hashColumn, type RowHashes } from '../../../src/core/quality/row-hash';
import { closePairs, skyDistance } from '../../../src/core/quality/sky-index';
import { buildObjectIndex } from '../../../src/core/query/object-index';
import { type TableView, viewOf } from '../../../src/core/query/table-view';
import { expectClose, golden, numbers } from '../../golden/load';
import { makeTable, type Value } from '../query/tables';

type Numbers = (number | null)[];
const wanted = golden<{
  columns: { object: number[]; band: string[]; time: Numbers; value: Numbers; error: Numbers };
  objects: { cadence: number; longestGap: number; chi2: number; robustChi2: number; outliers: number }[];
  value: { missing: number; min: number; max: number; mean: number; std: number; quartiles: number[] };
  sky: { ra: number[]; dec: number[]; radius: number; pairs: [number, number, number][] };
  repeats: { object: number[]; time: Numbers; value: Numbers; exact: number[]; key: number[] };
}>('quality.json');

const values = (list: Numbers): Value[] => [...numbers(list)];
const { object, band, time, value, error } = wanted.columns;
const data = makeTable(
  { 'object:int32': object, 'band:utf8': band, time: values(time), value: values(value), error: values(error) },
  { roles: { object: 'object', band: 'band' } },
  64,
);

function indexed(): TableView {
  const objects = buildObjectIndex(viewOf(data), 'object', 'band').data;
  return viewOf({ ...data, objects });
}

test('a column has the moments and quartiles that numpy finds', () => {
  const found = drain(numberProfile(viewOf(data), 'value'));
  expect([found.missing, found.nulls, found.count]).toEqual([wanted.value.missing, 0, value.length - wanted.value.missing]);
  for (const key of ['min', 'max', 'mean', 'std'] as const) expectClose(found[key], wanted.value[key], 1e-12, key);
  expect(found.quartiles).toEqual(wanted.value.quartiles);
});

test('objects have the cadence, χ² and outliers of an independent computation, however the table is cut', () => {
  const view = indexed();
  const columns = { time: 'time', value: 'value', error: 'error', sentinels: {} };
  const times = new Float64Array(data.rows);
  const run = (from: number, to: number) => drain(objectProfiles(view, columns, times, from, to));
  const found = joinProfiles([run(0, 1), run(1, 4)]);
  const order = view.objects!.ids.map(Number);
  for (const [o, id] of order.entries()) {
    for (const key of ['cadence', 'longestGap', 'chi2', 'robustChi2'] as const) expectClose(found[key][o], wanted.objects[id]![key], 1e-9, key);
    expect(found.outliers[o], `outliers of ${id}`).toBe(wanted.objects[id]!.outliers);
    const [from, to] = [view.objects!.starts[o]!, view.objects!.starts[o + 1]!];
    expect([...times.subarray(from, to)]).toEqual([...numbers(time.filter((_, row) => object[row] === id))].sort((a, b) => a - b));
  }
});

describe('on the sky', () => {
  const { ra, dec, radius, pairs } = wanted.sky;
  const found = drain(closePairs(Float64Array.from(ra), Float64Array.from(dec), radius, 1000));

  test('pairs are those of astropy, over 0° and at the poles', () => {
    const sorted = [...found].sort((p, q) => p.a - q.a);
    expect(sorted.map(({ a, b }) => [a, b])).toEqual(pairs.map(([a, b]) => [a, b]));
    sorted.forEach(({ separation }, i) => expectClose(separation, pairs[i]![2], 1e-9, 'separation'));
  });
  test('distances are great circles', () => {
    expectClose(skyDistance(0, 0, 180, 0), Math.PI, 1e-12, 'half around');
    expectClose(skyDistance(10, 90, 250, 90), 0, 1e-12, 'pole');
  });
});

test('duplicates are those of pandas, with a missing value equal to another', () => {
  const { exact, key } = wanted.repeats;
  const view = viewOf(
    makeTable({ 'object:int32': wanted.repeats.object, time: values(wanted.repeats.time), value: values(wanted.repeats.value) }, {}, 40),
  );
  const repeats = (names: readonly string[], isKey: boolean): number[] => {
    const hashes: RowHashes = { high: new Uint32Array(view.rows), low: new Uint32Array(view.rows), use: new Uint8Array(view.rows).fill(1) };
    for (const name of names)
      for (const [from, to] of [
        [0, 130],
        [130, view.rows],
      ] as const)
        drain(hashColumn(view.column(name), from, to, hashes, isKey));
    const half = HASH_PARTS / 2;
    return [...drain(findRepeats(hashes, 0, half, 1000)).rows, ...drain(findRepeats(hashes, half, HASH_PARTS, 1000)).rows].sort((a, b) => a - b);
  };
  expect(repeats(['object', 'time', 'value'], false)).toEqual(exact);
  expect(repeats(['object', 'time'], true)).toEqual(key);
});
