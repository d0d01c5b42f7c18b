import { BitMask } from '../../../src/core/model/bit-mask';
import { arrayFor, bytesPerElement, type Chunk, type Column, type ColumnMeta, type ScalarType } from '../../../src/core/model/column';
import type { TableData } from '../../../src/core/query/table-view';

export type Value = number | bigint | string | boolean | undefined;

const encoder = new TextEncoder();

function chunkOf(type: ScalarType, values: readonly Value[]): Chunk {
  const length = values.length;
  const hasNull = values.some((v) => v === undefined);
  let validity: Uint8Array | undefined;
  if (hasNull) {
    validity = new Uint8Array(new SharedArrayBuffer((length + 7) >> 3));
    values.forEach((v, i) => void (v !== undefined && (validity![i >> 3]! |= 1 << (i & 7))));
  }
  if (type === 'utf8') {
    const pieces = values.map((v) => encoder.encode(v === undefined ? '' : String(v)));
    const offsets = new Int32Array(new SharedArrayBuffer(4 * (length + 1)));
    pieces.forEach((p, i) => (offsets[i + 1] = offsets[i]! + p.length));
    const data = new Uint8Array(new SharedArrayBuffer(offsets[length]!));
    pieces.forEach((p, i) => data.set(p, offsets[i]));
    return { length, stride: 1, data, offsets, validity };
  }
  const data = arrayFor(type, length, new SharedArrayBuffer(length * bytesPerElement(type)));
  const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
  values.forEach((v, i) => {
    if (v === undefined) return;
    if (isBig) data[i] = BigInt(v as number | bigint);
    else data[i] = Number(v);
  });
  return { length, stride: 1, data, validity };
}

/** A column in shared memory, as the store makes it; undefined = null. */
export function makeColumn(meta: ColumnMeta, values: readonly Value[], chunkRows = 100): Column {
  const chunks: Chunk[] = [];
  for (let from = 0; from < values.length; from += chunkRows) chunks.push(chunkOf(meta.type as ScalarType, values.slice(from, from + chunkRows)));
  return { meta, length: values.length, chunkRows, chunks };
}

/** A table of columns given as values; `name:type`, float64 when no type is given. */
export function makeTable(columns: Readonly<Record<string, readonly Value[]>>, extra: Partial<TableData> = {}, chunkRows = 100): TableData {
  const made = Object.entries(columns).map(([key, values]) => {
    const [name, type = 'float64'] = key.split(':');
    return makeColumn({ name: name!, type: type as ScalarType }, values, chunkRows);
  });
  return { rows: made[0]?.length ?? 0, version: 1, chunkRows, columns: made, ...extra };
}

export function maskOfRows(rows: number, set: readonly number[]): BitMask {
  const mask = new BitMask(rows);
  for (const row of set) mask.set(row);
  return mask;
}

/** Runs a kernel to its end; checks that it reports how far it is, never going back. */
export function finish<T>(work: Generator<number, T>): T {
  let last = 0;
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (!(step.value >= last - 1e-12 && step.value <= 1)) throw new Error(`progress went from ${last} to ${step.value}`);
    last = step.value;
  }
}

/** Uniform in [0, 1), the same every time (mulberry32). */
export function seeded(seed: number): () => number {
  let h = seed;
  return () => {
    h = (h + 0x6d2b79f5) | 0;
    let t = Math.imul(h ^ (h >>> 15), 1 | h);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function gaussian(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
