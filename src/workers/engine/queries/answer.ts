import { type DensityPartial, densityAnswer, type DensitySpec, mergeDensity } from '../../../core/query/density';
import { type Extent, mergeExtents, rangeOfExtent } from '../../../core/query/extent';
import { histogramAnswer, type HistogramSpec, mergeHistograms } from '../../../core/query/histogram';
import { mergeCounts } from '../../../core/query/count';
import { mergeNearest } from '../../../core/query/nearest';
import { isOfObjects, needsOf } from '../../../core/query/needs';
import { pointsAnswer } from '../../../core/query/points';
import type { Answer, AnswerTo, Query } from '../../../core/query/query';
import { candidatesOf } from '../../../core/query/row-scan';
import { rowAnswer } from '../../../core/query/row';
import { objectColumnsOf } from '../../../core/select/columns-of';
import { pick, type TableData, viewOf } from '../../../core/query/table-view';
import { AppError, Cancelled } from '../../../core/protocol/outcome';
import type { Axis } from '../../../core/select/predicate';
import count from '../tasks/count';
import density from '../tasks/density';
import extents from '../tasks/extents';
import histogram from '../tasks/histogram';
import nearest from '../tasks/nearest';
import points from '../tasks/points';
import type { Executor } from '../threads/executor';
import { Breath } from './breathe';
import { answerImage, answerImageStats, answerStretch } from './image';
import { answerObjects } from './objects';
import { objectTable, selectedObjects, withObjectColumns } from './object-table';
import { MAX_CELLS, type QueryJob, type QueryOf } from './query-job';
import { dataOf, type QueryTable } from './query-table';
import { answerRows } from './rows';
import { overRows, type Work } from './split';
import { answerSummary } from './summary';

const MAX_PAGE = 100_000;

async function extentsOf(job: QueryJob, query: QueryOf<'density' | 'histogram'>, axes: readonly Axis[]): Promise<readonly Extent[]> {
  const { view, table } = job;
  const known = axes.map((axis) => table.cache.extents.get(view, axis, query.rows));
  const missing = axes.filter((_, i) => !known[i]);
  if (missing.length === 0) return known.map((e) => e!);
  const parts = await overRows(job, extents, candidatesOf(view, query.rows), { table: job.data, spec: { rows: query.rows, axes: missing } });
  const found = parts.reduce(mergeExtents);
  missing.forEach((axis, i) => table.cache.extents.set(view, axis, query.rows, found[i]!));
  return axes.map((axis, i) => known[i] ?? found[missing.indexOf(axis)]!);
}

/** Adds images two by two, with a pause when they are large. */
async function sum(parts: readonly DensityPartial[], signal: AbortSignal | undefined): Promise<DensityPartial> {
  const breath = new Breath(signal);
  const total = parts[0]!;
  for (const part of parts.slice(1)) {
    mergeDensity(total, part);
    if (breath.isDue()) await breath.take();
  }
  return total;
}

async function answerDensity(job: QueryJob, query: QueryOf<'density'>): Promise<AnswerTo<'density'>> {
  if (!(query.width * query.height <= MAX_CELLS))
    throw new AppError({ code: 'invalid-argument', message: `invalid image size: ${query.width} × ${query.height} (at most ${MAX_CELLS} cells)` });
  const isOpen = [!query.xRange, !query.yRange];
  const axes = [query.x, query.y].filter((_, i) => isOpen[i]);
  const found = [...(axes.length > 0 ? await extentsOf(job, query, axes) : [])];
  const xRange = query.xRange ?? rangeOfExtent(found.shift()!, query.xLog ?? false);
  const yRange = query.yRange ?? rangeOfExtent(found.shift()!, query.yLog ?? false);
  const spec: DensitySpec = { ...query, xRange, yRange };
  const parts = await overRows(job, density, candidatesOf(job.view, query.rows), { table: job.data, query: spec });
  return densityAnswer(job.view, spec, await sum(parts, job.signal));
}

async function answerHistogram(job: QueryJob, query: QueryOf<'histogram'>): Promise<AnswerTo<'histogram'>> {
  const range = query.range ?? rangeOfExtent((await extentsOf(job, query, [query.x]))[0]!, query.log ?? false);
  const spec: HistogramSpec = { ...query, range };
  const parts = await overRows(job, histogram, candidatesOf(job.view, query.rows), { table: job.data, query: spec });
  return histogramAnswer(job.view, spec, parts.reduce(mergeHistograms));
}

async function answerPoints(job: QueryJob, query: QueryOf<'points'>): Promise<AnswerTo<'points'>> {
  checkLimit(query.limit, 10_000_000);
  return pointsAnswer(job.view, query, await overRows(job, points, candidatesOf(job.view, query.rows), { table: job.data, query }));
}

async function answerCount(job: QueryJob, query: QueryOf<'count'>): Promise<AnswerTo<'count'>> {
  const parts = await overRows(job, count, candidatesOf(job.view, query.rows), { table: job.data, query });
  return { kind: 'count', version: job.table.version, ...parts.reduce(mergeCounts) };
}

