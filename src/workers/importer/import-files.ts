import { createHash } from 'node:crypto';
import { mkdir, open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { chunkRowsFor, firstLook } from '../../core/model/first-look';
import type { Alert, TableMeta } from '../../core/model/table';
import { AppError, Cancelled, type Progress } from '../../core/protocol/outcome';
import { ColumnFileWriter } from '../engine/store/column-file';
import { writeJson } from '../engine/store/files';
import type { OpenedSource, RecordBatch, SourceTable } from '../readers/reader';
import { openSource } from '../readers/registry';
import { guessRoles } from '../readers/roles';
import { openSample } from '../readers/sample-source';
import { stackSources } from '../readers/stack';
import { unitsByName } from './units-by-name';
import type { ImportEvent, ImportRequest, ImportResult, ImportedMeta, Manifest } from './import-protocol';

export interface ImportContext {
  readonly signal: AbortSignal;
  emit(event: ImportEvent): void;
  progress(progress: Progress): void;
}

const APART: ImportResult = { areApart: true, format: 'nothing', sha256: '', bytes: 0, manifests: [], alerts: [] };

/** Reads files and writes their tables into the store, what is looked at first coming first. Throws AppError or Cancelled. */
export async function importFiles(request: ImportRequest, context: ImportContext): Promise<ImportResult> {
  const sources: OpenedSource[] = [];
  try {
    if (request.sample) sources.push(openSample());
    for (const path of request.paths) {
      sources.push(await openSource(path, { signal: context.signal }));
      if (context.signal.aborted) throw new Cancelled();
    }
    if (request.stack === 'auto' && sources.length > 1 && !areLightCurves(sources)) return APART;
    const tables = chooseTables(request, sources);
    const alerts = sources.flatMap((s) => [...s.alerts]);
    const format = sources[0]?.format ?? 'nothing';
    return await importTables(tables, { request, context, alerts, format, hash: () => hashFiles(request.paths, context.signal) });
  } finally {
    await Promise.allSettled(sources.map((s) => s.close()));
  }
}

function chooseTables(request: ImportRequest, sources: readonly OpenedSource[]): readonly SourceTable[] {
  const name = (i: number): string => basename(request.paths[i] ?? '');
  if (sources.length > 1 && request.stack !== false) {
    const parts = sources.flatMap((source, i) => {
      const table = source.tables.find((t) => t.name === request.table) ?? source.tables[0];
      if (!table) throw noTable(name(i), source);
      return [{ source, table, fileName: name(i) }];
    });
    return [stackSources(parts)];
  }
  return sources.flatMap((source, i) => {
    if (source.tables.length === 0) throw noTable(name(i), source);
    const images = source.images ?? [];
    if (request.table === undefined) return withBeside([...source.tables, ...images.filter((t) => t.isOpenedAlong)], images);
    const all = [...source.tables, ...images];
    const chosen = all.filter((t) => t.name === request.table);
    if (chosen.length === 0) {
      const known = spokenNames(all.map((t) => t.name));
      throw new AppError({ code: 'not-found', message: `${name(i)} has no table ${request.table}`, hint: `its tables are: ${known}` });
    }
    return chosen;
  });
}

const MOST_BESIDE = 1000;

/** The first table of a file knows which of its images are not opened. */
function withBeside([first, ...rest]: readonly SourceTable[], images: readonly SourceTable[]): SourceTable[] {
  const beside = images.filter((t) => !t.isOpenedAlong).slice(0, MOST_BESIDE);
  return [beside.length > 0 ? { ...first!, imagesBeside: beside.map((t) => ({ name: t.name, ...t.image! })) } : first!, ...rest];
}

const MOST_NAMES = 20;

function spokenNames(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Files that belong into one table: each has a time, and each shares half of its columns with the first, or the first with it. */
function areLightCurves(sources: readonly OpenedSource[]): boolean {
  const columns = sources.map((source) => source.tables[0]?.columns ?? []);
  const first = new Set(columns[0]!.map((c) => c.name));
  return columns.every((own) => {
    const common = own.filter((c) => first.has(c.name)).length;
    return 2 * common >= Math.min(own.length, first.size) && guessRoles([...own]).some((c) => c.role === 'time');
  });
}

function noTable(name: string, source: OpenedSource): AppError {
  const why = source.alerts.map((a) => a.message).join('; ');
  return new AppError({
    code: 'unsupported',
    message: `${name} holds no table${why ? ` (${why})` : ''}`,
    hint: source.alerts.find((a) => a.hint !== undefined)?.hint ?? 'open a file with a table or an image in it',
  });
}

export interface ImportPlan {
  readonly request: Pick<ImportRequest, 'folder'>;
  readonly context: ImportContext;
  readonly alerts: readonly Alert[];
  readonly format: string;
  readonly hash: () => Promise<{ sha256: string; bytes: number }>;
}

/** Second half of importFiles, for sources that are not files (the sample survey). */
export async function importTables(tables: readonly SourceTable[], plan: ImportPlan): Promise<ImportResult> {
  const { context, request } = plan;
  const described = tables.map((table) => describe(table));
  context.emit({ kind: 'described', format: plan.format, tables: described, alerts: plan.alerts });
  const total = described.reduce((n, d) => n + d.meta.rows, 0);
  const started = Date.now();
  let finishedRows = 0;
  const manifests: Manifest[] = [];
  for (const [index, table] of tables.entries()) {
    const report = (rows: number): void => {
      const seconds = Math.max(0.001, (Date.now() - started) / 1000);
      const rate = (finishedRows + rows) / seconds;
      context.progress({
        fraction: total > 0 ? Math.min(1, (finishedRows + rows) / total) : 0,
        note: `${spoken(finishedRows + rows)} of ${spoken(total)} rows · ${spoken(rate)} rows/s`,
      });
    };
    const manifest = await importTable(table, described[index]!, join(request.folder, String(index)), index, context, report);
    finishedRows += manifest.meta.rows;
    manifests.push(manifest);
    context.emit({ kind: 'table-done', table: index, manifest });
  }
  const { sha256, bytes } = await plan.hash();
  return { format: plan.format, sha256, bytes, manifests, alerts: plan.alerts };
}

function describe(table: SourceTable): ImportedMeta {
  const { columns, alerts } = unitsByName(guessRoles([...table.columns]));
  const meta: TableMeta = {
    name: table.name,
    rows: table.rows ?? table.rowsEstimate ?? 0,
    columns,
    header: table.header,
    fileFlags: table.fileFlags,
    timeOrigin: table.timeOrigin,
    timeSystem: table.timeSystem,
    provenance: table.provenance,
    image: table.image,
    imagesBeside: table.imagesBeside,
  };
  return {
    meta,
    exact: table.rows !== undefined,
    chunkRows: chunkRowsFor(columns),
    alerts: [...table.alerts, ...alerts],
    files: columns.map((_, i) => `c${i}.arrow`),
  };
}

/**
 * Order of reading where the source can project: a head to look at, the first chunk of every column (the first rows on screen), then all of the columns looked at
 * first, then the others. A column file is only ever appended to, so chunks of one column stay in order.
 */
async function importTable(
  table: SourceTable,
  described: ImportedMeta,
  folder: string,
  index: number,
  context: ImportContext,
  report: (rows: number) => void,
): Promise<Manifest> {
  await mkdir(folder, { recursive: true });
  const { meta, chunkRows } = described;
  const writers = new Map(meta.columns.map((c, i) => [c.name, new ColumnFileWriter(join(folder, described.files[i]!), c)]));
  const first = firstLook(meta.columns);
  const rest = meta.columns.map((c) => c.name).filter((n) => !first.includes(n));
  const split = table.projects && (table.rows ?? 0) > chunkRows && first.length > 0 && rest.length > 0;
  const passes: { columns?: readonly string[]; from: number; to: number }[] = split
    ? [
        { from: 0, to: 1 },
        { columns: first, from: 1, to: Infinity },
        { columns: rest, from: 1, to: Infinity },
      ]
    : [{ from: 0, to: Infinity }];
  if (split) await tellHead(table, index, context);
  let rows = 0;
  // Progress counts cells: a pass over two of eight columns is a quarter of the work.
  let cells = 0;
  const stored = (n: number): void => report((cells += n) / Math.max(1, meta.columns.length));
  try {
    for (const pass of passes) rows = await runPass(table, pass, { chunkRows, writers, index, context, stored });
    const columns = await Promise.all([...writers.values()].map((w) => w.finish()));
    const manifest: Manifest = { skysiftStore: 1, meta: { ...meta, rows }, chunkRows, columns, alerts: described.alerts };
    await writeJson(join(folder, 'manifest.json'), manifest);
    return manifest;
  } finally {
    await Promise.allSettled([...writers.values()].map((w) => w.abandon()));
  }
}

/** Rows told before anything is stored: more than a screen holds. */
const HEAD_ROWS = 400;

async function tellHead(table: SourceTable, index: number, { signal, emit }: ImportContext): Promise<void> {
  for await (const { chunks } of table.read({ chunkRows: HEAD_ROWS, signal })) {
    emit({ kind: 'head', table: index, columns: [...chunks] });
    return;
  }
}

interface PassContext {
  readonly chunkRows: number;
  readonly writers: ReadonlyMap<string, ColumnFileWriter>;
  readonly index: number;
  readonly context: ImportContext;
  stored(cells: number): void;
}

async function runPass(table: SourceTable, pass: { columns?: readonly string[]; from: number; to: number }, p: PassContext): Promise<number> {
  const { signal } = p.context;
  let chunk = 0;
  let rows = 0;
  for await (const batch of table.read({ chunkRows: p.chunkRows, columns: pass.columns, signal })) {
    if (signal.aborted) throw new Cancelled();
    if (chunk >= pass.from) await store(batch, chunk, pass.columns, p);
    rows += batch.rows;
    if (++chunk >= pass.to) break;
  }
  return rows;
}

async function store(batch: RecordBatch, index: number, only: readonly string[] | undefined, p: PassContext): Promise<void> {
  const names = only ?? [...p.writers.keys()];
  const columns = await Promise.all(
    names.map(async (name) => {
      const chunk = batch.chunks.get(name);
      const writer = p.writers.get(name);
      if (!chunk || !writer) throw new AppError({ code: 'internal', message: `the reader gave no chunk of column ${name}`, column: name });
      return [name, await writer.append(chunk)] as const;
    }),
  );
  p.context.emit({ kind: 'chunk', table: p.index, index, rows: batch.rows, columns });
  p.stored(batch.rows * names.length);
}

/** `1 204 318` below ten million, else `12.3 M`. */
export function spoken(n: number): string {
  if (n >= 1e6) return `${(n / 1e6).toFixed(1)} M`;
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** SHA-256 over the files' bytes in order: what the store is keyed by. */
export async function hashFiles(paths: readonly string[], signal: AbortSignal): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const buffer = Buffer.allocUnsafe(8 * 2 ** 20);
  for (const path of paths) {
    const handle = await open(path);
    try {
      for (;;) {
        if (signal.aborted) throw new Cancelled();
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
        if (bytesRead === 0) break;
        hash.update(buffer.subarray(0, bytesRead));
        bytes += bytesRead;
      }
    } finally {
      await handle.close();
    }
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** Identity of files on disk without reading them: what "the same file as before" is judged by. */
export async function fingerprint(paths: readonly string[]): Promise<string> {
  const parts = await Promise.all(
    paths.map(async (p) => {
      const s = await stat(p);
      return [p, s.size, s.mtimeMs];
    }),
  );
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
