import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Cell, type Column, readCell } from '../../../src/core/model/column';
import type { SourceTable } from '../../../src/workers/readers/reader';
import { sharedData } from '../../shared-data';

/** What `truth/<group>/<file>.json` says of one column. */
export interface TruthColumn {
  readonly name: string | null;
  readonly position?: number;
  readonly dtype?: string;
  readonly unit?: string | null;
  readonly n_null?: number;
  readonly n_nan?: number;
  readonly min?: number | string | null;
  readonly max?: number | string | null;
  readonly mean?: number | string | null;
  readonly first3?: readonly unknown[];
  readonly last3?: readonly unknown[];
}

export interface Truth {
  readonly expect: 'ok' | 'odd' | 'broken';
  readonly n_rows?: number;
  readonly n_cols?: number;
  readonly reader?: string;
  readonly columns?: readonly TruthColumn[];
  readonly members?: readonly unknown[];
}

export interface TruthFile {
  readonly name: string;
  readonly path: string;
  readonly truth: Truth;
}

/** The files of a group with their truth; none when the shared data are not there. */
export function truthFiles(group: string): TruthFile[] {
  const data = sharedData();
  if (!data || !existsSync(join(data, 'truth', group))) return [];
  return readdirSync(join(data, 'truth', group)).map((file) => {
    const name = file.replace(/\.json$/, '');
    // Integers past 2^53 are kept as written.
    const text = readFileSync(join(data, 'truth', group, file), 'utf8').replace(/"(?:[^"\\]|\\.)*"|(?<![\d.+eE-])-?\d{16,}(?![\d.eE])/g, (m) =>
      m.startsWith('"') ? m : `"${m}"`,
    );
    return { name, path: join(data, group, name), truth: JSON.parse(text) as Truth };
  });
}

/** All rows of a table as columns. */
export async function readAll(table: SourceTable, chunkRows = 4096): Promise<Map<string, Column>> {
  const chunks = new Map(table.columns.map((c) => [c.name, [] as Column['chunks'][number][]]));
  let rows = 0;
  for await (const batch of table.read({ chunkRows, signal: new AbortController().signal })) {
    rows += batch.rows;
    for (const [name, chunk] of batch.chunks) {
      if (chunk.length !== batch.rows) throw new Error(`chunk of ${name}: ${chunk.length} rows in a batch of ${batch.rows}`);
      chunks.get(name)!.push(chunk);
    }
  }
  return new Map(table.columns.map((meta) => [meta.name, { meta, length: rows, chunkRows, chunks: chunks.get(meta.name)! }]));
}

export function cells(column: Column): Cell[] {
  return Array.from({ length: column.length }, (_, i) => readCell(column, i));
}
