import { join } from 'node:path';
import { open } from 'node:fs/promises';
import { BitMask } from '../../../core/model/bit-mask';
import { isValid } from '../../../core/model/column';
import { readChunk } from '../store/column-file';
import { type TableState, withFlag } from './state';

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
    const description = column.ref.meta.description;
    next = withFlag(
      next,
      { name: name.slice('flag_'.length), author: { kind: 'step', id: 'brought' }, ...(description ? { description } : {}) },
      mask,
    );
  }
  const columns = new Map(next.columns);
  for (const [name] of carriers) columns.delete(name);
  if (columns.get('flags')?.ref.meta.description?.startsWith('bits: ')) columns.delete('flags');
  return { ...next, columns };
}
