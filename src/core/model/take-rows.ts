import { type Chunk, type ColumnMeta, type NumericArray, isValid, parseType } from './column';

type Maker = new (n: number) => NumericArray;

/** The rows `keep` (ascending positions within the chunk) as a new chunk in ordinary memory. */
export function takeRows(meta: ColumnMeta, chunk: Chunk, keep: Uint32Array): Chunk {
  const n = keep.length;
  const Kind = chunk.data.constructor as unknown as Maker;
  const validity = chunk.validity ? new Uint8Array((n + 7) >> 3) : undefined;
  if (validity) for (let i = 0; i < n; i++) if (isValid(chunk, keep[i]!)) validity[i >> 3]! |= 1 << (i & 7);
  if (chunk.offsets) return { ...takeLists(meta, chunk, keep, Kind), validity };
  const { stride } = chunk;
  const data = new Kind(n * stride);
  if (stride === 1) for (let i = 0; i < n; i++) data[i] = chunk.data[keep[i]!]!;
  else for (let i = 0; i < n; i++) data.set(chunk.data.subarray(keep[i]! * stride, (keep[i]! + 1) * stride) as never, i * stride);
  return { length: n, stride, data, validity };
}

function takeLists(meta: ColumnMeta, chunk: Chunk, keep: Uint32Array, Kind: Maker): Omit<Chunk, 'validity'> {
  const from = chunk.offsets!;
  const { kind, element } = parseType(meta.type);
  const per = kind === 'list' && element.startsWith('complex') ? 2 : 1;
  const offsets = new Int32Array(keep.length + 1);
  for (let i = 0; i < keep.length; i++) offsets[i + 1] = offsets[i]! + from[keep[i]! + 1]! - from[keep[i]!]!;
  const data = new Kind(offsets[keep.length]! * per);
  for (let i = 0; i < keep.length; i++) data.set(chunk.data.subarray(from[keep[i]!]! * per, from[keep[i]! + 1]! * per) as never, offsets[i]! * per);
  return { length: keep.length, stride: chunk.stride, data, offsets };
}

/** The chunk with the rows marked 1 in `mask` made missing: NaN in floats, null elsewhere. */
export function maskRows(meta: ColumnMeta, chunk: Chunk, mask: Uint8Array): Chunk {
  if (!mask.includes(1)) return chunk;
  const { element, kind } = parseType(meta.type);
  if (kind === 'scalar' && (element === 'float32' || element === 'float64')) {
    const data = (chunk.data as Float64Array).slice();
    for (let i = 0; i < chunk.length; i++) if (mask[i]) data[i] = NaN;
    return { ...chunk, data };
  }
  const validity = new Uint8Array((chunk.length + 7) >> 3);
  for (let i = 0; i < chunk.length; i++) if (!mask[i] && isValid(chunk, i)) validity[i >> 3]! |= 1 << (i & 7);
  return { ...chunk, validity };
}
