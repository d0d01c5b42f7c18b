import {
  Bool,
  type DataType,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  List,
  RecordBatch,
  Schema,
  Struct,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
  makeData,
  type Data,
} from 'apache-arrow';
import { type Chunk, type ColumnMeta, type ScalarType, parseType } from '../../../core/model/column';

/** How Skysift's columns are said in Arrow: complex numbers are fixed lists of two, `bool` is bit-packed, the rest is one to one. */

const SCALARS: Record<Exclude<ScalarType, 'complex64' | 'complex128'>, () => DataType> = {
  bool: () => new Bool(),
  int8: () => new Int8(),
  uint8: () => new Uint8(),
  int16: () => new Int16(),
  uint16: () => new Uint16(),
  int32: () => new Int32(),
  uint32: () => new Uint32(),
  int64: () => new Int64(),
  uint64: () => new Uint64(),
  float32: () => new Float32(),
  float64: () => new Float64(),
  utf8: () => new Utf8(),
};

function elementType(element: ScalarType): DataType {
  if (element === 'complex64') return new FixedSizeList(2, new Field('item', new Float32(), false));
  if (element === 'complex128') return new FixedSizeList(2, new Field('item', new Float64(), false));
  return SCALARS[element]();
}

export function arrowType(meta: ColumnMeta): DataType {
  const { kind, element, size } = parseType(meta.type);
  const item = elementType(element);
  if (kind === 'fixed') return new FixedSizeList(size, new Field('item', item, false));
  if (kind === 'list') return new List(new Field('item', item, false));
  return item;
}

/** Field metadata keys under which the rest of ColumnMeta travels. */
export function arrowField(meta: ColumnMeta): Field {
  const extra = new Map<string, string>();
  const put = (key: string, value: string | undefined): void => void (value !== undefined && extra.set(key, value));
  put('skysift.type', meta.type);
  put('unit', meta.unit);
  put('ucd', meta.ucd);
  put('description', meta.description);
  put('display', meta.display);
  put('role', meta.role);
  put('shape', meta.shape && JSON.stringify(meta.shape));
  put('extra', meta.extra && JSON.stringify(meta.extra));
  return new Field(meta.name, arrowType(meta), true, extra);
}

/** One byte a row → Arrow's bits. */
export function packBits(bytes: ArrayLike<number>, count: number): Uint8Array {
  const out = new Uint8Array((count + 7) >> 3);
  for (let i = 0; i < count; i++) if (bytes[i]) out[i >> 3]! |= 1 << (i & 7);
  return out;
}

export function unpackBits(bits: Uint8Array, count: number, out: Uint8Array): void {
  for (let i = 0; i < count; i++) out[i] = (bits[i >> 3]! >> (i & 7)) & 1;
}

function nullCount(chunk: Chunk): number {
  if (!chunk.validity) return 0;
  let valid = 0;
  for (let i = 0; i < chunk.length; i++) valid += (chunk.validity[i >> 3]! >> (i & 7)) & 1;
  return chunk.length - valid;
}

function elementData(element: ScalarType, { data, offsets }: Pick<Chunk, 'data' | 'offsets'>, count: number): Data {
  if (element === 'utf8') return makeData({ type: new Utf8(), length: count, nullCount: 0, valueOffsets: offsets!, data: data as Uint8Array });
  if (element === 'bool') return makeData({ type: new Bool(), length: count, nullCount: 0, data: packBits(data as Uint8Array, count) });
  if (element.startsWith('complex')) {
    const type = elementType(element) as FixedSizeList;
    const child = makeData({ type: type.children[0]!.type as Float64, length: count * 2, nullCount: 0, data: data as Float64Array });
    return makeData({ type, length: count, nullCount: 0, child });
  }
  return makeData({ type: elementType(element) as Float64, length: count, nullCount: 0, data: data as Float64Array });
}

/** The chunk as Arrow data; nothing is copied but bools. */
export function arrowData(meta: ColumnMeta, chunk: Chunk): Data {
  const { kind, element, size } = parseType(meta.type);
  const type = arrowType(meta);
  const common = { length: chunk.length, nullCount: nullCount(chunk), nullBitmap: chunk.validity };
  if (kind === 'scalar' && element === 'utf8')
    return makeData({ type: type as Utf8, ...common, valueOffsets: chunk.offsets!, data: chunk.data as Uint8Array });
  if (kind === 'fixed') return makeData({ type: type as FixedSizeList, ...common, child: elementData(element, chunk, chunk.length * size) });
  if (kind === 'list') {
    const child = elementData(element, chunk, chunk.data.length / (element.startsWith('complex') ? 2 : 1));
    return makeData({ type: type as List, ...common, valueOffsets: chunk.offsets!, child });
  }
  if (element === 'bool') return makeData({ type: type as Bool, ...common, data: packBits(chunk.data as Uint8Array, chunk.length) });
  if (element.startsWith('complex')) {
    const list = type as FixedSizeList;
    const child = makeData({ type: list.children[0]!.type as Float64, length: chunk.length * 2, nullCount: 0, data: chunk.data as Float64Array });
    return makeData({ type: list, ...common, child });
  }
  return makeData({ type: type as Float64, ...common, data: chunk.data as Float64Array });
}

export function arrowBatch(schema: Schema, metas: readonly ColumnMeta[], chunks: readonly Chunk[], rows: number): RecordBatch {
  const children = metas.map((meta, i) => arrowData(meta, chunks[i]!));
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children }));
}
