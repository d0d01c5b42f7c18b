import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { AppError } from '../core/protocol/outcome';

const SUFFIX = '.skysift';
const JOURNAL = 'journal.jsonl';

/** The folder of a workspace, and whether it was made just now. */
export interface WorkspaceFolder {
  readonly path: string;
  readonly isNew: boolean;
}

/** A workspace nobody has used yet, named after the first file and the day: `<root>/kplr011442793 2026-11-23.skysift`. */
export function newWorkspace(root: string, firstFile: string | undefined, today: Date): WorkspaceFolder {
  mkdirSync(root, { recursive: true });
  const file = firstFile === undefined ? 'untitled' : basename(firstFile, extname(firstFile)).slice(0, 80);
  const stem = `${file} ${today.toISOString().slice(0, 10)}`;
  for (let n = 1; ; n++) {
    const path = join(root, `${stem}${n === 1 ? '' : ` ${n}`}${SUFFIX}`);
    if (existsSync(path)) continue;
    mkdirSync(path);
    return { path, isNew: true };
  }
}

/** A folder named by the user: an existing workspace, or an empty or absent folder that becomes one. Throws AppError when it is neither. */
export function namedWorkspace(path: string): WorkspaceFolder {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat && !stat.isDirectory())
    throw new AppError({ code: 'invalid-argument', message: `${path} is a file, and a workspace is a folder`, hint: 'open it as a file instead' });
  if (!stat) mkdirSync(path, { recursive: true });
  if (hasJournal(path)) return { path, isNew: false };
  if (readdirSync(path).length === 0 || path.endsWith(SUFFIX)) return { path, isNew: true };
  throw new AppError({
    code: 'invalid-argument',
    message: `the folder ${path} is not empty and is no workspace`,
    hint: 'name a workspace, or a new or empty folder',
  });
}

/** Whether anything was ever done in the workspace. */
export function hasJournal(path: string): boolean {
  return (statSync(join(path, JOURNAL), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Removes a workspace made for a window in which nothing was done; tells whether it did. A workspace with a journal is never touched. */
export function removeUnused(workspace: WorkspaceFolder): boolean {
  if (!workspace.isNew || hasJournal(workspace.path)) return false;
  rmSync(workspace.path, { recursive: true, force: true, maxRetries: 3 });
  return true;
}
