import { axisReader } from '../select/axis';
import { type BinAxis, binAxis, coordinates } from './binning';
import type { DensityAnswer, Query } from './query';
import { RowScan } from './row-scan';
import type { TableView } from './table-view';

/** A density query whose ranges are known. */
export type DensitySpec = Extract<Query, { kind: 'density' }> & {
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
};

/** Counts over some of the rows; parts of one whole add up. */
export interface DensityPartial {
  readonly counts: Uint32Array;
  readonly selected?: Uint32Array | undefined;
  total: number;
  inside: number;
  selectedTotal: number;
}

interface Bins {
  readonly x: BinAxis;
  readonly y: BinAxis;
}

// Kept apart from the loop with masks: the plain one is what a pan or a zoom over all rows runs, with nothing to test but the range.
function binAll(x: Float64Array, y: Float64Array, { x: ax, y: ay }: Bins, counts: Uint32Array): number {
  const { low: x0, high: x1, scale: sx, bins: width } = ax;
  const { low: y0, high: y1, scale: sy, bins: height } = ay;
  let inside = 0;
  for (let i = 0; i < x.length; i++) {
    const px = x[i]!;
    const py = y[i]!;
    if (!(px >= x0 && px <= x1 && py >= y0 && py <= y1)) continue;
    let c = ((px - x0) * sx) | 0;
    let r = ((py - y0) * sy) | 0;
    if (c >= width) c = width - 1;
    if (r >= height) r = height - 1;
    counts[r * width + c]!++;
    inside++;
  }
  return inside;
}

function binMasked(x: Float64Array, y: Float64Array, bins: Bins, into: DensityPartial, keep?: Uint8Array, selected?: Uint8Array): void {
  const { low: x0, high: x1, scale: sx, bins: width } = bins.x;
  const { low: y0, high: y1, scale: sy, bins: height } = bins.y;
  for (let i = 0; i < x.length; i++) {
    if (keep !== undefined && keep[i] === 0) continue;
    into.total++;
    const isSelected = selected !== undefined && selected[i] === 1;
    if (isSelected) into.selectedTotal++;
    const px = x[i]!;
    const py = y[i]!;
    if (!(px >= x0 && px <= x1 && py >= y0 && py <= y1)) continue;
    const cell = Math.min(height - 1, ((py - y0) * sy) | 0) * width + Math.min(width - 1, ((px - x0) * sx) | 0);
    into.counts[cell]!++;
    into.inside++;
    if (isSelected) into.selected![cell]!++;
  }
}

/** Exact counts over candidates [from, to); both ends of each range are inside. */
export function* densityKernel(view: TableView, query: DensitySpec, from: number, to: number): Generator<number, DensityPartial> {
  const scan = new RowScan(view, query.rows, { selection: query.selection });
  const bins = { x: binAxis(query.xRange, query.width, query.xLog ?? false), y: binAxis(query.yRange, query.height, query.yLog ?? false) };
  const readX = axisReader(query.x, view);
  const readY = axisReader(query.y, view);
  const [toX, toY] = [coordinates(bins.x), coordinates(bins.y)];
  const cells = query.width * query.height;
  const partial: DensityPartial = {
    counts: new Uint32Array(cells),
    selected: query.selection && new Uint32Array(cells),
    total: 0,
    inside: 0,
    selectedTotal: 0,
  };
  for (const { span, length, keep, selected, fraction } of scan.blocks(from, to)) {
    const x = toX(readX(span));
    const y = toY(readY(span));
    if (keep || selected) binMasked(x, y, bins, partial, keep, selected);
    else {
      partial.total += length;
      partial.inside += binAll(x, y, bins, partial.counts);
    }
    yield fraction;
  }
  return partial;
}

/** Adds b into a. */
export function mergeDensity(a: DensityPartial, b: DensityPartial): DensityPartial {
  const add = (into: Uint32Array, from: Uint32Array): void => {
    for (let i = 0; i < into.length; i++) into[i]! += from[i]!;
  };
  add(a.counts, b.counts);
  if (a.selected && b.selected) add(a.selected, b.selected);
  a.total += b.total;
  a.inside += b.inside;
  a.selectedTotal += b.selectedTotal;
  return a;
}

export function densityAnswer(view: { version: number; rows: number }, query: DensitySpec, partial: DensityPartial): DensityAnswer {
  let max = 0;
  for (let i = 0; i < partial.counts.length; i++) if (partial.counts[i]! > max) max = partial.counts[i]!;
  const sorted = ([a, b]: readonly [number, number]): readonly [number, number] => (a <= b ? [a, b] : [b, a]);
  const { width, height } = query;
  const ranges = { xRange: sorted(query.xRange), yRange: sorted(query.yRange) };
  return { kind: 'density', version: view.version, width, height, ...ranges, ...partial, max, loaded: view.rows };
}
