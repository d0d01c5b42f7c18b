import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { arrayFor, type Chunk, type Column, type ColumnType, parseType } from '../../../core/model/column';
import type { ResultTable } from '../../../core/model/result-table';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Every array begins at a multiple of this, so that it can be looked at where it lies. */
const ALIGN = 8;

interface Head {
  readonly rows: number;
  readonly columns: readonly {
    readonly name: string;
    readonly type: ColumnType;
    /** Bytes of the arrays that follow, in this order; absent = there is none. */
    readonly data: number;
    readonly offsets?: number;
    readonly validity?: number;
  }[];
}

const padded = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN;
const bytesOf = (a: ArrayBufferView): Uint8Array => new Uint8Array(a.buffer, a.byteOffset, a.byteLength);

/** Results as bytes: the length of a JSON head, the head, the columns' arrays. The machine's byte order: a file stays in its workspace. */
export function resultBytes({ rows, columns }: ResultTable): Uint8Array<ArrayBuffer> {
  const arrays: ArrayBufferView[] = [];
  const head: Head = {
    rows,
    columns: columns.map(({ meta, chunks }) => {
      const { data, offsets, validity } = chunks[0]!;
      for (const a of [data, offsets, validity]) if (a) arrays.push(a);
      return { name: meta.name, type: meta.type, data: data.byteLength, offsets: offsets?.byteLength, validity: validity?.byteLength };
    }),
  };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const start = padded(4 + text.length);
  const out = new Uint8Array(start + arrays.reduce((n, a) => n + padded(a.byteLength), 0));
  new DataView(out.buffer).setUint32(0, text.length, true);
  out.set(text, 4);
  let at = start;
  for (const a of arrays) {
    out.set(bytesOf(a), at);
    at += padded(a.byteLength);
  }
  return out;
}

/** The results that {@link resultBytes} wrote. */
export function resultsOfBytes(bytes: Uint8Array): ResultTable {
  // Arrays are views: their offsets must be multiples of their elements' size in the buffer as well.
  const { buffer } = bytes.byteOffset % ALIGN === 0 ? bytes : bytes.slice();
  const base = bytes.byteOffset % ALIGN === 0 ? bytes.byteOffset : 0;
  const size = new DataView(buffer, base).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer.slice(base + 4, base + 4 + size)))) as Head;
  let at = base + padded(4 + size);
  const take = (length: number): number => {
    const from = at;
    at += padded(length);
    return from;
  };
  const columns = head.columns.map(({ name, type, data, offsets, validity }): Column => {
    const { element } = parseType(type);
    const bytesEach = arrayFor(element, 0).BYTES_PER_ELEMENT;
    const chunk: Chunk = {
      length: head.rows,
      stride: 1,
      data: arrayFor(element, data / bytesEach, buffer, take(data)),
      offsets: offsets === undefined ? undefined : new Int32Array(buffer, take(offsets), offsets / 4),
      validity: validity === undefined ? undefined : new Uint8Array(buffer, take(validity), validity),
    };
    return { meta: { name, type }, length: head.rows, chunkRows: Math.max(1, head.rows), chunks: [chunk] };
  });
  return { rows: head.rows, columns };
}

export async function packResults(table: ResultTable): Promise<Uint8Array> {
  return deflate(resultBytes(table), { level: 1 });
}

export async function unpackResults(packed: Uint8Array): Promise<ResultTable> {
  return resultsOfBytes(await inflate(packed));
}
