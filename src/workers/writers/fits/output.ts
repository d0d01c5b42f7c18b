import type { FileHandle } from 'node:fs/promises';

/** Sequential writing, and positioned writing for what lies apart. */
export class Output {
  position = 0;

  constructor(private readonly handle: FileHandle) {}

  async append(bytes: Uint8Array): Promise<void> {
    await this.at(this.position, bytes);
    this.position += bytes.length;
  }

  async at(position: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) done += (await this.handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}
