import { open, type FileHandle } from 'node:fs/promises';
import type { BitMask } from '../../../core/model/bit-mask';
import type { Chunk, ColumnMeta } from '../../../core/model/column';
import type { TableMeta } from '../../../core/model/table';
import { maskRows, takeRows } from '../../../core/model/take-rows';
import type { FlaggedRows } from '../../../core/protocol/engine-service';
import type { RecordBatch } from '../../readers/reader';
import type { ExportSource } from '../../writers/writer';
import { type ColumnRef, readChunk } from '../store/column-file';

/** What goes out, as plain data a thread can be sent (masks lie in shared memory). */
export interface ExportSpec {
  readonly meta: TableMeta;
  readonly rows: number;
  readonly chunkRows: number;
  readonly columns: readonly { readonly ref: ColumnRef; readonly path: string }[];
  /** The flags of steps, in bit order; those that inform do not count as flagged. */
  readonly flags: readonly { readonly name: string; readonly reason: string; readonly informs: boolean; readonly bytes: Uint8Array }[];
  readonly flagged: FlaggedRows;
  /** Columns made missing in flagged rows when `flagged` is `mask`. */
  readonly masked: readonly string[];
  /** One byte a row: 1 for those that are written; absent = all. */
  readonly only?: Uint8Array | undefined;
  /** Label of every row (0 = none), when any object has one. */
  readonly labels?: Uint8Array | undefined;
  readonly recipe: string;
  readonly history: readonly string[];
}

const FLAG_BITS = 31;
/** How the description of an exported flag that informs begins: by this it is known again. */
export const INFORMS = 'information: ';

function flagColumns(spec: ExportSpec): readonly ColumnMeta[] {
  if (spec.flags.length === 0) return [];
  const each = spec.flags.map<ColumnMeta>((f) => ({ name: `flag_${f.name}`, type: 'bool', description: f.informs ? INFORMS + f.reason : f.reason }));
  const bits = spec.flags.slice(0, FLAG_BITS).map((f, i) => `${2 ** i} ${f.name}`);
  return [...each, { name: 'flags', type: 'int32', description: `bits: ${bits.join(', ')}` }];
}

const bitAt = (bytes: Uint8Array, row: number): number => (bytes[row >> 3]! >> (row & 7)) & 1;

/** Any flag set that means "do not use", one byte for each of rows [from, from + n). */
function flaggedBytes(spec: ExportSpec, from: number, n: number): Uint8Array {
  const out = new Uint8Array(n);
  for (const { bytes, informs } of spec.flags) if (!informs) for (let i = 0; i < n; i++) out[i]! |= bitAt(bytes, from + i);
  return out;
}

/** Rows that are written, and how many of the rows asked for are flagged. */
export function countRows({ rows, only, flagged: how }: ExportSpec, flagged: BitMask): { readonly written: number; readonly flagged: number } {
  let [asked, bad] = [rows, 0];
  if (!only) bad = flagged.count();
  else {
    asked = 0;
    for (let row = 0; row < rows; row++) {
      asked += only[row]!;
      if (only[row] === 1 && flagged.has(row)) bad++;
    }
  }
  return { written: how === 'drop' ? asked - bad : asked, flagged: bad };
}

/** The rows and columns to write, read chunk by chunk from the store so that a table of any size passes through little memory. */
export function exportSource(spec: ExportSpec, rows: number): ExportSource {
  const extra = flagColumns(spec);
  const label: ColumnMeta[] = spec.labels ? [{ name: 'label', type: 'uint8', description: 'label given to the object by hand (0: none)' }] : [];
  const columns = [...spec.columns.map((c) => c.ref.meta), ...extra, ...label];
  return {
    meta: { ...spec.meta, columns, rows },
    columns,
    rows,
    chunkRows: spec.chunkRows,
    recipe: spec.recipe,
    history: spec.history,
    batches: () => batches(spec),
  };
}

async function* batches(spec: ExportSpec): AsyncGenerator<RecordBatch> {
  const handles = new Map<string, FileHandle>();
  try {
    for (let from = 0, index = 0; from < spec.rows; from += spec.chunkRows, index++) {
      const n = Math.min(spec.chunkRows, spec.rows - from);
      const chunks = new Map<string, Chunk>();
      const flagged = flaggedBytes(spec, from, n);
      for (const { ref, path } of spec.columns) {
        // A table of very many columns must not hold a file open for each.
        const kept = handles.get(path);
        const handle = kept ?? (await open(path, 'r'));
        if (!kept && handles.size < 256) handles.set(path, handle);
        const chunk = await readChunk(handle, ref.meta, ref.chunks[index]!);
        if (!handles.has(path)) await handle.close();
        chunks.set(ref.meta.name, spec.flagged === 'mask' && spec.masked.includes(ref.meta.name) ? maskRows(ref.meta, chunk, flagged) : chunk);
      }
      addFlags(spec, chunks, from, n);
      if (spec.flagged !== 'drop' && !spec.only) yield { rows: n, chunks };
      else {
        const { only } = spec;
        const isKept = (i: number): boolean => !(spec.flagged === 'drop' && flagged[i]) && (!only || only[from + i] === 1);
        const keep = Uint32Array.from({ length: n }, (_, i) => i).filter(isKept);
        if (keep.length > 0) yield { rows: keep.length, chunks: takeAll(spec, chunks, keep) };
      }
    }
  } finally {
    await Promise.allSettled([...handles.values()].map((h) => h.close()));
  }
}

function takeAll(spec: ExportSpec, chunks: ReadonlyMap<string, Chunk>, keep: Uint32Array): ReadonlyMap<string, Chunk> {
  const metas = new Map(spec.columns.map((c) => [c.ref.meta.name, c.ref.meta]));
  return new Map([...chunks].map(([name, chunk]) => [name, takeRows(metas.get(name) ?? { name, type: 'int32' }, chunk, keep)]));
}

function addFlags(spec: ExportSpec, chunks: Map<string, Chunk>, from: number, n: number): void {
  if (spec.flags.length > 0) {
    const bits = new Int32Array(n);
    for (const [k, { name, bytes }] of spec.flags.entries()) {
      const data = new Uint8Array(n);
      for (let i = 0; i < n; i++) {
        data[i] = bitAt(bytes, from + i);
        if (k < FLAG_BITS && data[i]) bits[i]! |= 1 << k;
      }
      chunks.set(`flag_${name}`, { length: n, stride: 1, data });
    }
    chunks.set('flags', { length: n, stride: 1, data: bits });
  }
  if (spec.labels) chunks.set('label', { length: n, stride: 1, data: spec.labels.slice(from, from + n) });
}
