import { type FileHandle, open } from 'node:fs/promises';
import { totalmem } from 'node:os';
import type { Chunk, Column } from '../../../core/model/column';
import { type ChunkRef, type ColumnRef, chunkBytes, readChunk } from './column-file';

interface Entry {
  chunks: Chunk[];
  bytes: number;
  used: number;
  /** The last answer: the same object as long as nothing was added, so that what is computed from a column can be kept with it. */
  column?: Column;
  loading: Promise<void>;
}

/**
 * Columns in shared memory, loaded when first asked for and let go, least recently used first, when the budget is passed. A column that a
 * running job holds stays alive through that job's references; dropping it here only means that the next job reads it again.
 */
export class ColumnCache {
  private readonly entries = new Map<string, Entry>();
  private clock = 0;
  private total = 0;

  constructor(readonly budget = Math.min(8 * 2 ** 30, Math.floor(totalmem() / 2))) {}

  get bytes(): number {
    return this.total;
  }

  /** The column with all chunks that `ref` lists; chunks loaded before are kept. `path` identifies the column. */
  async load(path: string, ref: ColumnRef, chunkRows: number, refs: readonly ChunkRef[] = ref.chunks): Promise<Column> {
    let entry = this.entries.get(path);
    if (!entry) {
      entry = { chunks: [], bytes: 0, used: 0, loading: Promise.resolve() };
      this.entries.set(path, entry);
    }
    const mine = entry;
    mine.used = ++this.clock;
    // One reader a column at a time: the second asker waits and then finds its chunks.
    mine.loading = mine.loading.catch(() => undefined).then(() => this.fill(mine, path, ref, refs));
    await mine.loading;
    this.evict(mine);
    if (mine.column?.chunks.length !== refs.length) {
      const chunks = mine.chunks.slice(0, refs.length);
      mine.column = { meta: ref.meta, length: chunks.reduce((n, c) => n + c.length, 0), chunkRows, chunks };
    }
    return mine.column;
  }

  /** Forgets every column whose file lies under `folder`. */
  drop(folder: string): void {
    for (const [path, entry] of this.entries) {
      if (!path.startsWith(folder)) continue;
      this.total -= entry.bytes;
      this.entries.delete(path);
    }
  }

  /** After a table's folder was renamed. */
  move(from: string, to: string): void {
    for (const [path, entry] of [...this.entries]) {
      if (!path.startsWith(from)) continue;
      this.entries.delete(path);
      this.entries.set(to + path.slice(from.length), entry);
    }
  }

  private async fill(entry: Entry, path: string, ref: ColumnRef, refs: readonly ChunkRef[]): Promise<void> {
    if (entry.chunks.length >= refs.length) return;
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, 'r');
      for (let i = entry.chunks.length; i < refs.length; i++) {
        const chunk = await readChunk(handle, ref.meta, refs[i]!);
        entry.chunks.push(chunk);
        entry.bytes += chunkBytes(chunk);
        this.total += chunkBytes(chunk);
      }
    } finally {
      await handle?.close();
    }
  }

  private evict(keep: Entry): void {
    if (this.total <= this.budget) return;
    const oldestFirst = [...this.entries].sort(([, a], [, b]) => a.used - b.used);
    for (const [path, entry] of oldestFirst) {
      if (this.total <= this.budget) return;
      if (entry === keep) continue;
      this.total -= entry.bytes;
      this.entries.delete(path);
    }
  }
}
