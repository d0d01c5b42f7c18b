import type { Cell, ColumnType } from '../../core/model/column';

/** Shortest decimal that reads back as the same number of its own precision. */
export function printNumber(value: number, type: ColumnType): string {
  if (!type.startsWith('float32') && !type.startsWith('fixed_list<float32') && !type.startsWith('list<float32') && !type.includes('complex64')) {
    return String(value);
  }
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** One cell for people: nothing where missing, `[a, b, …]` for lists, cut at `limit` elements. */
export function printCell(cell: Cell, type: ColumnType, limit = 4): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return printNumber(cell, type);
  if (Array.isArray(cell)) {
    const shown = cell.slice(0, limit).map((c: Cell) => printCell(c, type, limit));
    return `[${shown.join(', ')}${cell.length > limit ? `, … ${cell.length}` : ''}]`;
  }
  return String(cell);
}

/** Columns of text, padded; `right[c]` aligns to the right. No trailing spaces. */
export function textTable(rows: readonly (readonly string[])[], right: readonly boolean[] = [], gap = '  ', indent = ''): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, c) => (widths[c] = Math.max(widths[c] ?? 0, cell.length)));
  return rows
    .map((row) => (indent + row.map((cell, c) => (right[c] ? cell.padStart(widths[c]!) : cell.padEnd(widths[c]!))).join(gap)).trimEnd())
    .join('\n');
}

/** 1234567 → `1 234 567`, as the window prints counts. */
export const printCount = (count: number): string => String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
