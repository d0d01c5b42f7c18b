import { decompress } from 'fzstd';
import { decompressFrame } from 'lz4js';
import type { ByteFile, BodyMessage } from './container';
import { damaged } from './flatbuffer';
import type { ArrowField, ArrowKind, Region } from './message';

/** Nodes and buffers of one field of a batch, with those of its children. */
export interface FieldParts {
  readonly length: number;
  readonly nulls: number;
  readonly buffers: readonly Region[];
  readonly children: readonly FieldParts[];
}

function bufferCount(type: ArrowKind): number {
  if (type.kind === 'null') return 0;
  if (type.kind === 'utf8') return 3;
  if (type.kind === 'fixed-list') return 1;
  // Lists: validity and offsets; everything else: validity and values (views count their own below).
  return 2;
}

/** Deals the batch's nodes and buffers out to the fields, depth first, as Arrow lays them. */
export function dealParts(fields: readonly ArrowField[], message: BodyMessage): FieldParts[] {
  const { batch } = message;
  let node = 0;
  let buffer = 0;
  let variadic = 0;
  const deal = (field: ArrowField): FieldParts => {
    const type = field.dictionary ? field.dictionary.index : field.type;
    const own = batch.nodes[node++];
    const count = bufferCount(type) + (type.kind === 'utf8view' ? (batch.variadic[variadic++] ?? 0) : 0);
    if (!own || count > batch.buffers.length - buffer) throw damaged('a batch has fewer buffers than its columns need');
    if (own.length < 0 || own.nulls < -1 || own.nulls > own.length) throw damaged(`a column claims ${own.nulls} nulls in ${own.length} rows`);
    const buffers = batch.buffers.slice(buffer, buffer + count);
    buffer += count;
    return { length: own.length, nulls: own.nulls, buffers, children: field.dictionary ? [] : field.children.map(deal) };
  };
  const parts = fields.map(deal);
  for (const part of parts) if (part.length !== batch.rows) throw damaged(`a column has ${part.length} rows in a batch of ${batch.rows}`);
  return parts;
}

const MAX_BUFFER = 2 ** 31 - 1;
/** No real column shrinks more than this; a claim beyond it is refused before memory is taken. */
const MAX_RATIO = 20_000;

function regionsOf(parts: FieldParts): Region[] {
  return [...parts.buffers, ...parts.children.flatMap(regionsOf)];
}

/** The bytes of one field's buffers, read from the file in one piece and decompressed. */
export class FieldBytes {
  private constructor(
    private readonly base: number,
    private readonly bytes: Uint8Array<ArrayBuffer>,
    private readonly codec: 'lz4' | 'zstd' | undefined,
  ) {}

  static async read(file: ByteFile, message: BodyMessage, parts: FieldParts): Promise<FieldBytes> {
    const regions = regionsOf(parts).filter((r) => r.length > 0);
    for (const r of regions)
      if (r.offset < 0 || r.offset + r.length > message.bodyLength)
        throw damaged(`a column's ${r.length} bytes at ${r.offset} lie outside its batch`);
    const from = regions.reduce((n, r) => Math.min(n, r.offset), Infinity);
    const to = regions.reduce((n, r) => Math.max(n, r.offset + r.length), 0);
    if (regions.length === 0) return new FieldBytes(0, new Uint8Array(0), message.batch.codec);
    // Buffers begin at multiples of 8: keeping that alignment lets them be used in place.
    const base = from - (from % 8);
    if (to - base > MAX_BUFFER) throw damaged(`a column claims ${to - base} bytes in one batch (at most 2 GiB can be read)`);
    return new FieldBytes(base, await file.read(message.bodyAt + base, to - base), message.batch.codec);
  }

  /** A buffer of at least `needed` bytes. */
  get(region: Region | undefined, needed: number): Uint8Array<ArrayBuffer> {
    const bytes = this.raw(region);
    if (bytes.length < needed) throw damaged(`a column has ${bytes.length} bytes where its rows need ${needed}`);
    return bytes;
  }

  private raw(region: Region | undefined): Uint8Array<ArrayBuffer> {
    if (!region || region.length === 0) return new Uint8Array(0);
    const at = region.offset - this.base;
    const stored = this.bytes.subarray(at, at + region.length);
    if (!this.codec) return stored;
    if (stored.length < 8) throw damaged('a compressed column has no length');
    const size = Number(new DataView(stored.buffer, stored.byteOffset, 8).getBigInt64(0, true));
    const packed = stored.subarray(8);
    if (size === -1) return packed.slice();
    if (size < 0 || size > MAX_BUFFER || size > Math.max(4096, packed.length * MAX_RATIO))
      throw damaged(`a compressed column claims to unpack to ${size} bytes`);
    const out = new Uint8Array(size);
    try {
      if (this.codec === 'zstd') {
        const unpacked = decompress(packed, out);
        if (unpacked.length !== size) throw damaged(`a compressed column unpacks to ${unpacked.length} bytes, not ${size}`);
      } else {
        const unpacked = size === 0 ? 0 : decompressFrame(packed, out);
        if (unpacked !== size) throw damaged(`a compressed column unpacks to ${unpacked} bytes, not ${size}`);
      }
    } catch (error) {
      throw error instanceof Error && error.name === 'AppError'
        ? error
        : damaged(`a compressed column does not unpack (${(error as Error).message})`);
    }
    return out;
  }
}
