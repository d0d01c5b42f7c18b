import { type FileHandle, open } from 'node:fs/promises';
import { AsyncByteQueue, Message, RecordBatchFileWriter, Schema, type Field } from 'apache-arrow';
import { type Chunk, type ColumnMeta, arrayFor, bytesPerElement, parseType, strideOf } from '../../../core/model/column';
import { arrowBatch, arrowField, unpackBits } from './arrow-column';

/**
 * A stored column is one Arrow IPC file with one field: one record batch a chunk. `ChunkRef` says where its buffers lie, so that a chunk is
 * read with two or three positioned reads straight into shared memory, also while the file is still being written.
 */
export interface ChunkRef {
  readonly rows: number;
  /** [byte offset in the file, bytes]. */
  readonly validity?: readonly [number, number] | undefined;
  readonly offsets?: readonly [number, number] | undefined;
  readonly data: readonly [number, number];
}

export interface ColumnRef {
  readonly meta: ColumnMeta;
  /** File name inside the table's folder. */
  readonly file: string;
  readonly chunks: readonly ChunkRef[];
}

/** Collects what the Arrow writer emits, synchronously. */
class Sink extends AsyncByteQueue {
  pieces: Uint8Array[] = [];
  override write(value: ArrayBufferView | ArrayBufferLike | string): void {
    this.pieces.push(ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : Buffer.from(value as string));
  }
  override close(): void {}
  take(): Uint8Array[] {
    const pieces = this.pieces;
    this.pieces = [];
    return pieces.filter((p) => p.length > 0);
  }
}

class Writer extends RecordBatchFileWriter {
  lastBlock(): { offset: number; metaDataLength: number } {
    return this._recordBatchBlocks[this._recordBatchBlocks.length - 1]!;
  }
}

function headerBytes(pieces: readonly Uint8Array[], start: number, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const p of pieces) {
    for (let i = Math.max(0, start - at); i < p.length && at + i < start + length; i++) out[at + i - start] = p[i]!;
    at += p.length;
    if (at >= start + length) break;
  }
  return out;
}

export class ColumnFileWriter {
  private readonly sink = new Sink();
  private readonly writer = new Writer();
  private readonly schema: Schema;
  private handle: FileHandle | undefined;
  private position = 0;
  private readonly refs: ChunkRef[] = [];

  constructor(
    private readonly path: string,
    readonly meta: ColumnMeta,
  ) {
    this.schema = new Schema([arrowField(meta) as Field]);
    this.writer.reset(this.sink, this.schema);
  }

  get chunks(): readonly ChunkRef[] {
    return this.refs;
  }

  async append(chunk: Chunk): Promise<ChunkRef> {
    this.writer.write(arrowBatch(this.schema, [this.meta], [chunk], chunk.length));
    const pieces = this.sink.take();
    const { offset, metaDataLength } = this.writer.lastBlock();
    const message = Message.decode(headerBytes(pieces, Number(offset) - this.position, metaDataLength).subarray(8));
    const buffers = (message.header() as unknown as { buffers: { offset: number; length: number }[] }).buffers;
    const at = (i: number): readonly [number, number] => [Number(offset) + metaDataLength + Number(buffers[i]!.offset), Number(buffers[i]!.length)];
    const { kind, element } = parseType(this.meta.type);
    const hasOffsets = kind === 'list' || element === 'utf8';
    const ref: ChunkRef = {
      rows: chunk.length,
      ...(chunk.validity && at(0)[1] > 0 ? { validity: at(0) } : {}),
      // The strings of a fixed list have their offsets just before their bytes; a list's come second.
      ...(hasOffsets ? { offsets: at(kind === 'fixed' ? buffers.length - 2 : 1) } : {}),
      data: at(buffers.length - 1),
    };
    await this.flush(pieces);
    this.refs.push(ref);
    return ref;
  }

  /** Writes the footer and syncs. */
  async finish(): Promise<ColumnRef> {
    this.writer.finish();
    await this.flush(this.sink.take());
    await this.handle?.sync();
    await this.handle?.close();
    this.handle = undefined;
    return { meta: this.meta, file: this.path.slice(this.path.lastIndexOf('/') + 1), chunks: this.refs };
  }

  async abandon(): Promise<void> {
    await this.handle?.close();
    this.handle = undefined;
  }

  private async flush(pieces: Uint8Array[]): Promise<void> {
    this.handle ??= await open(this.path, 'w');
    for (let i = 0; i < pieces.length; i += 64) {
      const part = pieces.slice(i, i + 64);
      const size = part.reduce((n, p) => n + p.length, 0);
      let { bytesWritten } = await this.handle.writev(part, this.position);
      // A short write happens on a nearly full disk: the rest is written piece by piece, and then fails with its reason.
      for (let skip = bytesWritten; bytesWritten < size; skip = bytesWritten) {
        const rest = Buffer.concat(part).subarray(skip);
        bytesWritten += (await this.handle.write(rest, 0, rest.length, this.position + skip)).bytesWritten;
      }
      this.position += size;
    }
  }
}

async function readInto(handle: FileHandle, target: Uint8Array, [offset, length]: readonly [number, number]): Promise<void> {
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(target, done, length - done, offset + done);
    if (bytesRead === 0) throw new Error(`the stored column ends early (byte ${offset + done})`);
    done += bytesRead;
  }
}

/** Reads one chunk into shared memory. */
export async function readChunk(handle: FileHandle, meta: ColumnMeta, ref: ChunkRef): Promise<Chunk> {
  const { kind, element, size } = parseType(meta.type);
  const cells = ref.rows * (kind === 'fixed' && element === 'utf8' ? size : 1);
  const fill = async (region: readonly [number, number], capacity: number): Promise<SharedArrayBuffer> => {
    const shared = new SharedArrayBuffer(Math.max(capacity, region[1]));
    await readInto(handle, new Uint8Array(shared), region);
    return shared;
  };
  const validity = ref.validity && new Uint8Array(await fill(ref.validity, (ref.rows + 7) >> 3)).subarray(0, (ref.rows + 7) >> 3);
  const offsets = ref.offsets && new Int32Array(await fill(ref.offsets, 4 * (cells + 1)), 0, cells + 1);
  const hasOffsets = offsets !== undefined;
  const isList = kind === 'list';
  const elements = hasOffsets ? (offsets[cells] ?? 0) * (isList && element.startsWith('complex') ? 2 : 1) : ref.rows * strideOf(meta.type);
  const stride = hasOffsets && kind !== 'fixed' ? (isList && element.startsWith('complex') ? 2 : 1) : strideOf(meta.type);
  if (element === 'bool') {
    const bits = new Uint8Array(await fill(ref.data, 0));
    const data = new Uint8Array(new SharedArrayBuffer(elements));
    unpackBits(bits, elements, data);
    return { length: ref.rows, stride, data, offsets, validity };
  }
  const buffer = await fill(ref.data, elements * bytesPerElement(element));
  return { length: ref.rows, stride, data: arrayFor(element, elements, buffer), offsets, validity };
}

export function chunkBytes(chunk: Chunk): number {
  return chunk.data.byteLength + (chunk.offsets?.byteLength ?? 0) + (chunk.validity?.byteLength ?? 0);
}
