import type { ObjectIndex } from '../../../core/query/object-index';
import type { ObjectStats } from '../../../core/query/object-stats';
import type { AnswerTo, ObjectRow, Query } from '../../../core/query/query';
import { type Order, rowAt } from '../../../core/query/sort';
import { pick, type TableData, type TableView } from '../../../core/query/table-view';
import { AppError } from '../../../core/protocol/outcome';
import { similarNames } from '../../../core/model/similar-names';
import objectStats from '../tasks/object-stats';
import orderNumbers from '../tasks/order-numbers';
import { Breath } from './breathe';
import { Recent } from './query-cache';
import type { QueryTable } from './query-table';
import { executorFor, optionsOf, rangesOf, type Work } from './split';

type ObjectsQuery = Extract<Query, { kind: 'objects' }>;

/** All objects of a table at one version, and the orders they were looked at in. */
export interface ObjectTable {
  readonly index: ObjectIndex;
  readonly parts: readonly ObjectStats[];
  readonly orders: Recent<Order>;
  /** Positions by filter text. */
  readonly filters: Recent<Uint8Array>;
  /** Identifiers in lower case for the filter, made when first needed. */
  lowered?: readonly string[];
}

async function objectTable(work: Work, table: QueryTable, data: TableData, index: ObjectIndex): Promise<ObjectTable> {
  const value = data.roles?.value;
  const key = JSON.stringify([table.version, table.rows, value, index.data.column, index.data.bandColumn]);
  const known = table.cache.objectTables.get(key);
  if (known) return known;
  const executor = executorFor(work, table.rows);
  const args = { table: pick(data, { columns: value === undefined ? [] : [value], objects: true }), value };
  const ranges = objectRanges(index, rangesOf(table.rows, executor.size).length);
  const parts = await executor.map(
    objectStats,
    ranges.map((range) => ({ ...args, ...range })),
    optionsOf(work),
  );
  const made = { index, parts, orders: new Recent<Order>(4), filters: new Recent<Uint8Array>(2) };
  table.cache.objectTables.set(key, made);
  return made;
}

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

function partOf({ parts }: ObjectTable, object: number): ObjectStats {
  let k = 0;
  while (k + 1 < parts.length && parts[k + 1]!.from <= object) k++;
  return parts[k]!;
}

/** Numbers or texts the objects are sorted by; `undefined` = natural order. */
async function sortValues(
  objects: ObjectTable,
  table: QueryTable,
  sort: string,
  breath: Breath,
): Promise<{ numbers?: Float64Array; texts?: readonly (string | undefined)[] }> {
  const { index } = objects;
  const { labels, results, resultColumns } = table.extras ?? {};
  const own = { rows: 1, flagged: 1, median: 1, scatter: 1 };
  const numbers = new Float64Array(index.count);
  if (sort in own || sort === 'label') {
    for (let o = 0, part = objects.parts[0]!, k = 0; o < index.count; o++) {
      while (objects.parts[k + 1] && objects.parts[k + 1]!.from <= o) part = objects.parts[++k]!;
      const at = o - part.from;
      if (sort === 'rows') numbers[o] = index.starts[o + 1]! - index.starts[o]!;
      else if (sort === 'flagged') numbers[o] = part.flagged[at]!;
      else if (sort === 'median') numbers[o] = part.median[at]!;
      else if (sort === 'scatter') numbers[o] = part.scatter[at]!;
      else numbers[o] = labels?.size ? (labels.get(index.id(o)) ?? NaN) : NaN;
      if ((o & 255) === 0 && breath.isDue()) await breath.take();
    }
    return { numbers };
  }
  const isId = sort === 'id';
  if (!isId && !resultColumns?.includes(sort)) {
    const names = ['id', ...Object.keys(own), 'label', ...(resultColumns ?? [])];
    const alike = similarNames(sort, names);
    const hint = `sort by ${(alike.length > 0 ? alike : names).join(', ')}`;
    throw new AppError({ code: 'invalid-argument', message: `the list of objects has no column ${sort}`, hint });
  }
  const texts = new Array<string | undefined>(index.count);
  let isNumeric = true;
  for (let o = 0; o < index.count; o++) {
    const id = index.id(o);
    const value = isId ? id : results?.get(id)?.[sort];
    texts[o] = value === undefined || value === '' ? undefined : String(value);
    numbers[o] = value === undefined || value === '' ? NaN : typeof value === 'boolean' ? (value ? 1 : 0) : Number(value);
    if (Number.isNaN(numbers[o]) && texts[o] !== undefined && texts[o] !== 'NaN') isNumeric = false;
    if ((o & 255) === 0 && breath.isDue()) await breath.take();
  }
  return isNumeric ? { numbers } : { texts };
}

