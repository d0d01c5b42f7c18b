import type { Role } from '../model/column';
import { AppError } from '../protocol/outcome';
import { bandTest, readMask, rowTest, type RowTest } from '../select/mask';
import { namesObjects, columnsOf, flagsOf, objectColumnsOf } from '../select/columns-of';
import type { Predicate } from '../select/predicate';
import { BLOCK_ROWS, type Span } from '../select/row-source';
import type { RowSet } from './query';
import { didYouMean } from '../model/similar-names';
import type { Needs, TableView } from './table-view';

/** One block of a scan, with bytes that are valid until the next block. */
export interface ScanBlock {
  readonly span: Span;
  readonly length: number;
  /** 1 for rows that belong to the row set; absent = all do. */
  readonly keep?: Uint8Array | undefined;
  /** 1 for selected rows; absent when the query has no selection. */
  readonly selected?: Uint8Array | undefined;
  /** 1 for flagged rows; absent when no row is. */
  readonly flagged?: Uint8Array | undefined;
  /** Part of the scan done after this block. */
  readonly fraction: number;
}

/** What a query's rows need of the table. */
export function needsOfRows(
  rows: RowSet,
  view: { readonly roles?: Readonly<Partial<Record<Role, string>>> | undefined },
  selection?: Predicate,
): Needs {
  const predicates = [rows.where, selection].filter((p) => p !== undefined);
  // The object table holds the scatter of the values.
  const value = predicates.some((p) => objectColumnsOf(p) !== undefined) ? view.roles?.value : undefined;
  const band = rows.band !== undefined || predicates.some(namesObjects) ? view.roles?.band : undefined;
  return {
    columns: [...predicates.flatMap(columnsOf), ...[band, value].filter((n) => n !== undefined)],
    flags: predicates.flatMap(flagsOf),
    objects: rows.object !== undefined || rows.band !== undefined || predicates.some(namesObjects),
  };
}

/** Rows of the object a row set names; undefined when it names none and all rows are meant. */
export function objectRows(view: TableView, rows: RowSet): Uint32Array | undefined {
  if (rows.object === undefined) return undefined;
  const { objects } = view;
  if (!objects)
    throw new AppError({
      code: 'invalid-argument',
      message: `cannot show object ${rows.object}: no column of this table is known to hold identifiers`,
      hint: 'give a column the role object',
    });
  const index = objects.find(rows.object);
  if (index >= 0) return objects.rowsOf(index);
  const hint = didYouMean(rows.object, objects.count <= 2000 ? objects.ids : [], 'look it up in the list of objects');
  throw new AppError({ code: 'not-found', message: `no object ${rows.object} in this table`, hint });
}

/**
 * Walks the rows of a row set block by block. Positions count candidates: rows of the table, or of the one object, or entries of `list` when
 * given; a scan over [from, to) of them can be one of several that together make the whole.
 */
export class RowScan {
  readonly list: Uint32Array | undefined;
  readonly candidates: number;
  private readonly tests: RowTest[] = [];
  private readonly selection: RowTest | undefined;

  constructor(
    private readonly view: TableView,
    rows: RowSet,
    options: { readonly selection?: Predicate | undefined; readonly list?: Uint32Array | undefined; readonly marks?: boolean } = {},
  ) {
    this.list = options.list ?? objectRows(view, rows);
    this.candidates = this.list?.length ?? view.rows;
    this.withMarks = options.marks ?? false;
    const { flagged } = view;
    if (rows.flagged === 'only') this.tests.push(flagged ? (span, out) => readMask(flagged, span, out) : (_, out) => void out.fill(0));
    if (rows.flagged === 'hide' && flagged)
      this.tests.push((span, out) => {
        readMask(flagged, span, out);
        for (let i = 0; i < span.to - span.from; i++) out[i]! ^= 1;
      });
    if (rows.band !== undefined) this.tests.push(bandTest(rows.band, view));
    if (rows.where) this.tests.push(rowTest(rows.where, view));
    this.selection = options.selection && rowTest(options.selection, view);
  }

  private readonly withMarks: boolean;

  *blocks(from: number, to: number): Generator<ScanBlock> {
    const keep = new Uint8Array(BLOCK_ROWS);
    const other = new Uint8Array(BLOCK_ROWS);
    const selected = new Uint8Array(BLOCK_ROWS);
    const flagged = new Uint8Array(BLOCK_ROWS);
    const end = Math.min(to, this.candidates);
    for (let at = from; at < end; at += BLOCK_ROWS) {
      const span: Span = { from: at, to: Math.min(end, at + BLOCK_ROWS), list: this.list };
      const length = span.to - span.from;
      this.tests.forEach((test, k) => {
        test(span, k === 0 ? keep : other);
        if (k > 0) for (let i = 0; i < length; i++) keep[i]! &= other[i]!;
      });
      this.selection?.(span, selected);
      const marks = this.withMarks ? this.view.flagged : undefined;
      if (marks) readMask(marks, span, flagged);
      yield {
        span,
        length,
        keep: this.tests.length > 0 ? keep : undefined,
        selected: this.selection && selected,
        flagged: marks && flagged,
        fraction: (span.to - from) / (end - from),
      };
    }
  }
}

/** Number of candidates of a row set: what a query's work is split over. */
export function candidatesOf(view: TableView, rows: RowSet): number {
  return objectRows(view, rows)?.length ?? view.rows;
}
