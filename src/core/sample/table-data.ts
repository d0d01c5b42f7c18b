import { type Chunk, type NumericArray, strideOf } from '../model/column';
import type { TableMeta } from '../model/table';

/** Rows of a sample table: one chunk a column, all of the same length. */
export interface SurveyBatch {
  readonly rows: number;
  readonly chunks: ReadonlyMap<string, Chunk>;
}

/** A table held whole in memory, given out in batches. */
export interface SurveyTable {
  readonly meta: TableMeta;
  /** Batches of `chunkRows` rows, the last one shorter. */
  batches(chunkRows: number): Iterable<SurveyBatch>;
}

/** The values of one column: numbers, or text. A null is `undefined` in text and a cleared bit of `present` for numbers. */
export type ColumnData = { readonly numbers: NumericArray; readonly present?: Uint8Array } | { readonly text: readonly (string | undefined)[] };

const encoder = new TextEncoder();

function bitmap(from: number, to: number, isPresent: (row: number) => boolean): Uint8Array | undefined {
  const bits = new Uint8Array((to - from + 7) >> 3);
  let nulls = 0;
  for (let row = from; row < to; row++) {
    if (isPresent(row)) bits[(row - from) >> 3]! |= 1 << ((row - from) & 7);
    else nulls++;
  }
  return nulls > 0 ? bits : undefined;
}

function textChunk(text: readonly (string | undefined)[], from: number, to: number): Chunk {
  const offsets = new Int32Array(to - from + 1);
  const parts: Uint8Array[] = [];
  for (let row = from; row < to; row++) {
    const bytes = encoder.encode(text[row] ?? '');
    parts.push(bytes);
    offsets[row - from + 1] = offsets[row - from]! + bytes.length;
  }
  const data = new Uint8Array(offsets[to - from]!);
  parts.forEach((bytes, i) => data.set(bytes, offsets[i]!));
  return { length: to - from, stride: 1, data, offsets, validity: bitmap(from, to, (row) => text[row] !== undefined) };
}

/** A SurveyTable over columns in memory. */
export function tableOf(meta: TableMeta, columns: ReadonlyMap<string, ColumnData>): SurveyTable {
  return {
    meta,
    *batches(chunkRows) {
      for (let from = 0; from < meta.rows; from += chunkRows) {
        const to = Math.min(from + chunkRows, meta.rows);
        const chunks = new Map<string, Chunk>();
        for (const column of meta.columns) {
          const values = columns.get(column.name)!;
          if ('text' in values) {
            chunks.set(column.name, textChunk(values.text, from, to));
            continue;
          }
          const stride = strideOf(column.type);
          const present = values.present;
          chunks.set(column.name, {
            length: to - from,
            stride,
            data: values.numbers.slice(from * stride, to * stride),
            validity: present && bitmap(from, to, (row) => present[row] === 1),
          });
        }
        yield { rows: to - from, chunks };
      }
    },
  };
}
