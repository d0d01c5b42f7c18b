import { type FileHandle, open, readFile, truncate } from 'node:fs/promises';
import type { Role } from '../../core/model/column';
import type { Flag } from '../../core/model/flag';
import type { StepReport } from '../../core/recipe/recipe';
import type { ColumnRef } from './store/column-file';

/** What a step changed, by the files that hold it. Paths are relative to the workspace folder. */
export type Change =
  /** `xor` is the deflated difference to the flag's mask before the step. */
  | { readonly kind: 'flag'; readonly flag: Flag; readonly xor: string; readonly count: number }
  | { readonly kind: 'column'; readonly folder: string; readonly ref: ColumnRef }
  | { readonly kind: 'results'; readonly file: string; readonly rows: number; readonly columns: readonly string[] };

/** A step as it ran. */
export interface Entry {
  readonly id: string;
  readonly report: StepReport;
  readonly changes: readonly Change[];
}

export interface SourceInfo {
  readonly name: string;
  readonly format: string;
  readonly sha256?: string | undefined;
}

export type JournalLine =
  | { readonly t: 'open'; readonly table: string; readonly folder: string; readonly source: SourceInfo }
  | { readonly t: 'close'; readonly table: string }
  | { readonly t: 'entry'; readonly table: string; readonly entry: Entry }
  /** The steps in force from here on. `do` is a new action, `undo` and `redo` move along the actions before. */
  | { readonly t: 'chain'; readonly table: string; readonly entries: readonly string[]; readonly how: 'do' | 'undo' | 'redo' }
  | { readonly t: 'role'; readonly table: string; readonly role: Role; readonly column?: string | undefined }
  | { readonly t: 'label'; readonly table: string; readonly object: string; readonly label: number };

/**
 * Append-only, one JSON object a line, synced before an action counts as done. After a crash the last line may be torn: it is cut off, and
 * nothing that was reported as applied is lost.
 */
export class Journal {
  private constructor(
    private readonly handle: FileHandle,
    private tail: Promise<void> = Promise.resolve(),
  ) {}

  static async open(path: string): Promise<{ journal: Journal; lines: readonly JournalLine[] }> {
    const { lines, goodBytes, bytes } = await readLines(path);
    if (goodBytes < bytes) await truncate(path, goodBytes);
    return { journal: new Journal(await open(path, 'a')), lines };
  }

  append(...lines: readonly JournalLine[]): Promise<void> {
    const text = lines.map((l) => `${JSON.stringify(l)}\n`).join('');
    const write = this.tail.then(async () => {
      await this.handle.appendFile(text);
      await this.handle.datasync();
    });
    // A failed write is reported to its caller; the next append still gets its turn.
    this.tail = write.catch(() => undefined);
    return write;
  }

  async close(): Promise<void> {
    await this.tail;
    await this.handle.close();
  }
}

async function readLines(path: string): Promise<{ lines: JournalLine[]; goodBytes: number; bytes: number }> {
  let data: Buffer;
  try {
    data = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { lines: [], goodBytes: 0, bytes: 0 };
    throw error;
  }
  const lines: JournalLine[] = [];
  let goodBytes = 0;
  for (;;) {
    const end = data.indexOf(0x0a, goodBytes);
    if (end < 0) break;
    try {
      lines.push(JSON.parse(data.toString('utf8', goodBytes, end)) as JournalLine);
    } catch {
      break;
    }
    goodBytes = end + 1;
  }
  return { lines, goodBytes, bytes: data.length };
}
