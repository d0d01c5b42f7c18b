import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { BitMask } from '../../../core/model/bit-mask';
import type { Column, ColumnMeta } from '../../../core/model/column';
import type { Flag } from '../../../core/model/flag';
import { AppError, Cancelled } from '../../../core/protocol/outcome';
import type { Step } from '../../../core/recipe/recipe';
import type { Change } from '../journal';
import { ColumnFileWriter, type ColumnRef } from '../store/column-file';
import { syncFolder, writeAtomically } from '../store/files';
import { packResults } from '../table/result-file';
import { type TableState, packMask } from '../table/state';
import { numberChunks, textChunks } from './column-chunks';
import type { ColumnNote, StepOutput, UnitsDone } from './run-units';

export interface StoreTarget {
  readonly workspace: string;
  readonly rows: number;
  readonly chunkRows: number;
  readonly state: TableState;
  readonly step: Step;
  /** The column as it was, for the ones a step replaces. */
  original(name: string): Promise<Column>;
  readonly signal: AbortSignal;
}

export interface StoredChanges {
  readonly id: string;
  readonly changes: readonly Change[];
  /** Rows whose flags changed. */
  readonly rowsFlagged: number;
  readonly columnsAdded: readonly string[];
}

/** Writes what a step did beside the store, under a temporary name first. Nothing refers to it before the journal does. */
export async function storeChanges(done: UnitsDone, output: StepOutput, target: StoreTarget): Promise<StoredChanges> {
  const id = `${target.step.id}-${randomBytes(4).toString('hex')}`;
  const folder = join('changes', id);
  const temporary = join(target.workspace, 'changes', `${id}.tmp`);
  await mkdir(temporary, { recursive: true });
  try {
    const changes: Change[] = [];
    let rowsFlagged = 0;
    for (const note of done.flags) {
      const { change, changed } = await flagChange(note, output.flags[note.name]!, folder, temporary, target);
      if (!note.informs) rowsFlagged += changed;
      if (change) changes.push(change);
      checkpoint(target.signal);
    }
    const refs = await all(done.columns.map((note, i) => writeColumn(note, join(temporary, `c${i}.arrow`), done, output, target)));
    for (const ref of refs) changes.push({ kind: 'column', folder, ref });
    if (done.results.rows > 0) {
      await writeAtomically(join(temporary, 'results.z'), await packResults(done.results));
      const columns = done.results.columns.map((c) => c.meta.name);
      changes.push({ kind: 'results', file: join(folder, 'results.z'), rows: done.results.rows, columns });
    }
    checkpoint(target.signal);
    await rename(temporary, join(target.workspace, folder));
    await syncFolder(join(target.workspace, 'changes'));
    return { id, changes, rowsFlagged, columnsAdded: done.columns.map((c) => c.name) };
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** All of them, or the first failure once none is at work any more. */
async function all<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

function checkpoint(signal: AbortSignal): void {
  if (signal.aborted) throw new Cancelled();
}

async function flagChange(
  note: UnitsDone['flags'][number],
  rows: Uint8Array,
  folder: string,
  temporary: string,
  target: StoreTarget,
): Promise<{ change?: Change; changed: number }> {
  const mask = BitMask.fromBytes(rows);
  const known = target.state.flags.get(note.name);
  if (known && !note.clear && (known.flag.informs ?? false) !== note.informs)
    throw new AppError({
      code: 'invalid-argument',
      message: `the flag ${note.name} is there already and ${note.informs ? 'takes rows out of use' : 'only informs'}`,
      hint: note.informs ? 'undo the step that set it' : 'choose another name',
    });
  const before = known?.mask ?? new BitMask(target.rows);
  const xor = note.clear ? before.and(mask) : mask.andNot(before);
  const changed = xor.count();
  if (changed === 0 && known) return { changed: 0 };
  const file = `flag-${note.name}.z`;
  await writeAtomically(join(temporary, file), await packMask(xor));
  const flag: Flag = known?.flag ?? {
    name: note.name,
    author: { kind: 'step', id: target.step.id },
    description: note.reason,
    ...(note.informs ? { informs: true } : {}),
  };
  return { change: { kind: 'flag', flag, xor: join(folder, file), count: changed }, changed };
}

async function writeColumn(note: ColumnNote, path: string, done: UnitsDone, output: StepOutput, target: StoreTarget): Promise<ColumnRef> {
  const original = note.replaces ? await target.original(note.name) : undefined;
  // A replaced column keeps its type and everything the file said of it.
  const meta: ColumnMeta = original
    ? { ...original.meta, unit: note.unit ?? original.meta.unit, origin: target.step.id }
    : { name: note.name, type: note.type, unit: note.unit, description: note.description, origin: target.step.id };
  const text = done.text.filter((t) => t.name === note.name);
  const values = output.columns[note.name];
  const chunks =
    text.length > 0 || !values ? textChunks(text, target.rows, target.chunkRows) : numberChunks(meta.type, values, target.chunkRows, original);
  const writer = new ColumnFileWriter(path, meta);
  try {
    for (const chunk of chunks) {
      await writer.append(chunk);
      await setImmediate();
      checkpoint(target.signal);
    }
    return await writer.finish();
  } finally {
    await writer.abandon();
  }
}
