import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { BitMask } from '../../../core/model/bit-mask';
import type { ColumnMeta } from '../../../core/model/column';
import { type Flag, excludes } from '../../../core/model/flag';
import { type ResultRecord, type ResultTable, resultTableOf } from '../../../core/model/result-table';
import type { Change, Entry } from '../journal';
import type { ColumnRef } from '../store/column-file';
import { unpackResults } from './result-file';

export interface StateColumn {
  readonly ref: ColumnRef;
  /** Folder that holds ref.file. */
  readonly folder: string;
}

export interface StateFlag {
  readonly flag: Flag;
  readonly mask: BitMask;
  readonly count: number;
}

/** What a step found, row by row. */
export interface StepResults {
  readonly step: string;
  readonly op: string;
  readonly table: ResultTable;
}

/** A table after some steps: immutable, sharing with its neighbours all that a step left alone. So undo is a step back along states. */
export interface TableState {
  readonly columns: ReadonlyMap<string, StateColumn>;
  readonly flags: ReadonlyMap<string, StateFlag>;
  readonly results: readonly StepResults[];
}

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

export async function packMask(mask: BitMask): Promise<Uint8Array> {
  // zlib refuses views on shared memory.
  return deflate(Buffer.from(mask.bytes), { level: 1 });
}

async function readMask(path: string, rows: number): Promise<BitMask> {
  const mask = new BitMask(rows);
  mask.bytes.set(await inflate(await readFile(path)));
  return mask;
}

export function withFlag(state: TableState, flag: Flag, mask: BitMask): TableState {
  const flags = new Map(state.flags);
  flags.set(flag.name, { flag, mask, count: mask.count() });
  return { ...state, flags };
}

export function withColumn(state: TableState, column: StateColumn): TableState {
  const columns = new Map(state.columns);
  columns.set(column.ref.meta.name, column);
  return { ...state, columns };
}

/** The state after an entry, read from the files that the entry wrote. */
export async function applyEntry(state: TableState, entry: Entry, workspace: string, rows: number): Promise<TableState> {
  let next = state;
  for (const change of entry.changes) next = await applyChange(next, change, entry, workspace, rows);
  return next;
}

async function applyChange(state: TableState, change: Change, entry: Entry, workspace: string, rows: number): Promise<TableState> {
  switch (change.kind) {
    case 'flag': {
      const xor = await readMask(join(workspace, change.xor), rows);
      const before = state.flags.get(change.flag.name)?.mask;
      return withFlag(state, change.flag, before ? before.xor(xor) : xor);
    }
    case 'column':
      return withColumn(state, { ref: change.ref, folder: join(workspace, change.folder) });
    case 'results': {
      const { id, op } = entry.report.step;
      const results: StepResults = { step: id, op, table: await readResults(join(workspace, change.file)) };
      return { ...state, results: [...state.results.filter((r) => r.step !== id), results] };
    }
  }
}

/** Workspaces made before results were columns keep them as JSON. */
async function readResults(path: string): Promise<ResultTable> {
  const packed = await readFile(path);
  if (!path.endsWith('.json.z')) return unpackResults(packed);
  return resultTableOf(JSON.parse((await inflate(packed)).toString('utf8')) as ResultRecord[]);
}

/** Union of the flags that mean "do not use" (all but the file's own and those that inform). */
export function flaggedMask(state: TableState, rows: number): BitMask {
  const masks = [...state.flags.values()].filter(({ flag }) => excludes(flag)).map(({ mask }) => mask);
  return masks.reduce((union, mask) => union.or(mask), new BitMask(rows));
}

export function columnMetas(state: TableState): readonly ColumnMeta[] {
  return [...state.columns.values()].map((c) => c.ref.meta);
}
