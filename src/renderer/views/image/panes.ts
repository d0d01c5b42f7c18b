import type { ColumnMeta } from '../../../core/model/column';

/** One picture of the view: a column of the table, or what the draft makes. */
export type Pane =
  | { readonly id: string; readonly title: string; readonly kind: 'column'; readonly column: string }
  | { readonly id: string; readonly title: string; readonly kind: 'result' | 'residual' | 'kernel' };

/** Pictures side by side at most: more are too small to compare. */
const MOST = 4;

/** The columns to show: those chosen, else the file's first and what steps made of it. */
export function shownColumns(numeric: readonly ColumnMeta[], chosen: readonly string[]): readonly string[] {
  const names = numeric.map((c) => c.name);
  const kept = chosen.filter((name) => names.includes(name));
  if (kept.length) return kept.slice(0, MOST);
  const made = numeric.filter((c, i) => i > 0 && c.origin !== undefined && c.origin !== 'file').map((c) => c.name);
  return [...names.slice(0, 1), ...made].slice(0, MOST);
}

/** The columns, or of a draft the column it reads with what comes of it. */
export function panesOf(columns: readonly string[], drafted: string | undefined): readonly Pane[] {
  if (drafted === undefined) return columns.map((column) => ({ id: `column ${column}`, title: column, kind: 'column', column }));
  return [
    { id: `column ${drafted}`, title: 'original', kind: 'column', column: drafted },
    { id: 'result', title: 'result', kind: 'result' },
    { id: 'residual', title: 'residual', kind: 'residual' },
    { id: 'kernel', title: 'kernel', kind: 'kernel' },
  ];
}
