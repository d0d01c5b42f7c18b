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
  // The strings of a fixed list have an offset each.
  const cells = kind === 'fixed' && element === 'utf8' ? chunk.stride : 1;
  const offsets = new Int32Array(keep.length * cells + 1);
  for (let i = 0; i < keep.length; i++)
    for (let k = 0, o = i * cells, at = keep[i]! * cells; k < cells; k++, o++, at++) offsets[o + 1] = offsets[o]! + from[at + 1]! - from[at]!;
  const data = new Kind(offsets[keep.length * cells]! * per);
  for (let i = 0; i < keep.length; i++)
    data.set(chunk.data.subarray(from[keep[i]! * cells]! * per, from[(keep[i]! + 1) * cells]! * per) as never, offsets[i * cells]! * per);
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
