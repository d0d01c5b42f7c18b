import { arrayFor, type Chunk, type NumericArray, parseType, type ScalarType, bytesPerElement } from '../../../core/model/column';
import type { FieldBytes, FieldParts } from './buffers';
import { type ArrowColumn, scalarOf } from './columns';
import { damaged } from './flatbuffer';
import type { ArrowField, ArrowKind } from './message';
import { decimals, halves, views } from './unusual';

/** A dictionary's values, by its id. */
export type Dictionaries = ReadonlyMap<number, Chunk>;

function validityOf(bytes: FieldBytes, parts: FieldParts): Uint8Array | undefined {
  if (parts.nulls === 0) return undefined;
  const needed = (parts.length + 7) >> 3;
  if ((parts.buffers[0]?.length ?? 0) === 0) {
    if (parts.nulls > 0) throw damaged(`a column claims ${parts.nulls} nulls but does not say where`);
    return undefined;
  }
  const bits = bytes.get(parts.buffers[0], needed).slice(0, needed);
  if (parts.length % 8 !== 0) bits[needed - 1]! &= 0xff >> (8 - (parts.length % 8));
  return bits;
}

function numbers(type: ScalarType, bytes: Uint8Array<ArrayBuffer>, count: number): NumericArray {
  const size = count * bytesPerElement(type);
  const aligned = bytes.byteOffset % bytesPerElement(type) === 0 ? bytes : bytes.slice(0, size);
  return arrayFor(type, count, aligned.buffer, aligned.byteOffset);
}

function bools(bits: Uint8Array, count: number): Uint8Array {
  const out = new Uint8Array(count);
  for (let i = 0; i < count; i++) out[i] = (bits[i >> 3]! >> (i & 7)) & 1;
  return out;
}

/** Offsets of `count` cells, rebased to 0 where the file's do not begin there; checked to rise within `limit`. */
function offsetsOf(bytes: FieldBytes, parts: FieldParts, isLarge: boolean): Int32Array {
  const { length } = parts;
  // A column of no rows may have no offsets at all.
  if (length === 0) return new Int32Array(1);
  const raw = bytes.get(parts.buffers[1], (length + 1) * (isLarge ? 8 : 4));
  const out = isLarge
    ? Int32Array.from(numbers('int64', raw, length + 1) as BigInt64Array, Number)
    : (numbers('int32', raw, length + 1) as Int32Array);
  if (isLarge) {
    const last = (numbers('int64', raw, length + 1) as BigInt64Array)[length]!;
    if (last < 0n || last > 2n ** 31n - 1n) throw damaged(`a column of long cells claims ${last} bytes in one batch`);
  }
  for (let i = 0, before = 0; i <= length; i++) {
    if (out[i]! < before) throw damaged(`the offsets of a column fall at row ${i}`);
    before = out[i]!;
  }
  return out;
}

/** Numbers of a field without children, unpacked to the column's element type. */
function plain(type: ArrowKind, bytes: FieldBytes, parts: FieldParts): NumericArray {
  const { length, buffers } = parts;
  switch (type.kind) {
    case 'null':
      // Such a column has no bytes that could vouch for its length.
      if (length > 2 ** 24) throw damaged(`a column without values claims ${length} rows in one batch`);
      return new Float64Array(length);
    case 'bool':
      return bools(bytes.get(buffers[1], (length + 7) >> 3), length);
    case 'decimal':
      return decimals(bytes.get(buffers[1], (length * type.bits) / 8), length, type);
    case 'float':
      if (type.bits === 16) return halves(bytes.get(buffers[1], length * 2), length);
  }
  const scalar = scalarOf(type);
  if (!scalar || scalar === 'utf8') throw damaged('a list holds no numbers');
  return numbers(scalar, bytes.get(buffers[1], length * bytesPerElement(scalar)), length);
}

function textChunk(type: ArrowKind, bytes: FieldBytes, parts: FieldParts): Chunk {
  const validity = validityOf(bytes, parts);
  const { length } = parts;
  if (type.kind === 'utf8view') return views(bytes, parts, validity);
  const offsets = offsetsOf(bytes, parts, type.kind === 'utf8' && type.isLarge);
  const data = bytes.get(parts.buffers[2], offsets[length]!);
  const base = offsets[0]!;
  return {
    length,
    stride: 1,
    data: data.subarray(base, offsets[length]),
    offsets: base === 0 ? offsets : offsets.map((o) => o - base),
    validity,
  };
}