async function orderTexts(texts: readonly (string | undefined)[], breath: Breath): Promise<Order> {
  const rows = new Uint32Array(texts.length);
  let valid = 0;
  texts.forEach((t, o) => void (t !== undefined && (rows[valid++] = o)));
  let missing = valid;
  texts.forEach((t, o) => void (t === undefined && (rows[missing++] = o)));
  // Merge sort by hand, because the built-in one cannot pause.
  let [from, to] = [rows.slice(0, valid), new Uint32Array(valid)];
  for (let width = 1; width < valid; width *= 2) {
    for (let start = 0; start < valid; start += 2 * width) {
      const [middle, end] = [Math.min(valid, start + width), Math.min(valid, start + 2 * width)];
      for (let i = start, j = middle, k = start; k < end; k++) {
        to[k] = i < middle && (j >= end || texts[from[i]!]! <= texts[from[j]!]!) ? from[i++]! : from[j++]!;
        if ((k & 1023) === 0 && breath.isDue()) await breath.take();
      }
    }
    [from, to] = [to, from];
  }
  rows.set(from.subarray(0, valid));
  return { rows, valid };
}

async function orderOf(work: Work, table: QueryTable, objects: ObjectTable, sort: string, breath: Breath): Promise<Order> {
  const isOurs = ['id', 'rows', 'flagged', 'median', 'scatter'].includes(sort);
  // Labels and results change without a new version of the rows.
  const known = isOurs ? objects.orders.get(sort) : undefined;
  if (known) return known;
  const { numbers, texts } = await sortValues(objects, table, sort, breath);
  const order = numbers
    ? await executorFor(work, numbers.length).run(orderNumbers, { values: numbers }, optionsOf(work))
    : await orderTexts(texts!, breath);
  if (isOurs) objects.orders.set(sort, order);
  return order;
}

/** 1 for the objects whose identifier contains the text, whatever the case. */
async function filterOf(objects: ObjectTable, filter: string, breath: Breath): Promise<Uint8Array> {
  const wanted = filter.toLowerCase();
  const known = objects.filters.get(wanted);
  if (known) return known;
  const { index } = objects;
  const lowered = objects.lowered ?? new Array<string>(index.count);
  const passes = new Uint8Array(index.count);
  for (let o = 0; o < index.count; o++) {
    const id = objects.lowered ? lowered[o]! : ((lowered as string[])[o] = index.id(o).toLowerCase());
    if (id.includes(wanted)) passes[o] = 1;
    if ((o & 255) === 0 && breath.isDue()) await breath.take();
  }
  objects.lowered = lowered;
  objects.filters.set(wanted, passes);
  return passes;
}

/** 1 for the objects of the list that pass the filter as well. */
function onlyOf(index: ObjectIndex, ids: readonly string[], filter: Uint8Array | undefined): Uint8Array {
  const passes = new Uint8Array(index.count);
  for (const id of ids) {
    const object = index.find(id);
    if (object >= 0 && (!filter || filter[object] === 1)) passes[object] = 1;
  }
  return passes;
}

function objectRow(objects: ObjectTable, table: QueryTable, object: number): ObjectRow {
  const { index } = objects;
  const part = partOf(objects, object);
  const at = object - part.from;
  const id = index.id(object);
  const number = (v: number): number | undefined => (Number.isNaN(v) ? undefined : v);
  const bands = index.bands.filter((name, b) => name !== '' && ((part.bands[at * part.bandWords + (b >> 5)]! >>> (b & 31)) & 1) === 1);
  return {
    id,
    rows: index.starts[object + 1]! - index.starts[object]!,
    flagged: part.flagged[at]!,
    median: number(part.median[at]!),
    scatter: number(part.scatter[at]!),
    label: table.extras?.labels?.get(id),
    bands: part.bandWords > 0 ? bands : undefined,
    results: table.extras?.results?.get(id),
  };
}

/** A page of the list of objects; the statistics are computed once a version, over the threads. */
export async function answerObjects(
  work: Work,
  table: QueryTable,
  data: TableData,
  view: TableView,
  query: ObjectsQuery,
): Promise<AnswerTo<'objects'>> {
  const common = { kind: 'objects', version: table.version, resultColumns: table.extras?.resultColumns ?? [] } as const;
  const index = view.objects;
  if (!index || index.count === 0) return { ...common, total: 0, objects: [] };
  const breath = new Breath(work.signal);
  const objects = await objectTable(work, table, data, index);
  const order = query.sort === undefined ? undefined : await orderOf(work, table, objects, query.sort, breath);
  const filter = query.filter ? await filterOf(objects, query.filter, breath) : undefined;
  const passes = query.ids ? onlyOf(index, query.ids, filter) : filter;
  const isDescending = query.descending ?? false;
  const at = (k: number): number => (order ? rowAt(order, k, isDescending) : isDescending ? index.count - 1 - k : k);
  const page: ObjectRow[] = [];
  const end = query.offset + query.limit;
  let total = index.count;
  if (!passes) for (let k = Math.max(0, query.offset); k < Math.min(end, total); k++) page.push(objectRow(objects, table, at(k)));
  else {
    total = 0;
    for (let k = 0; k < index.count; k++) {
      if (passes[at(k)] === 0) continue;
      if (total >= query.offset && total < end) page.push(objectRow(objects, table, at(k)));
      total++;
    }
  }
  return { ...common, total, objects: page };
}
