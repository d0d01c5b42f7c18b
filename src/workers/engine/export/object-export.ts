import type { Chunk, Column, ColumnMeta } from '../../../core/model/column';
import type { TableMeta } from '../../../core/model/table';
import { takeRows } from '../../../core/model/take-rows';
import { operations } from '../../../core/operations/registry';
import { historyText } from '../../../core/recipe/history-text';
import { resultMeta } from '../../../core/recipe/result-meta';
import type { RecordBatch } from '../../readers/reader';
import type { ExportSource } from '../../writers/writer';
import type { ObjectTable } from '../queries/object-table-cache';
import { curveUnits } from '../table/object-extras';
import type { OpenTable } from '../table/open-table';
import type { StepResults } from '../table/state';
import { recipeOf } from './export-spec';

/** The object table, or results, on their way out, as plain data a thread can be sent. */
export interface ObjectExportSpec {
  readonly meta: TableMeta;
  readonly columns: readonly Column[];
  /** Rows that are written, in their order. */
  readonly objects: Uint32Array;
  readonly recipe: string;
  readonly history: readonly string[];
}

const CHUNK_ROWS = 65_536;

/** Names that other programs take without quotes: the identifier as in the rows, `period r` as `period_r`. */
function outerNames(columns: readonly Column[], identifier: string): readonly string[] {
  const taken = new Set(columns.map((c) => c.meta.name));
  return columns.map(({ meta: { name, role } }) => {
    if (role === 'object') return identifier;
    const plain = name.replaceAll(/[^\w.+-]+/g, '_');
    return plain === name || taken.has(plain) ? name : plain;
  });
}

/** What to write of the objects of a table: all of them, or those marked with 1. `columns`: names of the object table. */
export function objectExportSpec(table: OpenTable, objects: ObjectTable, passes?: Uint8Array, names?: readonly string[]): ObjectExportSpec {
  const columns = objects.data.columns.filter((c) => names?.includes(c.meta.name) ?? true);
  const identifier = objects.index.data.column ?? 'object';
  const outer = outerNames(columns, identifier);
  const renamed = columns.map((c, i): Column => ({ ...c, meta: { ...c.meta, name: outer[i]! } }));
  const all = Uint32Array.from({ length: objects.index.count }, (_, o) => o);
  return {
    meta: { name: `${table.meta.name}_objects`, rows: 0, columns: renamed.map((c) => c.meta), header: [], fileFlags: [] },
    columns: renamed,
    objects: passes ? all.filter((o) => passes[o] === 1) : all,
    recipe: JSON.stringify(recipeOf(table)),
    history: [...historyText(table.history.reports, operations), `one row for each object (${identifier}) of ${table.meta.name}`],
  };
}

/** What one step found, row by row as it made them, under the names of the table's own columns. */
export function resultsExportSpec(table: OpenTable, { step, op, table: results }: StepResults): ObjectExportSpec {
  const roles = { ...table.roleColumns(), ...table.history.reports.find((r) => r.step.id === step)?.step.bind };
  const units = curveUnits(table);
  const columns = results.columns.map((c): Column => {
    const { name, type } = c.meta;
    if (name === 'object' || name === 'band') return { ...c, meta: { name: roles[name] ?? name, type, role: name } };
    return { ...c, meta: { ...resultMeta(name, undefined, op, units), type } };
  });
  return {
    meta: { name: op.replace(/\W/g, '_'), rows: 0, columns: columns.map((c) => c.meta), header: [], fileFlags: [] },
    columns,
    objects: Uint32Array.from({ length: results.rows }, (_, row) => row),
    recipe: JSON.stringify(recipeOf(table)),
    history: [...historyText(table.history.reports, operations), `${op} of ${table.source.name}`],
  };
}

export function objectExportSource({ meta, columns, objects, recipe, history }: ObjectExportSpec): ExportSource {
  const metas: readonly ColumnMeta[] = columns.map((c) => c.meta);
  return {
    meta: { ...meta, rows: objects.length },
    columns: metas,
    rows: objects.length,
    chunkRows: CHUNK_ROWS,
    recipe,
    history,
    *batches(): Generator<RecordBatch> {
      for (let from = 0; from < objects.length; from += CHUNK_ROWS) {
        const some = objects.subarray(from, from + CHUNK_ROWS);
        const chunks = columns.map((c): [string, Chunk] => [c.meta.name, takeRows(c.meta, c.chunks[0]!, some)]);
        yield { rows: some.length, chunks: new Map(chunks) };
      }
    },
  };
}