/** Elements of a list's child: NaN where the child is null, which only floats can hold. */
function elements(field: ArrowField, bytes: FieldBytes, parts: FieldParts): NumericArray {
  const validity = validityOf(bytes, parts);
  if (field.type.kind === 'fixed-list') {
    const child = parts.children[0]!;
    if (child.length < parts.length * 2) throw damaged('a list of complex numbers is too short');
    return plain(field.children[0]!.type, bytes, child);
  }
  const data = plain(field.type, bytes, parts);
  if (!validity) return data;
  const floats = data instanceof Float32Array || data instanceof Float64Array ? data.slice() : undefined;
  for (let i = 0; i < parts.length; i++)
    if (((validity[i >> 3]! >> (i & 7)) & 1) === 0) {
      if (!floats) throw damaged(`a list of integers has a null element, which cannot be held`);
      floats[i] = NaN;
    }
  return floats ?? data;
}

function listChunk(column: ArrowColumn, bytes: FieldBytes, parts: FieldParts): Chunk {
  const { field, meta } = column;
  const { kind, element, size } = parseType(meta.type);
  const child = field.children[0]!;
  const childParts = parts.children[0]!;
  const validity = validityOf(bytes, parts);
  const width = element.startsWith('complex') ? 2 : 1;
  if (kind === 'list') {
    const offsets = offsetsOf(bytes, parts, field.type.kind === 'list' && field.type.isLarge);
    const last = offsets[parts.length]!;
    if (childParts.length < last) throw damaged(`a list column needs ${last} values and has ${childParts.length}`);
    const base = offsets[0]!;
    const data = elements(child, bytes, childParts).subarray(base * width, last * width) as NumericArray;
    return { length: parts.length, stride: width, data, offsets: base === 0 ? offsets : offsets.map((o) => o - base), validity };
  }
  const count = parts.length * size * width;
  // A bare complex column is a fixed list of two floats.
  const isComplexScalar = kind === 'scalar';
  const data = isComplexScalar ? plain(child.type, bytes, childParts) : elements(child, bytes, childParts);
  if (data.length < count) throw damaged(`a list column needs ${count} values and has ${data.length}`);
  return { length: parts.length, stride: size * width, data: data.subarray(0, count) as NumericArray, validity };
}

function dictionaryChunk(column: ArrowColumn, bytes: FieldBytes, parts: FieldParts, dictionaries: Dictionaries): Chunk {
  const { id, index } = column.field.dictionary!;
  const values = dictionaries.get(id);
  if (!values) throw damaged(`column ${column.meta.name} needs the dictionary ${id}, which is not there`);
  const { length } = parts;
  const indices = plain(index, bytes, parts);
  let validity = validityOf(bytes, parts);
  const at = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    if (validity && ((validity[i >> 3]! >> (i & 7)) & 1) === 0) continue;
    const k = Number(indices[i]);
    if (k < 0 || k >= values.length) throw damaged(`row ${i} of column ${column.meta.name} points at entry ${k} of a dictionary of ${values.length}`);
    at[i] = k;
    if (values.validity && ((values.validity[k >> 3]! >> (k & 7)) & 1) === 0) {
      validity ??= new Uint8Array((length + 7) >> 3).fill(0xff);
      validity[i >> 3]! &= ~(1 << (i & 7));
    }
  }
  const live = (i: number): boolean => !validity || ((validity[i >> 3]! >> (i & 7)) & 1) === 1;
  if (!values.offsets) {
    const data = arrayFor(column.meta.type as ScalarType, length);
    for (let i = 0; i < length; i++) if (live(i)) data[i] = values.data[at[i]!]!;
    return { length, stride: 1, data, validity };
  }
  const from = values.offsets;
  const offsets = new Int32Array(length + 1);
  for (let i = 0; i < length; i++) {
    const size = live(i) ? from[at[i]! + 1]! - from[at[i]!]! : 0;
    if (offsets[i]! + size > 2 ** 31 - 1) throw damaged(`column ${column.meta.name} unpacks to more than 2 GiB in one batch`);
    offsets[i + 1] = offsets[i]! + size;
  }
  const data = new Uint8Array(offsets[length]!);
  const source = values.data as Uint8Array;
  for (let i = 0; i < length; i++) if (offsets[i + 1]! > offsets[i]!) data.set(source.subarray(from[at[i]!], from[at[i]! + 1]), offsets[i]);
  return { length, stride: 1, data, offsets, validity };
}

/** One column of one batch as a chunk; numbers and texts lie where they were read. Throws AppError for whatever does not add up. */
export function loadChunk(column: ArrowColumn, bytes: FieldBytes, parts: FieldParts, dictionaries: Dictionaries): Chunk {
  const { field, meta } = column;
  if (field.dictionary) return dictionaryChunk(column, bytes, parts, dictionaries);
  if (field.type.kind === 'list' || field.type.kind === 'fixed-list') return listChunk(column, bytes, parts);
  if (meta.type === 'utf8') return textChunk(field.type, bytes, parts);
  const data = plain(field.type, bytes, parts);
  const validity = field.type.kind === 'null' ? new Uint8Array((parts.length + 7) >> 3) : validityOf(bytes, parts);
  return { length: parts.length, stride: 1, data, validity };
}
