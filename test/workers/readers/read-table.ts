import { type Cell, type Chunk, type Column, readCell } from '../../../src/core/model/column';
import type { SourceTable } from '../../../src/workers/readers/reader';

export interface ReadTable {
  readonly rows: number;
  column(name: string): Column;
  cells(name: string): Cell[];
}

/** Reads a whole table; checks on the way what every reader promises of its batches. */
export async function readTable(table: SourceTable, chunkRows = 1024, columns?: readonly string[]): Promise<ReadTable> {
  const names = columns ?? table.columns.map((c) => c.name);
  const chunks = new Map<string, Chunk[]>(names.map((n) => [n, []]));
  let rows = 0;
  let short = false;
  for await (const batch of table.read({ chunkRows, columns, signal: new AbortController().signal })) {
    if (short) throw new Error('a batch before the last is short');
    short = batch.rows < chunkRows;
    rows += batch.rows;
    if (batch.chunks.size !== names.length) throw new Error(`${batch.chunks.size} chunks in a batch (must be ${names.length})`);
    for (const [name, chunk] of batch.chunks) {
      if (chunk.length !== batch.rows) throw new Error(`column ${name}: a chunk of ${chunk.length} rows in a batch of ${batch.rows}`);
      chunks.get(name)!.push(chunk);
    }
  }
  const column = (name: string): Column => {
    const meta = table.columns.find((c) => c.name === name);
    if (!meta) throw new Error(`no column ${name}`);
    return { meta, length: rows, chunkRows, chunks: chunks.get(name)! };
  };
  return {
    rows,
    column,
    cells: (name) => Array.from({ length: rows }, (_, i) => readCell(column(name), i)),
  };
}
