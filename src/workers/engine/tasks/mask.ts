import { type TableData, viewOf } from '../../../core/query/table-view';
import { rowTest } from '../../../core/select/mask';
import type { Predicate } from '../../../core/select/predicate';
import { blocksOf } from '../../../core/select/row-source';
import { defineTask } from '../threads/task';

function* mask(table: TableData, where: Predicate, from: number, to: number, out: Uint8Array): Generator<number, number> {
  const test = rowTest(where, viewOf(table));
  let set = 0;
  for (const span of blocksOf({ from, to })) {
    test(span, out.subarray(span.from, span.to));
    for (let row = span.from; row < span.to; row++) set += out[row]!;
    yield (span.to - from) / (to - from);
  }
  return set;
}

/** Writes one byte for each row of [from, to) into `out`, shared memory for all rows; answers how many are 1. */
export default defineTask({
  name: 'mask',
  run: (a: { table: TableData; where: Predicate; from: number; to: number; out: Uint8Array }) => mask(a.table, a.where, a.from, a.to, a.out),
});
