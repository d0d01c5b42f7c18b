import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { basename } from 'node:path';
import { AppError, Cancelled } from '../../../core/protocol/outcome';

const BLOCK = 2 ** 20;
export const HEAD_BYTES = 64 * 1024;

export interface FileHead {
  /** Up to 64 KiB of the file, gunzipped when it is gzip. */
  readonly head: Uint8Array;
  readonly gzip: boolean;
  /** Bytes on disk. */
  readonly size: number;
}

/** Opens a regular file; a folder, a missing or a forbidden file is refused in words. */
async function openFile(path: string): Promise<FileHandle> {
  const name = basename(path);
  try {
    const info = await stat(path);
    if (info.isDirectory())
      throw new AppError({ code: 'invalid-argument', message: `${name} is a folder, not a file`, hint: 'open the files inside it' });
    if (!info.isFile()) throw new AppError({ code: 'unsupported', message: `${name} is not a regular file`, hint: 'copy its contents into a file' });
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof AppError) throw error;
    const code = (error as { code?: string }).code;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new AppError({ code: 'not-found', message: `there is no file ${path}`, hint: 'check the name and the folder' }, { cause: error });
    if (code === 'EACCES' || code === 'EPERM')
      throw new AppError({ code: 'disk', message: `${name} may not be read`, hint: 'check the permissions of the file' }, { cause: error });
    throw AppError.from(error, `opening ${name}`);
  }
}

async function isGzip(handle: FileHandle): Promise<boolean> {
  const magic = new Uint8Array(2);
  const { bytesRead } = await handle.read(magic, 0, 2, 0);
  return bytesRead === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
}

export async function readHead(path: string): Promise<FileHead> {
  const handle = await openFile(path);
  try {
    const { size } = await handle.stat();
    const gzip = await isGzip(handle);
    if (!gzip) {
      const head = new Uint8Array(Math.min(size, HEAD_BYTES));
      let at = 0;
      while (at < head.length) {
        const { bytesRead } = await handle.read(head, at, head.length - at, at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return { head: head.subarray(0, at), gzip, size };
    }
    const pieces: Buffer[] = [];
    let total = 0;
    for await (const block of byteBlocks(path, new AbortController().signal)) {
      pieces.push(block);
      total += block.length;
      if (total >= HEAD_BYTES) break;
    }
    return { head: Buffer.concat(pieces).subarray(0, HEAD_BYTES), gzip, size };
  } finally {
    await handle.close();
  }
}

/** The file's bytes in blocks of about 1 MiB, gunzipped when it is gzip. Throws Cancelled when the signal is aborted. */
export async function* byteBlocks(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const handle = await openFile(path);
  const gzip = await isGzip(handle).finally(() => handle.close());
  const file = createReadStream(path, { highWaterMark: BLOCK });
  const stream = gzip ? file.pipe(createGunzip({ chunkSize: BLOCK })) : file;
  if (gzip) file.on('error', (error) => stream.destroy(error));
  try {
    for await (const block of stream) {
      if (signal.aborted) throw new Cancelled();
      yield block as Buffer;
    }
  } catch (error) {
    const code = String((error as { code?: string }).code ?? '');
    if (code.startsWith('Z_'))
      throw new AppError(
        {
          code: 'unreadable',
          message: `${basename(path)} is damaged: its gzip stream ${code === 'Z_BUF_ERROR' ? 'ends early' : 'is invalid'}`,
          hint: 'fetch the file again',
        },
        { cause: error },
      );
    throw error;
  } finally {
    stream.destroy();
    file.destroy();
  }
}
