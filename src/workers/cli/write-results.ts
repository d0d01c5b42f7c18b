import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { ResultValue } from '../../core/operations/definition';
import type { Alert, TableMeta } from '../../core/model/table';
import type { ColumnMeta } from '../../core/model/column';
import { tableOf, type ColumnData } from '../../core/sample/table-data';
import { Cancelled, type Progress } from '../../core/protocol/outcome';
import { verifyWritten } from '../writers/verify';
import { writerFor } from '../writers/registry';

export interface ResultTable {
  readonly name: string;
  readonly rows: readonly Readonly<Record<string, ResultValue>>[];
  /** The recipe that made them, as JSON text, and in words. */
  readonly recipe: string;
  readonly history: readonly string[];
}

interface Context {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

/** Numbers, truth values and text as columns of the type that holds them all. */
function columnOf(name: string, values: readonly ResultValue[]): { meta: ColumnMeta; data: ColumnData } {
  const given = values.filter((v) => v !== undefined);
  if (given.every((v) => typeof v === 'number')) {
    return { meta: { name, type: 'float64' }, data: { numbers: Float64Array.from(values, (v) => (v as number | undefined) ?? NaN) } };
  }
  if (given.every((v) => typeof v === 'boolean')) {
    const present = Uint8Array.from(values, (v) => (v === undefined ? 0 : 1));
    return { meta: { name, type: 'bool' }, data: { numbers: Uint8Array.from(values, (v) => (v ? 1 : 0)), present } };
  }
  return { meta: { name, type: 'utf8' }, data: { text: values.map((v) => (v === undefined ? undefined : String(v))) } };
}

/**
 * Writes a table of results in the format of `path`'s extension: to a temporary name beside it, synced, read back and compared, renamed. What
 * was at `path` stays when anything goes wrong.
 */
export async function writeResults(table: ResultTable, path: string, context: Context): Promise<readonly Alert[]> {
  const names = [...new Set(table.rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) =>
    columnOf(
      name,
      table.rows.map((row) => row[name]),
    ),
  );
  const meta: TableMeta = { name: table.name, rows: table.rows.length, columns: columns.map((c) => c.meta), header: [], fileFlags: [] };
  const chunkRows = 65_536;
  const held = tableOf(meta, new Map(columns.map((c) => [c.meta.name, c.data])));
  const source = {
    meta,
    columns: meta.columns,
    rows: meta.rows,
    chunkRows,
    recipe: table.recipe,
    history: table.history,
    batches: () => held.batches(chunkRows),
  };
  const tag = randomBytes(4).toString('hex');
  const temporary = (suffix: string): string => join(dirname(path), `.skysift-${tag}${extname(path)}${suffix}`);
  const suffixes = new Set(['']);
  const sidecar = (suffix: string): string => (suffixes.add(suffix), temporary(suffix));
  try {
    const { alerts } = await writerFor(basename(path)).write(source, temporary(''), { ...context, sidecar });
    for (const suffix of suffixes) {
      const handle = await open(temporary(suffix), 'r');
      await handle.sync().finally(() => handle.close());
    }
    await verifyWritten(temporary(''), source, context);
    if (context.signal.aborted) throw new Cancelled();
    for (const suffix of [...suffixes].reverse()) await rename(temporary(suffix), path + suffix);
    return alerts;
  } finally {
    await Promise.all([...suffixes].map((suffix) => rm(temporary(suffix), { force: true })));
  }
}
