import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError, Cancelled } from '../../../src/core/protocol/outcome';
import { resultTableOf } from '../../../src/core/model/result-table';
import { buildObjectIndex, ObjectIndex } from '../../../src/core/query/object-index';
import { median as medianInPlace } from '../../../src/core/numerics/robust';
import type { Answer, AnswerTo, Query } from '../../../src/core/query/query';
import { StepColumns } from '../../../src/core/query/step-columns';
import { viewOf } from '../../../src/core/query/table-view';
import { answerQuery } from '../../../src/workers/engine/queries/answer';
import { QueryCache } from '../../../src/workers/engine/queries/query-cache';
import type { QueryTable } from '../../../src/workers/engine/queries/query-table';
import objectIndexTask from '../../../src/workers/engine/tasks/object-index';
import { InlineExecutor } from '../../../src/workers/engine/threads/inline-executor';
import { ThreadPool } from '../../../src/workers/engine/threads/pool';
import { makeTable, maskOfRows, seeded } from '../../core/query/tables';
import { buildThread, type ThreadBundle } from '../thread-bundle';

const ROWS = 600_000;
const random = seeded(21);
const x = Float64Array.from({ length: ROWS }, () => random() * 100);
const y = Float64Array.from({ length: ROWS }, () => random() * 10);
const star = Array.from({ length: ROWS }, () => Math.floor(random() * 2000));
const band = star.map((_, i) => 'gri'[i % 3]!);
const flagged = Array.from({ length: ROWS / 10 }, (_, i) => i * 7);
const base = makeTable(
  { x: [...x], y: [...y], 'star:int64': star, 'band:utf8': band },
  { flagged: maskOfRows(ROWS, flagged), roles: { object: 'star', band: 'band', value: 'y' } },
  1 << 16,
);
const isFlagged = new Uint8Array(ROWS);
for (const row of flagged) isFlagged[row] = 1;

let bundle: ThreadBundle;
let pool: ThreadPool;
let table: QueryTable;

beforeAll(async () => {
  bundle = await buildThread('test/workers/thread-entry.ts');
  pool = new ThreadPool({ threads: 2, url: bundle.url });
  const objects = await pool.run(objectIndexTask, { table: base, object: 'star', band: 'band' });
  table = { ...base, objects, cache: new QueryCache() };
});
afterAll(async () => {
  await pool.dispose();
  await bundle.remove();
});

const ask = <K extends Query['kind']>(
  query: Extract<Query, { kind: K }>,
  of = table,
  executor: ThreadPool | InlineExecutor = pool,
): Promise<AnswerTo<K>> => answerQuery(query, of, executor) as Promise<AnswerTo<K>>;

const axes = { x: { column: 'x' }, y: { column: 'y' } };
const lasso = {
  kind: 'polygon',
  ...axes,
  points: [
    [10, 1],
    [80, 2],
    [60, 9],
    [20, 8],
  ],
} as const;
const queries: readonly Query[] = [
  { kind: 'density', table: 't', rows: {}, ...axes, width: 40, height: 30 },
  { kind: 'density', table: 't', rows: { flagged: 'hide', band: 'g' }, ...axes, width: 40, height: 30, xLog: true, selection: lasso },
  { kind: 'histogram', table: 't', rows: { flagged: 'only' }, x: { column: 'x' }, bins: 30, selection: lasso },
  { kind: 'histogram', table: 't', rows: {}, x: { expression: 'sqrt(x) + y' }, bins: 30 },
  { kind: 'points', table: 't', rows: { where: { kind: 'range', axis: { column: 'x' }, high: 0.5 } }, ...axes, limit: 1_000_000, xError: 'y' },
  { kind: 'points', table: 't', rows: {}, ...axes, limit: 1000 },
  { kind: 'points', table: 't', rows: { object: '77' }, x: { phase: { column: 'x', period: 3, epoch: 1 } }, y: { column: 'y' }, limit: 1000 },
  { kind: 'rows', table: 't', rows: { where: lasso, flagged: 'hide' }, columns: ['x', 'star'], offset: 5000, limit: 20 },
  { kind: 'rows', table: 't', rows: {}, columns: ['x'], offset: 299_990, limit: 20, order: { column: 'y', descending: true }, selection: lasso },
  { kind: 'rows', table: 't', rows: { where: lasso }, columns: ['y'], offset: 30, limit: 20, order: { column: 'band' } },
  { kind: 'rows', table: 't', rows: { object: '5' }, columns: ['y'], offset: 0, limit: 20, order: { column: 'y' } },
  { kind: 'summary', table: 't', columns: ['x', 'star', 'band'], bins: 10 },
  { kind: 'objects', table: 't', sort: 'scatter', descending: true, offset: 0, limit: 50 },
  { kind: 'objects', table: 't', sort: 'id', filter: '19', offset: 10, limit: 5 },
  { kind: 'count', table: 't', rows: {}, selection: { kind: 'objects', ids: ['3', '1999'], band: 'r' } },
  { kind: 'nearest', table: 't', rows: {}, ...axes, at: [50, 5], scale: [1, 1] },
  { kind: 'row', table: 't', row: 123_456 },
];

