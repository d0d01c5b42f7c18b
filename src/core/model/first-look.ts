import { type ColumnMeta, type Role, isNumeric, parseType, strideOf, bytesPerElement } from './column';

/**
 * The columns a new table is looked at with first: time and value, else positions, else the first two numbers. The importer brings them
 * into the store before the others, and the density view proposes them as its axes.
 */
export function firstLook(columns: readonly ColumnMeta[]): readonly string[] {
  const by = (role: Role): string | undefined => columns.find((c) => c.role === role && isNumeric(c.type))?.name;
  for (const [x, y] of [
    [by('time'), by('value')],
    [by('ra'), by('dec')],
  ])
    if (x !== undefined && y !== undefined) return [x, y];
  const floats = columns.filter((c) => c.type.startsWith('float'));
  const numbers = floats.length >= 2 ? floats : columns.filter((c) => isNumeric(c.type));
  return numbers.slice(0, 2).map((c) => c.name);
}

const MAX_CHUNK_BYTES = 64 * 2 ** 20;

/** Rows in a chunk: 256 Ki, fewer (a power of two) when a column's cells are so wide that a chunk of it would pass 64 MiB. */
export function chunkRowsFor(columns: readonly ColumnMeta[]): number {
  const widest = columns.reduce((n, c) => {
    const { element } = parseType(c.type);
    return Math.max(n, element === 'utf8' ? 64 : strideOf(c.type) * bytesPerElement(element));
  }, 1);
  let rows = 2 ** 18;
  while (rows > 256 && rows * widest > MAX_CHUNK_BYTES) rows /= 2;
  return rows;
}
