import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { AppError, Cancelled } from '../../../core/protocol/outcome';
import { uncompressLzw } from './lzw';

/** Random access to a file's bytes, unpacked when it was packed. */
export interface ByteSource {
  readonly size: number;
  /** Fills `target[at, at + length)` from `position`; throws AppError `unreadable` where the file ends early. */
  read(target: Uint8Array, at: number, length: number, position: number): Promise<void>;
  close(): Promise<void>;
}

/** Unpacked files up to this size stay in memory; larger ones go to a temporary file. */
const MEMORY_LIMIT = 256 * 2 ** 20;
const LZW_LIMIT = 2 ** 31 - 1;

/** Opens a plain, gzip (`.gz`) or compress (`.Z`) file. */
export async function openBytes(path: string, signal: AbortSignal): Promise<ByteSource> {
  const handle = await open(path);
  let keep = false;
  try {
    const { size } = await handle.stat();
    const magic = new Uint8Array(2);
    await handle.read(magic, 0, 2, 0);
    if (magic[0] === 0x1f && magic[1] === 0x8b) return await gunzip(path, signal);
    if (magic[0] === 0x1f && magic[1] === 0x9d) return memorySource(uncompressLzw(await readFile(path), LZW_LIMIT));
    keep = true;
    return fileSource(handle, size);
  } finally {
    if (!keep) await handle.close();
  }
}

export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    async read(target, at, length, position) {
      if (position + length > bytes.length) throw endsEarly(bytes.length, position + length);
      target.set(bytes.subarray(position, position + length), at);
    },
    async close() {},
  };
}

function fileSource(handle: FileHandle, size: number, folder?: string): ByteSource {
  return {
    size,
    async read(target, at, length, position) {
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(target, at + done, length - done, position + done);
        if (bytesRead === 0) throw endsEarly(position + done, position + length);
        done += bytesRead;
      }
    },
    async close() {
      await handle.close();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

function endsEarly(size: number, wanted: number): AppError {
  return new AppError({
    code: 'unreadable',
    message: `the file ends at byte ${size}, ${wanted - size} bytes too early`,
    hint: 'fetch the file again',
  });
}

async function gunzip(path: string, signal: AbortSignal): Promise<ByteSource> {
  const pieces: Buffer[] = [];
  let size = 0;
  let folder: string | undefined;
  let spill: FileHandle | undefined;
  let done = false;
  const input = createReadStream(path, { highWaterMark: 1 << 20 });
  const stream = input.pipe(createGunzip({ chunkSize: 1 << 20 }));
  input.on('error', (error) => stream.destroy(error));
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      if (signal.aborted) throw new Cancelled();
      pieces.push(piece);
      size += piece.length;
      if (size <= MEMORY_LIMIT) continue;
      if (!spill) {
        folder = await mkdtemp(join(tmpdir(), 'skysift-'));
        spill = await open(join(folder, 'unpacked.fits'), 'w+');
      }
      for (const p of pieces.splice(0)) await writeAll(spill, p);
    }
    done = true;
    return spill ? fileSource(spill, size, folder) : memorySource(Buffer.concat(pieces));
  } catch (error) {
    if (error instanceof Cancelled || (error as { code?: string }).code === 'ENOSPC') throw error;
    const message = `the gzip file is damaged or cut short after ${size} unpacked bytes: ${error instanceof Error ? error.message : String(error)}`;
    throw new AppError({ code: 'unreadable', message, hint: 'fetch the file again' }, { cause: error });
  } finally {
    input.destroy();
    if (!done) {
      await spill?.close();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    }
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
}
