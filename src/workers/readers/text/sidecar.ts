import { readFile, stat } from 'node:fs/promises';
import type { ColumnMeta } from '../../../core/model/column';
import type { Flag } from '../../../core/model/flag';
import type { HeaderCard } from '../../../core/model/table';

/** What a CSV file cannot say about itself; `<file>.skysift.json` beside it. */
export interface Sidecar {
  readonly skysiftSidecar: 1;
  readonly columns: readonly ColumnMeta[];
  readonly header: readonly HeaderCard[];
  readonly fileFlags: readonly Flag[];
  readonly timeOrigin?: number | undefined;
  readonly timeSystem?: string | undefined;
  /** The recipe as JSON text. */
  readonly recipe: string;
  readonly history: readonly string[];
}

export const SIDECAR_SUFFIX = '.skysift.json';
const MAX_BYTES = 64 * 2 ** 20;
const TYPE = /^(fixed_list<\w+>\[\d{1,6}\]|list<\w+>|bool|u?int(8|16|32|64)|float(32|64)|complex(64|128)|utf8)$/;

/** The sidecar of a CSV file, or undefined when there is none that Skysift wrote. */
export async function readSidecar(path: string): Promise<Sidecar | undefined> {
  const file = path + SIDECAR_SUFFIX;
  try {
    if ((await stat(file)).size > MAX_BYTES) return undefined;
    const value = JSON.parse(await readFile(file, 'utf8')) as Partial<Sidecar> | null;
    if (value?.skysiftSidecar !== 1 || !Array.isArray(value.columns) || !Array.isArray(value.header)) return undefined;
    if (!value.columns.every((c: Partial<ColumnMeta>) => typeof c.name === 'string' && TYPE.test(c.type ?? ''))) return undefined;
    return value as Sidecar;
  } catch {
    // No sidecar, or none of ours: the CSV file stands on its own.
    return undefined;
  }
}
