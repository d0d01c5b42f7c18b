import { type Column, isNumeric, readNumbers, readText } from '../../../core/model/column';
import { resultCell } from '../../../core/model/result-table';
import { similarNames } from '../../../core/model/similar-names';
import { AppError } from '../../../core/protocol/outcome';
import { OBJECT_COLUMNS, type ObjectExtras } from '../../../core/query/object-table';
import type { ObjectStats } from '../../../core/query/object-stats';
import type { AnswerTo, ObjectRow, Query } from '../../../core/query/query';
import { type Order, rowAt } from '../../../core/query/sort';
import { filterCondition } from '../../../core/select/filter-condition';
import { rowTest } from '../../../core/select/mask';
import type { Predicate } from '../../../core/select/predicate';
import { blocksOf } from '../../../core/select/row-source';
import orderNumbers from '../tasks/order-numbers';
import { Breath } from './breathe';
import type { ObjectTable } from './object-table-cache';
import { executorFor, optionsOf, type Work } from './split';

type ObjectsQuery = Extract<Query, { kind: 'objects' }>;

function partOf({ parts }: ObjectTable, object: number): ObjectStats {
  let k = 0;
  while (k + 1 < parts.length && parts[k + 1]!.from <= object) k++;
  return parts[k]!;
}

function columnNamed({ data }: ObjectTable, name: string): Column {
  const column = data.columns.find((c) => c.meta.name === name);
  if (column) return column;
  const names = data.columns.map((c) => c.meta.name);
  const alike = similarNames(name, names);
  const hint = `sort by ${(alike.length > 0 ? alike : names).join(', ')}`;
  throw new AppError({ code: 'invalid-argument', message: `the list of objects has no column ${name}`, hint });
}

/** Numbers or texts the objects are sorted by: texts that are all numbers are sorted as such. */
async function sortValues(column: Column, breath: Breath): Promise<{ numbers?: Float64Array; texts?: readonly (string | undefined)[] }> {
  if (isNumeric(column.meta.type)) return { numbers: readNumbers(column, 0, column.length) };
  const numbers = new Float64Array(column.length);
  const texts = new Array<string | undefined>(column.length);
  let areNumbers = true;
  for (let o = 0; o < column.length; o++) {
    const text = readText(column, o);
    texts[o] = text === '' ? undefined : text;
    numbers[o] = texts[o] === undefined ? NaN : Number(text);
    if (Number.isNaN(numbers[o]) && texts[o] !== undefined && text !== 'NaN') areNumbers = false;
    if ((o & 255) === 0 && breath.isDue()) await breath.take();
  }
  return areNumbers ? { numbers } : { texts };
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

async function orderOf(work: Work, objects: ObjectTable, sort: string, breath: Breath): Promise<Order> {
  const column = columnNamed(objects, sort);
  const known = objects.orders.get(column, column.length);
  if (known) return known;
  const { numbers, texts } = await sortValues(column, breath);
  const order = numbers
    ? await executorFor(work, numbers.length).run(orderNumbers, { values: numbers }, optionsOf(work))
    : await orderTexts(texts!, breath);
  objects.orders.set(column, column.length, order);
  return order;
}

/** 1 for the objects whose identifier contains the text, whatever the case. */
async function containing(objects: ObjectTable, filter: string, breath: Breath): Promise<Uint8Array> {
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

async function fulfilling({ view, index }: ObjectTable, where: Predicate, breath: Breath): Promise<Uint8Array> {
  const passes = new Uint8Array(index.count);
  const test = rowTest(where, view);
  for (const block of blocksOf({ from: 0, to: index.count })) {
    test(block, passes.subarray(block.from, block.to));
    if (breath.isDue()) await breath.take();
  }
  return passes;
}

/** 1 for the objects that are listed; undefined when all are. */
async function passesOf(objects: ObjectTable, { filter, ids, where }: ObjectsQuery, breath: Breath): Promise<Uint8Array | undefined> {
  const tests: Uint8Array[] = [];
  const condition = filter && filterCondition(filter);
  if (condition) tests.push(await fulfilling(objects, condition, breath));
  else if (filter) tests.push(await containing(objects, filter, breath));
  if (ids) tests.push(await fulfilling(objects, { kind: 'objects', ids }, breath));
  if (where) tests.push(await fulfilling(objects, where, breath));
  if (tests.length < 2) return tests[0];
  return tests[0]!.map((_, o) => (tests.every((t) => t[o] === 1) ? 1 : 0));
}

function objectRow(objects: ObjectTable, results: readonly Column[], labels: ObjectExtras['labels'], object: number): ObjectRow {
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
    label: labels?.get(id),
    bands: part.bandWords > 0 ? bands : undefined,
    results: results.length > 0 ? Object.fromEntries(results.map((c) => [c.meta.name, resultCell(c, object)])) : undefined,
  };
}

/** The columns that steps found. */
function resultColumnsOf({ data }: ObjectTable): readonly Column[] {
  return data.columns.filter((c) => !OBJECT_COLUMNS.includes(c.meta.name));
}

/** A page of the list of objects; the statistics are computed once, over the threads. */
export async function answerObjects(
  work: Work,
  objects: ObjectTable,
  labels: ObjectExtras['labels'],
  query: ObjectsQuery,
): Promise<AnswerTo<'objects'>> {
  const { index } = objects;
  const breath = new Breath(work.signal);
  const results = resultColumnsOf(objects);
  const order = query.sort === undefined ? undefined : await orderOf(work, objects, query.sort, breath);
  const passes = await passesOf(objects, query, breath);
  const isDescending = query.descending ?? false;
  const at = (k: number): number => (order ? rowAt(order, k, isDescending) : isDescending ? index.count - 1 - k : k);
  const page: ObjectRow[] = [];
  const add = (object: number): void => void page.push(objectRow(objects, results, labels, object));
  const end = query.offset + query.limit;
  let total = index.count;
  if (!passes) for (let k = Math.max(0, query.offset); k < Math.min(end, total); k++) add(at(k));
  else {
    total = 0;
    for (let k = 0; k < index.count; k++) {
      if (passes[at(k)] === 0) continue;
      if (total >= query.offset && total < end) add(at(k));
      total++;
    }
  }
  return { kind: 'objects', version: objects.data.version, resultColumns: results.map((c) => c.meta.name), total, objects: page };
}
