import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ResultTable } from '../../../core/model/result-table';
import type { Step } from '../../../core/recipe/recipe';
import type { ResolvedStep } from '../../../core/recipe/resolve';
import { objectColumnsOf } from '../../../core/select/columns-of';
import type { OpenTable } from '../table/open-table';
import { resultBytes, resultsOfBytes } from '../table/result-file';
import type { CountedAlert } from './alerts';

/** What a step found about objects [from, to) of the index. */
export interface DoneBlock {
  readonly from: number;
  readonly to: number;
  readonly results: ResultTable;
  readonly alerts: readonly CountedAlert[];
}

const MAGIC = 0x31504b53;
/** Magic number, bytes of the payload, its checksum, bytes of the payload's head. */
const HEAD_BYTES = 16;
/** Cancelled runs that are kept, in files. */
const MOST_FILES = 20;

/**
 * Results of a step that did not come to its end: a file of blocks, each with its checksum. Blocks are appended as they are done; a block that is
 * torn or damaged ends the file and is computed again.
 */
export class PartialResults {
  private tail: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    /** What an earlier run had done. */
    readonly blocks: readonly DoneBlock[],
    private end: number,
  ) {}

  static async open(folder: string, key: string): Promise<PartialResults> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${key}.part`);
    await forget(folder, path);
    const handle = await open(path, 'a+');
    try {
      const { blocks, end, bytes } = await readBlocks(handle);
      if (end < bytes) await handle.truncate(end);
      return new PartialResults(path, handle, blocks, end);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Done when the block is in the file. */
  append(block: DoneBlock): Promise<void> {
    const bytes = bytesOf(block);
    this.tail = this.tail.then(async () => {
      await this.handle.appendFile(bytes);
      this.end += bytes.length;
    });
    return this.tail;
  }

  /** Keeps what is done. */
  async close(): Promise<void> {
    await this.tail.catch(() => undefined);
    await this.handle.close();
    if (this.end === 0) await rm(this.path, { force: true });
  }

  /** For a step that came to its end: its results lie elsewhere. */
  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

function bytesOf({ from, to, alerts, results }: DoneBlock): Uint8Array {
  const head = new TextEncoder().encode(JSON.stringify({ from, to, alerts }));
  const body = resultBytes(results);
  const out = new Uint8Array(HEAD_BYTES + head.length + body.length);
  out.set(head, HEAD_BYTES);
  out.set(body, HEAD_BYTES + head.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, out.length - HEAD_BYTES, true);
  view.setUint32(8, crc32(out.subarray(HEAD_BYTES)), true);
  view.setUint32(12, head.length, true);
  return out;
}

async function readBlocks(handle: FileHandle): Promise<{ blocks: DoneBlock[]; end: number; bytes: number }> {
  const { size } = await handle.stat();
  const blocks: DoneBlock[] = [];
  let end = 0;
  while (end + HEAD_BYTES <= size) {
    const lead = await read(handle, end, HEAD_BYTES);
    const view = new DataView(lead.buffer);
    const [magic, length, sum, headLength] = [0, 4, 8, 12].map((at) => view.getUint32(at, true)) as [number, number, number, number];
    if (magic !== MAGIC || end + HEAD_BYTES + length > size || headLength > length) break;
    const payload = await read(handle, end + HEAD_BYTES, length);
    if (crc32(payload) !== sum) break;
    const head = JSON.parse(new TextDecoder().decode(payload.subarray(0, headLength))) as Omit<DoneBlock, 'results'>;
    // Two runs at once may have done the same objects: the first block counts.
    const isNew = blocks.every((b) => b.to <= head.from || b.from >= head.to);
    if (isNew) blocks.push({ ...head, results: resultsOfBytes(payload.slice(headLength)) });
    end += HEAD_BYTES + length;
  }
  return { blocks, end, bytes: size };
}

async function read(handle: FileHandle, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const out = new Uint8Array(length);
  await handle.read(out, 0, length, position);
  return out;
}

/** Removes the oldest files when there are many. */
async function forget(folder: string, keep: string): Promise<void> {
  const paths = (await readdir(folder)).filter((n) => n.endsWith('.part')).map((n) => join(folder, n));
  if (paths.length < MOST_FILES) return;
  const aged = await Promise.all(paths.filter((p) => p !== keep).map(async (path) => ({ path, at: (await stat(path)).mtimeMs })));
  for (const { path } of aged.sort((a, b) => b.at - a.at).slice(MOST_FILES - 1)) await rm(path, { force: true });
}

/** The same for two runs exactly when they do the same to the same rows: everything that what a step finds depends on. `steps`: those before it. */
export function partialKey(table: OpenTable, steps: readonly Step[], { step, op, params }: ResolvedStep): string {
  const before = steps.filter((s) => s.enabled);
  const seesLabels = [step, ...before].some((s) => s.where && objectColumnsOf(s.where)?.includes('label'));
  return createHash('sha256')
    .update(
      JSON.stringify([
        [table.source.sha256 ?? table.folder, table.meta.name, table.rows, table.roleColumns()],
        before.map((s) => [s.op, s.version, s.params, s.bind, s.scope, s.where, s.with]),
        [op.id, op.version, params, step.bind, step.scope, step.where],
        seesLabels ? [...table.labels].sort() : [],
      ]),
    )
    .digest('hex')
    .slice(0, 40);
}
