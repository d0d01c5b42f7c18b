/**
 * Columns: immutable, chunked, typed. A column of a stored table is a list of chunks of `chunkRows` rows each (the last
 * may be shorter); all columns of one table share that chunking, so row `r` is chunk `r / chunkRows`, offset `r % chunkRows`.
 */

export type ScalarType =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'complex64'
  | 'complex128'
  | 'utf8';

/** Arrow's spelling: a scalar, `fixed_list<float32>[25]` or `list<float64>`. */
export type ColumnType = ScalarType | `fixed_list<${ScalarType}>[${number}]` | `list<${ScalarType}>`;

/** What a column means. One column a role at most, except `value`, which names the preferred of several. */
export type Role = 'object' | 'time' | 'value' | 'error' | 'band' | 'quality' | 'ra' | 'dec';
export const ROLES: readonly Role[] = ['object', 'time', 'value', 'error', 'band', 'quality', 'ra', 'dec'];

export interface ColumnMeta {
  readonly name: string;
  readonly type: ColumnType;
  /** As the file spells it; undefined when it gives none. */
  readonly unit?: string | undefined;
  readonly ucd?: string | undefined;
  readonly description?: string | undefined;
  readonly role?: Role | undefined;
  /** Shape of a multidimensional cell, slowest axis first (numpy order); the type is then a fixed list of its product. */
  readonly shape?: readonly number[] | undefined;
  /** The file's display format (TDISP), when it has one. */
  readonly display?: string | undefined;
  /** Everything else the source said about the column (TNULL, TSCAL, …): kept, written back where the format can. */
  readonly extra?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** `file`, or the id of the step that made it. */
  readonly origin?: string | undefined;
}

export type NumericArray =
  Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array | Float32Array | Float64Array;

/**
 * Rows of one column. `data` holds `length * stride` elements (scalars 1, complex 2, fixed lists n, complex fixed lists
 * 2n); `bool` is one byte a row, 0 or 1. For `utf8` and `list`, `offsets` has length + 1 entries into `data` (bytes for
 * utf8, elements for lists; complex lists count pairs of numbers, so twice the pairs in `data`). A fixed list of n strings has
 * n offsets a row: length * n + 1 entries into `data` (bytes).
 * `validity` is Arrow's bitmap: bit i (least significant first) is 1 where row i has a value; absent = all valid.
 * NaN is a value here, not a null; both count as missing in statistics.
 */
export interface Chunk {
  readonly length: number;
  readonly stride: number;
  readonly data: NumericArray;
  readonly offsets?: Int32Array | undefined;
  readonly validity?: Uint8Array | undefined;
}

export interface Column {
  readonly meta: ColumnMeta;
  readonly length: number;
  readonly chunkRows: number;
  readonly chunks: readonly Chunk[];
}

export type ParsedType = { kind: 'scalar' | 'list' | 'fixed'; element: ScalarType; size: number };

/** `fixed_list<float32>[25]` → `{kind: 'fixed', element: 'float32', size: 25}`; a scalar has size 1. */
export function parseType(type: ColumnType): ParsedType {
  const fixed = /^fixed_list<(\w+)>\[(\d+)\]$/.exec(type);
  if (fixed) return { kind: 'fixed', element: fixed[1] as ScalarType, size: Number(fixed[2]) };
  const list = /^list<(\w+)>$/.exec(type);
  if (list) return { kind: 'list', element: list[1] as ScalarType, size: 1 };
  return { kind: 'scalar', element: type as ScalarType, size: 1 };
}

/** True for the types whose cells are one real number (bool counts: 0 or 1). */
export function isNumeric(type: ColumnType): boolean {
  return parseType(type).kind === 'scalar' && type !== 'utf8' && !type.startsWith('complex');
}

const ARRAYS = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array,
  utf8: Uint8Array,
} as const;

export function bytesPerElement(type: ScalarType): number {
  return ARRAYS[type].BYTES_PER_ELEMENT;
}

/** A typed array for `count` elements of `type` over `buffer` (SharedArrayBuffer or ArrayBuffer), or freshly allocated. */
export function arrayFor(type: ScalarType, count: number, buffer?: ArrayBufferLike, byteOffset = 0): NumericArray {
  const Kind = ARRAYS[type] as unknown as new (buffer: ArrayBufferLike | number, offset?: number, count?: number) => NumericArray;
  return buffer ? new Kind(buffer, byteOffset, count) : new Kind(count);
}

/** Elements of `data` a row takes (fixed-width types). */
export function strideOf(type: ColumnType): number {
  const { element, size } = parseType(type);
  return size * (element.startsWith('complex') ? 2 : 1);
}

export function isValid(chunk: Chunk, row: number): boolean {
  return !chunk.validity || ((chunk.validity[row >> 3]! >> (row & 7)) & 1) === 1;
}

/**
 * Rows [from, to) of a numeric column as float64: NaN where null. int64 beyond 2^53 loses digits here: identifiers are
 * compared as text or BigInt, never through this.
 */
export function readNumbers(column: Column, from: number, to: number, out: Float64Array = new Float64Array(to - from)): Float64Array {
  let at = 0;
  for (let row = from; row < to;) {
    const index = Math.floor(row / column.chunkRows);
    const chunk = column.chunks[index];
    if (!chunk) throw new Error(`invalid row: ${row} (column ${column.meta.name} has ${column.length})`);
    const start = row - index * column.chunkRows;
    const n = Math.min(to - row, chunk.length - start);
    if (chunk.data instanceof BigInt64Array || chunk.data instanceof BigUint64Array) {
      for (let i = 0; i < n; i++) out[at + i] = Number(chunk.data[start + i]);
    } else {
      out.set(chunk.data.subarray(start, start + n), at);
    }
    if (chunk.validity) for (let i = 0; i < n; i++) if (!isValid(chunk, start + i)) out[at + i] = NaN;
    at += n;
    row += n;
  }
  return out;
}

const decoder = new TextDecoder();

/** The text of one utf8 cell; undefined where null. */
export function readText(column: Column, row: number): string | undefined {
  const chunk = column.chunks[Math.floor(row / column.chunkRows)];
  const i = row % column.chunkRows;
  if (!chunk || !chunk.offsets || !isValid(chunk, i)) return undefined;
  // TextDecoder refuses views on shared memory: slice copies them out.
  return decoder.decode((chunk.data as Uint8Array).slice(chunk.offsets[i]!, chunk.offsets[i + 1]!));
}

export type Cell = number | bigint | boolean | string | undefined | readonly Cell[];

/** One cell as a plain value: undefined where null, `[re, im]` for complex, an array for lists. */
export function readCell(column: Column, row: number): Cell {
  const chunk = column.chunks[Math.floor(row / column.chunkRows)];
  const i = row % column.chunkRows;
  if (!chunk || !isValid(chunk, i)) return undefined;
  const { kind, element, size } = parseType(column.meta.type);
  if (element === 'utf8' && kind === 'scalar') return readText(column, row);
  const value = (k: number): Cell => {
    if (element === 'utf8') return decoder.decode((chunk.data as Uint8Array).slice(chunk.offsets![k]!, chunk.offsets![k + 1]!));
    if (element.startsWith('complex')) return [chunk.data[2 * k] as number, chunk.data[2 * k + 1] as number];
    const v = chunk.data[k]!;
    return element === 'bool' ? v === 1 : v;
  };
  if (kind === 'scalar') return value(i);
  const from = kind === 'fixed' ? i * size : chunk.offsets![i]!;
  const to = kind === 'fixed' ? from + size : chunk.offsets![i + 1]!;
  return Array.from({ length: to - from }, (_, k) => value(from + k));
}
