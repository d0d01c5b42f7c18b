import { join } from 'node:path';
import { open } from 'node:fs/promises';
import { BitMask } from '../../../core/model/bit-mask';
import { isValid } from '../../../core/model/column';
import type { Flag } from '../../../core/model/flag';
import { INFORMS } from '../export/export-source';
import { readChunk } from '../store/column-file';
import { type TableState, withFlag } from './state';

/** Formats without descriptions (CSV) leave only the name to tell an imputed row by. */
const INFORMING = new Set(['imputed']);

function flagOf(name: string, description: string | undefined): Flag {
  const informs = description?.startsWith(INFORMS) ?? INFORMING.has(name);
  const about = description?.startsWith(INFORMS) ? description.slice(INFORMS.length) : description;
  return { name, author: { kind: 'step', id: 'brought' }, ...(about ? { description: about } : {}), ...(informs ? { informs } : {}) };
}

/**
 * A file that Skysift exported brings its flags along as bool columns `flag_<name>` and their union of bits `flags`. They become flags again, and
 * the columns that only carried them leave the list (they come back with the next export).
 */
export async function bringFlags(state: TableState, rows: number): Promise<TableState> {
  const carriers = [...state.columns.entries()].filter(([name, c]) => name.startsWith('flag_') && c.ref.meta.type === 'bool');
  if (carriers.length === 0) return state;
  let next = state;
  for (const [name, column] of carriers) {
    const mask = new BitMask(rows);
    const handle = await open(join(column.folder, column.ref.file), 'r');
    try {
      let row = 0;
      for (const ref of column.ref.chunks) {
        const chunk = await readChunk(handle, column.ref.meta, ref);
        for (let i = 0; i < chunk.length; i++) if (chunk.data[i] === 1 && isValid(chunk, i)) mask.set(row + i);
        row += chunk.length;
      }
    } finally {
      await handle.close();
    }
    next = withFlag(next, flagOf(name.slice('flag_'.length), column.ref.meta.description), mask);
  }
  const columns = new Map(next.columns);
  for (const [name] of carriers) columns.delete(name);
  if (columns.get('flags')?.ref.meta.description?.startsWith('bits: ')) columns.delete('flags');
  return { ...next, columns };
}
