import type { ObjectIndex } from '../../../core/query/object-index';
import { type ObjectExtras, identityIndex, labelColumn, namedColumns, objectTableData, ownColumns } from '../../../core/query/object-table';
import type { Order } from '../../../core/query/sort';
import { type TableData, pick, viewOf } from '../../../core/query/table-view';
import { atObjects } from '../../../core/select/at-objects';
import type { Predicate } from '../../../core/select/predicate';
import maskTask from '../tasks/mask';
import objectStats from '../tasks/object-stats';
import { Breath } from './breathe';
import type { ObjectStatistics, ObjectTable, ObjectTableCache } from './object-table-cache';
import { ByColumn, QueryCache, Recent } from './query-cache';
import { executorFor, optionsOf, overRows, rangesOf, type Work } from './split';

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean => a.length === b.length && a.every((v, i) => Object.is(v, b[i]));

/** Ranges of objects with about as many rows each. */
function objectRanges({ count, starts }: ObjectIndex, pieces: number): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  const rows = starts[count]!;
  let from = 0;
  for (let piece = 1; piece <= pieces && from < count; piece++) {
    let [low, high] = [from + 1, count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle]! * pieces < rows * piece) low = middle + 1;
      else high = middle;
    }
    const to = piece === pieces ? count : low;
    ranges.push({ from, to });
    from = to;
  }
  return ranges;
}

/** Statistics over the rows: made again when values, flags or objects are other ones, not when a label or a result comes. */
async function statisticsOf(work: Work, data: TableData, index: ObjectIndex, cache: ObjectTableCache): Promise<ObjectStatistics> {
  const value = data.columns.some((c) => c.meta.name === data.roles?.value) ? data.roles?.value : undefined;
  const column = data.columns.find((c) => c.meta.name === value);
  const { flagged } = data;
  const of = [column?.chunks[0], column?.chunks.length, flagged?.bytes, data.rows, index.data.rows];
  const known = cache.statistics;
  if (known && isSame(known.of, of)) return known;
  const executor = executorFor(work, data.rows);
  const args = { table: pick(data, { columns: value === undefined ? [] : [value], objects: true }), value };
  const ranges = objectRanges(index, rangesOf(data.rows, executor.size).length);
  const parts = await executor.map(
    objectStats,
    ranges.map((range) => ({ ...args, ...range })),
    optionsOf(work),
  );
  const own = ownColumns(index, parts, column?.meta.unit);
  const orders = new ByColumn<Order>();
  const filters = new Recent<Uint8Array>(2);
  return (cache.statistics = { of, parts, own, identity: identityIndex(index), orders, filters, cache: new QueryCache() });
}

/** The object table of a table at one version, with what steps have found so far. `data` has the value column, the flags and the index. */
export async function objectTable(
  work: Work,
  data: TableData,
  index: ObjectIndex,
  extras: ObjectExtras | undefined,
  cache: ObjectTableCache,
): Promise<ObjectTable> {
  const statistics = await statisticsOf(work, data, index, cache);
  const { labels, steps = [], serial } = extras ?? {};
  // A version counts for labels too: they change in place.
  const of = [statistics, data.version, serial, labels, ...steps];
  const known = cache.table;
  if (known && isSame(known.of, of)) return known.table;
  const columns = namedColumns([...statistics.own, labelColumn(index, labels)], steps);
  const made = objectTableData(columns, statistics.identity, data.version);
  const { parts, orders, filters } = statistics;
  const table: ObjectTable = { index, parts, data: made, view: viewOf(made), orders, filters, cache: statistics.cache };
  cache.table = { of, table };
  return table;
}

/** The table with the named columns of its object table: those that predicates ask about. */
export async function withObjectColumns(
  work: Work,
  data: TableData,
  index: ObjectIndex,
  names: readonly string[],
  extras: ObjectExtras | undefined,
  cache: ObjectTableCache,
): Promise<TableData> {
  const objects = await objectTable(work, data, index, extras, cache);
  return { ...data, objectTable: pick(objects.data, { columns: names, objects: true }) };
}

/** Rows between two looks at the clock. */
const SLICE = 1 << 18;
const SELECTED = '\u0000selected';

/** The object table with a predicate over it that takes the objects of which at least one row is selected. */
export async function selectedObjects(
  work: Work,
  data: TableData,
  table: ObjectTable,
  selection: Predicate,
  cache: ObjectTableCache,
): Promise<{ readonly data: TableData; readonly selection: Predicate }> {
  const whole = atObjects(selection);
  if (whole) return { data: table.data, selection: whole };
  const of = [JSON.stringify(selection), data.version, data.rows, data.objectTable];
  if (!cache.selected || !isSame(cache.selected.of, of)) {
    const out = new Uint8Array(new SharedArrayBuffer(data.rows));
    await overRows(work, maskTask, data.rows, { table: data, where: selection, out });
    const { objectOf, count } = table.index;
    const bytes = new Uint8Array(new SharedArrayBuffer(Math.ceil(count / 8)));
    const breath = new Breath(work.signal);
    for (let from = 0; from < data.rows; from += SLICE) {
      const to = Math.min(data.rows, from + SLICE);
      for (let row = from; row < to; row++) if (out[row] === 1) bytes[objectOf[row]! >> 3]! |= 1 << (objectOf[row]! & 7);
      if (breath.isDue()) await breath.take();
    }
    cache.selected = { of, bytes };
  }
  const mask = { length: table.index.count, bytes: cache.selected.bytes };
  return { data: { ...table.data, flags: [{ name: SELECTED, mask }] }, selection: { kind: 'flag', name: SELECTED } };
}
