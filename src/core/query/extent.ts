import type { Column } from '../model/column';
import { axisReader } from '../select/axis';
import type { Axis } from '../select/predicate';
import type { RowSet } from './query';
import { RowScan } from './row-scan';
import type { TableView } from './table-view';

/** Smallest and largest finite value, and the smallest one above 0 (for logarithmic axes); Infinity and -Infinity when there is none. */
export interface Extent {
  min: number;
  max: number;
  minPositive: number;
}

export interface ExtentSpec {
  readonly rows: RowSet;
  readonly axes: readonly Axis[];
}

export function emptyExtent(): Extent {
  return { min: Infinity, max: -Infinity, minPositive: Infinity };
}

export function mergeExtents(a: readonly Extent[], b: readonly Extent[]): Extent[] {
  return a.map((e, i) => ({
    min: Math.min(e.min, b[i]!.min),
    max: Math.max(e.max, b[i]!.max),
    minPositive: Math.min(e.minPositive, b[i]!.minPositive),
  }));
}

function widen(extent: Extent, x: Float64Array, keep: Uint8Array | undefined): void {
  let { min, max, minPositive } = extent;
  for (let i = 0; i < x.length; i++) {
    if (keep !== undefined && keep[i] === 0) continue;
    const v = x[i]!;
    // False for NaN and for both infinities.
    if (!(v - v === 0)) continue;
    if (v < min) min = v;
    if (v > max) max = v;
    if (v > 0 && v < minPositive) minPositive = v;
  }
  extent.min = min;
  extent.max = max;
  extent.minPositive = minPositive;
}

/** Extents of several axes over candidates [from, to). */
export function* extentsKernel(view: TableView, spec: ExtentSpec, from: number, to: number): Generator<number, Extent[]> {
  const scan = new RowScan(view, spec.rows);
  const readers = spec.axes.map((axis) => axisReader(axis, view));
  const extents = spec.axes.map(emptyExtent);
  for (const { span, keep, fraction } of scan.blocks(from, to)) {
    readers.forEach((read, k) => widen(extents[k]!, read(span), keep));
    yield fraction;
  }
  return extents;
}

/**
 * Extents already computed. Those of whole columns are kept with the column itself, so a new flag does not lose them; others by the version of
 * the table and what was asked.
 */
export class ExtentCache {
  private readonly whole = new WeakMap<Column, { rows: number; extent: Extent }>();
  private readonly others = new Map<string, Extent>();

  constructor(private readonly limit = 64) {}

  private wholeColumn(view: TableView, axis: Axis, rows: RowSet): Column | undefined {
    const isWhole = rows.object === undefined && rows.band === undefined && !rows.where && (rows.flagged ?? 'show') === 'show';
    return isWhole && 'column' in axis ? view.column(axis.column) : undefined;
  }

  private key(view: TableView, axis: Axis, rows: RowSet): string {
    return JSON.stringify([view.version, view.rows, axis, rows]);
  }

  get(view: TableView, axis: Axis, rows: RowSet): Extent | undefined {
    const column = this.wholeColumn(view, axis, rows);
    if (!column) return this.others.get(this.key(view, axis, rows));
    const known = this.whole.get(column);
    return known?.rows === view.rows ? known.extent : undefined;
  }

  set(view: TableView, axis: Axis, rows: RowSet, extent: Extent): void {
    const column = this.wholeColumn(view, axis, rows);
    if (column) {
      this.whole.set(column, { rows: view.rows, extent });
      return;
    }
    const oldest = this.others.size >= this.limit ? this.others.keys().next() : undefined;
    if (oldest && !oldest.done) this.others.delete(oldest.value);
    this.others.set(this.key(view, axis, rows), extent);
  }
}

/** The range an axis shows: the finite extent, widened when it is a single value, [0, 1] (or [1, 10]) when there is none. */
export function rangeOfExtent(extent: Extent, isLog: boolean): readonly [number, number] {
  const low = isLog ? extent.minPositive : extent.min;
  if (!(low <= extent.max)) return isLog ? [1, 10] : [0, 1];
  if (low < extent.max) return [low, extent.max];
  if (isLog) return [low / 2, low * 2];
  const margin = low === 0 ? 0.5 : Math.abs(low) * 1e-3;
  return [low - margin, low + margin];
}