async function answerNearest(job: QueryJob, query: QueryOf<'nearest'>): Promise<AnswerTo<'nearest'>> {
  const parts = await overRows(job, nearest, candidatesOf(job.view, query.rows), { table: job.data, query });
  const { row } = parts.reduce(mergeNearest);
  return { kind: 'nearest', version: job.table.version, row: row < 0 ? undefined : row };
}

function checkLimit(limit: number, most: number): void {
  if (!Number.isInteger(limit) || limit < 0 || limit > most)
    throw new AppError({ code: 'invalid-argument', message: `invalid limit: ${limit} (must be a whole number from 0 to ${most})` });
}

function checkPage({ offset, limit }: QueryOf<'rows' | 'objects'>): void {
  checkLimit(limit, MAX_PAGE);
  if (!Number.isInteger(offset) || offset < 0)
    throw new AppError({ code: 'invalid-argument', message: `invalid offset: ${offset} (must be 0 or more)` });
}

/** The table as it goes to the threads, with the columns of its object table that predicates ask about. */
export async function withObjectTable(query: Query, table: QueryTable, work: Work): Promise<TableData> {
  const plain = dataOf(table);
  const predicates = [
    ...('selection' in query ? [query.selection] : []),
    ...('rows' in query && query.rows.of !== 'objects' ? [query.rows.where] : []),
  ];
  const names = predicates.flatMap((p) => (p && objectColumnsOf(p)) ?? []);
  const index = plain.objects && viewOf(plain).objects;
  if (!index || !predicates.some((p) => p && objectColumnsOf(p))) return plain;
  return withObjectColumns(work, plain, index, names, table.extras, table.cache.objects);
}

/** Answers a query about the object table: the list of objects, its columns, or what any table can be asked. */
async function answerOfObjects(query: Query, table: QueryTable, plain: TableData, work: Work): Promise<Answer> {
  if (query.kind === 'objects') checkPage(query);
  const { version, extras } = table;
  const index = plain.objects && viewOf(plain).objects;
  const serial = extras?.serial ?? 0;
  if (!index || index.count === 0) {
    if (query.kind === 'objects') return { kind: 'objects', version, resultColumns: [], total: 0, objects: [] };
    if (query.kind === 'object-columns') return { kind: 'object-columns', version, serial, objects: 0, columns: [] };
    throw new AppError({ code: 'invalid-argument', message: 'this table has no objects', hint: 'give the column of identifiers the role object' });
  }
  const objects = await objectTable(work, plain, index, extras, table.cache.objects);
  if (query.kind === 'objects') return answerObjects(work, objects, extras?.labels, query);
  if (query.kind === 'object-columns')
    return { kind: 'object-columns', version, serial, objects: index.count, columns: objects.data.columns.map((c) => c.meta) };
  const { cache } = objects;
  if (query.kind === 'row') return answerQuery({ ...query, of: undefined }, { ...objects.data, cache }, work.pool, work.signal);
  if (!('rows' in query)) throw new Error(`${query.kind} is no question about objects`);
  const own = { ...query, rows: { ...query.rows, of: undefined } };
  const selection = 'selection' in query ? query.selection : undefined;
  if (selection === undefined) return answerQuery(own, { ...objects.data, cache }, work.pool, work.signal);
  const selected = await selectedObjects(work, plain, objects, selection, table.cache.objects);
  return answerQuery({ ...own, selection: selected.selection } as Query, { ...selected.data, cache }, work.pool, work.signal);
}

/**
 * Answers a query about one version of a table: in the threads of the pool when there are many rows, on the spot when there are few, and never
 * keeping the calling thread busy for more than a few milliseconds at a time. The columns in `needsOf(query)` must be in the table; others need
 * not. Throws AppError (`not-found`, `invalid-argument`), and Cancelled when the signal is aborted.
 */
export async function answerQuery(query: Query, table: QueryTable, pool: Executor, signal?: AbortSignal): Promise<Answer> {
  if (signal?.aborted) throw new Cancelled();
  const plain = await withObjectTable(query, table, { pool, signal });
  if (isOfObjects(query)) return answerOfObjects(query, table, plain, { pool, signal });
  const needs = needsOf(query, { ...plain, columnNames: plain.columns.map((c) => c.meta.name) });
  const data = pick(plain, needs);
  const job: QueryJob = { pool, signal, table, data, view: viewOf(data) };
  switch (query.kind) {
    case 'points':
      return answerPoints(job, query);
    case 'density':
      return answerDensity(job, query);
    case 'histogram':
      return answerHistogram(job, query);
    case 'rows':
      checkPage(query);
      return answerRows(job, table, data, job.view, query);
    case 'summary':
      return answerSummary(job, table, data, job.view, query);
    case 'objects':
    case 'object-columns':
      throw new Error(`${query.kind} is answered from the object table`);
    case 'count':
      return answerCount(job, query);
    case 'nearest':
      return answerNearest(job, query);
    case 'image':
      return answerImage(job, query);
    case 'image-stretch':
      return answerStretch(job, query);
    case 'image-stats':
      return answerImageStats(job, query);
    case 'row':
      return rowAnswer(job.view, query.row);
  }
}
