import { arrayFor, type Chunk, type ColumnMeta, type NumericArray, parseType } from '../../../core/model/column';
import type { RecordBatch } from '../reader';

interface Piece {
  readonly batch: RecordBatch;
  readonly from: number;
  readonly to: number;
}

function joinValidity(pieces: readonly { chunk: Chunk; from: number; to: number }[], rows: number): Uint8Array | undefined {
  if (pieces.every((p) => !p.chunk.validity)) return undefined;
  const out = new Uint8Array((rows + 7) >> 3);
  let at = 0;
  for (const { chunk, from, to } of pieces)
    for (let i = from; i < to; i++, at++) if (!chunk.validity || (chunk.validity[i >> 3]! >> (i & 7)) & 1) out[at >> 3]! |= 1 << (at & 7);
  return out;
}

function joinData(pieces: readonly { chunk: Chunk; from: number; to: number }[], meta: ColumnMeta, total: number): NumericArray {
  const out = arrayFor(parseType(meta.type).element, 0).constructor as new (n: number) => NumericArray;
  const data = new out(total);
  let at = 0;
  for (const { chunk, from, to } of pieces) {
    const part = chunk.data.subarray(from, to) as Uint8Array;
    (data as Uint8Array).set(part, at);
    at += part.length;
  }
  return data;
}

/** Rows [from, to) of several chunks as one; a chunk taken whole is not copied. */
export function joinChunks(meta: ColumnMeta, pieces: readonly { chunk: Chunk; from: number; to: number }[]): Chunk {
  const [first] = pieces;
  if (pieces.length === 1 && first!.from === 0 && first!.to === first!.chunk.length) return first!.chunk;
  const rows = pieces.reduce((n, p) => n + p.to - p.from, 0);
  const validity = joinValidity(pieces, rows);
  const stride = first?.chunk.stride ?? 1;
  if (!first?.chunk.offsets) {
    const scaled = pieces.map((p) => ({ chunk: p.chunk, from: p.from * stride, to: p.to * stride }));
    return { length: rows, stride, data: joinData(scaled, meta, rows * stride), validity };
  }
  const offsets = new Int32Array(rows + 1);
  let row = 0;
  const scaled = pieces.map((p) => {
    const own = p.chunk.offsets!;
    const base = offsets[row]! - own[p.from]!;
    for (let i = p.from; i < p.to; i++) offsets[++row] = own[i + 1]! + base;
    return { chunk: p.chunk, from: own[p.from]! * stride, to: own[p.to]! * stride };
  });
  return { length: rows, stride, data: joinData(scaled, meta, offsets[rows]! * stride), offsets, validity };
}

/** The same rows in batches of exactly `chunkRows` (the last may be shorter). */
export async function* rechunk(batches: AsyncIterable<RecordBatch>, metas: readonly ColumnMeta[], chunkRows: number): AsyncGenerator<RecordBatch> {
  let held: Piece[] = [];
  let rows = 0;
  const take = (): RecordBatch => {
    const chunks = new Map(
      metas.map((m) => [
        m.name,
        joinChunks(
          m,
          held.map((p) => ({ chunk: p.batch.chunks.get(m.name)!, from: p.from, to: p.to })),
        ),
      ]),
    );
    const batch = { rows, chunks };
    held = [];
    rows = 0;
    return batch;
  };
  for await (const batch of batches)
    for (let from = 0; from < batch.rows;) {
      const to = Math.min(batch.rows, from + chunkRows - rows);
      held.push({ batch, from, to });
      rows += to - from;
      from = to;
      if (rows === chunkRows) yield take();
    }
  if (rows > 0) yield take();
}
