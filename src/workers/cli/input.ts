import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AppError, Cancelled } from '../../core/protocol/outcome';
import type { OpenedSource, SourceTable } from '../readers/reader';
import { openSource } from '../readers/registry';
import { didYouMean } from './usage-error';
import type { CliIo } from './io';

/** Rows read at a time where nothing is stored. */
export const STREAM_ROWS = 65_536;

/** Opens a file for a command; the caller closes it. Throws AppError naming the file. */
export async function openInput(file: string, io: CliIo): Promise<OpenedSource> {
  const path = resolve(io.cwd, file);
  try {
    if ((await stat(path)).isDirectory()) {
      throw new AppError({ code: 'invalid-argument', message: 'it is a folder', hint: 'give a file' });
    }
    return await openSource(path, { signal: io.signal });
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new AppError(
        { code: 'not-found', message: 'there is no such file', hint: 'check the path', during: `opening ${file}` },
        { cause: error },
      );
    }
    throw AppError.from(error, `opening ${file}`);
  }
}

/** The table called `name` (or the only or first one). Throws AppError listing the tables there are. */
export function chooseTable(source: OpenedSource, file: string, name: string | undefined): SourceTable {
  const all = [...source.tables, ...(source.images ?? [])];
  const names = all.map((t) => t.name).slice(0, 50);
  const table = name === undefined ? source.tables[0] : all.find((t) => t.name === name);
  if (table) return table;
  if (name === undefined) {
    const why = source.alerts.map((a) => a.message).join('; ');
    throw new AppError({
      code: 'unsupported',
      message: `the file holds no table${why ? `: ${why}` : ''}`,
      hint: source.alerts.find((a) => a.hint !== undefined)?.hint ?? 'give a file with a table or an image in it',
      during: `opening ${file}`,
    });
  }
  throw new AppError({
    code: 'not-found',
    message: `there is no table ${name}`,
    hint: didYouMean(name, names, `its tables are ${names.join(', ')}`),
    during: `opening ${file}`,
  });
}

/** The files to read: folders are replaced by the files in them, in order of name, hidden files left out. */
export async function expandInputs(inputs: readonly string[], io: CliIo): Promise<readonly string[]> {
  const out: string[] = [];
  for (const input of inputs) {
    const path = resolve(io.cwd, input);
    let isFolder: boolean;
    try {
      isFolder = (await stat(path)).isDirectory();
    } catch (error) {
      throw new AppError(
        { code: 'not-found', message: 'there is no such file or folder', hint: 'check the path', during: `opening ${input}` },
        { cause: error },
      );
    }
    if (!isFolder) {
      out.push(path);
      continue;
    }
    const entries = await readdir(path, { withFileTypes: true });
    const files = entries.filter((e) => e.isFile() && !e.name.startsWith('.') && !e.name.endsWith('.skysift.json')).map((e) => join(path, e.name));
    if (files.length === 0) {
      throw new AppError({
        code: 'not-found',
        message: 'the folder holds no files',
        hint: 'give a folder with tables in it',
        during: `opening ${input}`,
      });
    }
    out.push(...files.sort((a, b) => basename(a).localeCompare(basename(b), 'en')));
  }
  return out;
}

/** Names that are not columns of the table are an error that says which are. */
export function checkColumns(table: SourceTable, wanted: readonly string[] | undefined): readonly string[] {
  const names = table.columns.map((c) => c.name);
  for (const name of wanted ?? []) {
    if (!names.includes(name)) {
      throw new AppError({
        code: 'not-found',
        message: `the table ${table.name} has no column ${name}`,
        hint: didYouMean(name, names, `its columns are ${names.slice(0, 12).join(', ')}`),
        during: 'choosing columns',
      });
    }
  }
  return wanted ?? names;
}
