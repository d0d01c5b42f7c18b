import { type Cell, type Chunk, type ColumnMeta, arrayFor, parseType } from '../../../src/core/model/column';
import type { TableMeta } from '../../../src/core/model/table';
import type { ExportSource } from '../../../src/workers/writers/writer';

/** A chunk of a column from plain cells: undefined is null, `[re, im]` complex, arrays for lists. */
export function chunkOf(meta: ColumnMeta, cells: readonly Cell[]): Chunk {
  const { kind, element, size } = parseType(meta.type);
  const complex = element.startsWith('complex');
  const elements: Cell[] = [];
  const ends: number[] = [0];
  const bytes: number[] = [];
  const validity = cells.includes(undefined) ? new Uint8Array((cells.length + 7) >> 3) : undefined;
  cells.forEach((cell, row) => {
    if (cell !== undefined && validity) validity[row >> 3]! |= 1 << (row & 7);
    const list = kind === 'scalar' ? [cell] : ((cell as Cell[] | undefined) ?? (kind === 'fixed' ? new Array<Cell>(size).fill(undefined) : []));
    if (element === 'utf8') {
      for (const text of list) {
        bytes.push(...new TextEncoder().encode((text as string | undefined) ?? ''));
        ends.push(bytes.length);
      }
      return;
    }
    elements.push(...list);
    ends.push(elements.length);
  });
  const big = element === 'int64' || element === 'uint64';
  const flat = elements.flatMap((e) => (complex ? ((e as number[] | undefined) ?? [0, 0]) : [e ?? (big ? 0n : 0)]));
  const data = element === 'utf8' ? Uint8Array.from(bytes) : arrayFor(element, flat.length);
  if (element !== 'utf8') flat.forEach((v, i) => (data[i] = (big ? BigInt(v as number) : Number(v)) as never));
  const offsets = element === 'utf8' || kind === 'list' ? Int32Array.from(ends) : undefined;
  return { length: cells.length, stride: size * (complex ? 2 : 1), data, offsets, validity };
}

/** Something to export, given as columns of plain cells, in batches of `chunkRows`. */
export function exportOf(
  columns: readonly (readonly [ColumnMeta, readonly Cell[]])[],
  options: { chunkRows?: number; meta?: Partial<TableMeta>; recipe?: string; history?: string[] } = {},
): ExportSource {
  const rows = columns[0]?.[1].length ?? 0;
  const chunkRows = options.chunkRows ?? 3;
  const metas = columns.map(([meta]) => meta);
  return {
    meta: { name: 'stars', rows, columns: metas, header: [], fileFlags: [], ...options.meta },
    columns: metas,
    rows,
    chunkRows,
    recipe: options.recipe ?? '',
    history: options.history ?? [],
    *batches() {
      for (let from = 0; from < rows; from += chunkRows) {
        const n = Math.min(chunkRows, rows - from);
        yield { rows: n, chunks: new Map(columns.map(([meta, cells]) => [meta.name, chunkOf(meta, cells.slice(from, from + n))])) };
      }
    },
  };
}
