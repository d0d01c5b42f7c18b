import type { Query } from './query';
import { RowScan } from './row-scan';
import type { TableView } from './table-view';

export type CountQuery = Extract<Query, { kind: 'count' }>;

export interface CountPartial {
  readonly rows: number;
  readonly flagged: number;
}

/** How many candidates of [from, to) are selected, and how many of these are flagged. */
export function* countKernel(view: TableView, query: CountQuery, from: number, to: number): Generator<number, CountPartial> {
  const scan = new RowScan(view, query.rows, { selection: query.selection, marks: true });
  let rows = 0;
  let both = 0;
  for (const { length, keep, selected, flagged, fraction } of scan.blocks(from, to)) {
    for (let i = 0; i < length; i++) {
      const isIn = selected![i]! & (keep === undefined ? 1 : keep[i]!);
      rows += isIn;
      if (flagged !== undefined) both += isIn & flagged[i]!;
    }
    yield fraction;
  }
  return { rows, flagged: both };
}

export function mergeCounts(a: CountPartial, b: CountPartial): CountPartial {
  return { rows: a.rows + b.rows, flagged: a.flagged + b.flagged };
}