describe('answerQuery', () => {
  it.each(queries)('answers the same over threads as in the current one: %j', async (query) => {
    const threaded = await answerQuery(query, table, pool);
    const inline: Answer = await answerQuery(query, { ...table, cache: new QueryCache() }, new InlineExecutor());
    // Sums over other pieces may differ in their last digit.
    const rounded = (a: Answer): unknown =>
      a.kind === 'summary' ? a.columns.map((c) => ({ ...c, mean: c.mean?.toPrecision(13), std: c.std?.toPrecision(13) })) : a;
    expect(rounded(threaded)).toEqual(rounded(inline));
    expect(threaded).toMatchObject({ kind: query.kind, version: 1 });
    for (const value of Object.values(threaded)) if (ArrayBuffer.isView(value)) expect(value.buffer).toBeInstanceOf(ArrayBuffer);
    expect(await answerQuery(query, table, pool)).toEqual(threaded);
  });

  it('counts every row of a density, and those of the lasso', async () => {
    const answer = await ask({ kind: 'density', table: 't', rows: {}, ...axes, width: 40, height: 30, selection: lasso });
    expect(answer.counts.reduce((a, b) => a + b)).toBe(ROWS);
    const count = await ask({ kind: 'count', table: 't', rows: {}, selection: lasso });
    expect(answer.selectedTotal).toBe(count.rows);
    expect(count.rows / ROWS).toBeCloseTo(0.39, 2);
    const hidden = await ask({ kind: 'count', table: 't', rows: { flagged: 'hide' }, selection: lasso });
    expect(hidden).toMatchObject({ rows: count.rows - count.flagged, flagged: 0 });
  });

  it('lists objects with their numbers', async () => {
    const labels = new Map([['7', 3]]);
    const found = new StepColumns('s1', 'periods.lomb-scargle', new ObjectIndex(table.objects!));
    found.add(
      resultTableOf([
        { object: '9', period: 0.5 },
        { object: 'not there', period: 0.1 },
        { object: '7', period: 1.25 },
        { object: '7', period: 0.25 },
      ]),
    );
    const extras = { labels, steps: [found] };
    const answer = await ask({ kind: 'objects', table: 't', sort: 'period', offset: 0, limit: 3 }, { ...table, extras });
    expect(answer).toMatchObject({ total: 2000, resultColumns: ['period'] });
    expect(answer.objects.map((o) => o.id).slice(0, 2)).toEqual(['9', '7']);
    const seven = answer.objects[1]!;
    const rows = star.map((_, i) => i).filter((i) => star[i] === 7);
    const live = rows.filter((i) => isFlagged[i] === 0).map((i) => y[i]!);
    const median = medianInPlace(Float64Array.from(live), live.length);
    expect(seven).toMatchObject({
      rows: rows.length,
      flagged: rows.length - live.length,
      median,
      label: 3,
      results: { period: 1.25 },
      bands: expect.anything(),
    });
    expect([...seven.bands!].sort()).toEqual(['g', 'i', 'r']);
    const labelled = await ask({ kind: 'objects', table: 't', sort: 'label', offset: 0, limit: 1 }, { ...table, extras });
    expect(labelled.objects[0]!.id).toBe('7');
    await expect(ask({ kind: 'objects', table: 't', sort: 'perod', offset: 0, limit: 3 }, { ...table, extras })).rejects.toThrow(/no column perod/);
  });

  it('sorts identifiers of text by text, missing ones last, and filters whatever the case', async () => {
    const small = makeTable({ 'name:utf8': ['b', 'a2', undefined, 'A10', 'a2', 'b'], v: [1, 2, 3, 4, 5, 6] });
    const named: QueryTable = { ...small, objects: buildObjectIndex(viewOf(small), 'name').data, cache: new QueryCache() };
    const ids = async (q: Partial<Extract<Query, { kind: 'objects' }>>): Promise<string[]> =>
      (await ask({ kind: 'objects', table: 't', offset: 0, limit: 9, ...q }, named)).objects.map((o) => o.id);
    expect(await ids({})).toEqual(['b', 'a2', '', 'A10']);
    expect(await ids({ sort: 'id' })).toEqual(['A10', 'a2', 'b', '']);
    expect(await ids({ sort: 'id', descending: true })).toEqual(['b', 'a2', 'A10', '']);
    expect(await ids({ sort: 'rows', descending: true, filter: 'A' })).toEqual(['a2', 'A10']);
    expect(await ids({ offset: 3 })).toEqual(['A10']);
  });

  it('gives new answers for a new version', async () => {
    const hide: Extract<Query, { kind: 'rows' }> = { kind: 'rows', table: 't', rows: { flagged: 'hide' }, columns: ['x'], offset: 0, limit: 1 };
    const before = await ask(hide);
    const next = { ...table, version: 2, flagged: maskOfRows(ROWS, [0, 1, 2]) };
    expect(before).toMatchObject({ version: 1, total: ROWS - flagged.length });
    expect(await ask(hide, next)).toMatchObject({ version: 2, total: ROWS - 3, rows: [3] });
    const objects = { kind: 'objects', table: 't', sort: 'flagged', descending: true, offset: 0, limit: 2000 } as const;
    const sum = (a: AnswerTo<'objects'>): number => a.objects.reduce((n, o) => n + o.flagged, 0);
    expect([sum(await ask(objects)), sum(await ask(objects, next))]).toEqual([flagged.length, 3]);
  });

  it('hears a cancel', async () => {
    const abort = new AbortController();
    const query: Query = { kind: 'count', table: 't', rows: {}, selection: { kind: 'expression', expression: 'sin(x) ** 2 + cos(y) > 1.5' } };
    const answer = answerQuery(query, table, pool, abort.signal).catch((e: unknown) => e);
    abort.abort();
    expect(await answer).toBeInstanceOf(Cancelled);
    await expect(answerQuery(query, table, pool, abort.signal)).rejects.toThrow(Cancelled);
  });

  it.each<[Query, RegExp]>([
    [{ kind: 'histogram', table: 't', rows: {}, x: { column: 'stra' }, bins: 5 }, /no column named stra/],
    [{ kind: 'density', table: 't', rows: {}, ...axes, width: 0, height: 5 }, /number of bins: 0/],
    [{ kind: 'density', table: 't', rows: {}, ...axes, width: 60_000, height: 60_000 }, /image size/],
    [{ kind: 'points', table: 't', rows: { object: '2001' }, ...axes, limit: 5 }, /no object 2001/],
    [{ kind: 'points', table: 't', rows: {}, ...axes, limit: -1 }, /limit: -1/],
    [{ kind: 'rows', table: 't', rows: {}, columns: ['x'], offset: -1, limit: 5 }, /offset: -1/],
    [{ kind: 'row', table: 't', row: ROWS }, /no row 600000/],
  ])('refuses %j', async (query, message) => {
    const error = await answerQuery(query, table, pool).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).message).toMatch(message);
  });

  it('leaves the engine free for other things while it works', async () => {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const fresh = { ...table, cache: new QueryCache() };
    await Promise.all(queries.map((q) => answerQuery(q, table, pool)));
    delay.enable();
    for (const query of queries.filter((q) => q.kind !== 'points')) await answerQuery(query, fresh, pool);
    delay.disable();
    // Half of what is allowed in median is far; the largest may be the machine's doing.
    expect(delay.percentile(95) / 1e6).toBeLessThan(50);
  });
});
