import { type FileHandle, open } from 'node:fs/promises';

/** Appends to a new file, in order; what is written is on disk only after `sync`. */
export class ByteSink {
  private position = 0;

  private constructor(private readonly handle: FileHandle) {}

  static async create(path: string): Promise<ByteSink> {
    return new ByteSink(await open(path, 'w'));
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await this.handle.write(bytes, at, bytes.length - at, this.position);
      at += bytesWritten;
      this.position += bytesWritten;
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
