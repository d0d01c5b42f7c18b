import { axisReader } from '../select/axis';
import { binAxis, coordinates, edgesOf } from './binning';
import type { HistogramAnswer, Query } from './query';
import { RowScan } from './row-scan';
import type { TableView } from './table-view';

/** A histogram query whose range is known. */
export type HistogramSpec = Extract<Query, { kind: 'histogram' }> & { readonly range: readonly [number, number] };

export interface HistogramPartial {
  readonly counts: Uint32Array;
  readonly selected?: Uint32Array | undefined;
  readonly flagged: Uint32Array;
  missing: number;
  total: number;
}

/** The edges a histogram query cuts at. */
export function histogramEdges(query: HistogramSpec): Float64Array {
  return edgesOf(binAxis(query.range, query.bins, query.log ?? false), query.range);
}

/**
 * Counts over candidates [from, to). Bins are closed on the left; the last on both sides. The edges decide, so the counts are those of
 * numpy.histogram with the same edges.
 */
export function* histogramKernel(view: TableView, query: HistogramSpec, from: number, to: number): Generator<number, HistogramPartial> {
  const scan = new RowScan(view, query.rows, { selection: query.selection, marks: true });
  const axis = binAxis(query.range, query.bins, query.log ?? false);
  const edges = edgesOf(axis, query.range);
  const { bins, low, scale } = axis;
  const [first, last] = [edges[0]!, edges[bins]!];
  const read = axisReader(query.x, view);
  const toCoordinate = coordinates(axis);
  const partial: HistogramPartial = {
    counts: new Uint32Array(bins),
    selected: query.selection && new Uint32Array(bins),
    flagged: new Uint32Array(bins),
    missing: 0,
    total: 0,
  };
  const { counts, selected: selectedCounts, flagged: flaggedCounts } = partial;
  for (const { span, length, keep, selected, flagged, fraction } of scan.blocks(from, to)) {
    const x = read(span);
    const coordinate = toCoordinate(x);
    for (let i = 0; i < length; i++) {
      if (keep !== undefined && keep[i] === 0) continue;
      partial.total++;
      const v = x[i]!;
      if (!(v >= first && v <= last)) {
        if (Number.isNaN(v)) partial.missing++;
        continue;
      }
      let bin = ((coordinate[i]! - low) * scale) | 0;
      if (bin >= bins) bin = bins - 1;
      if (v < edges[bin]!) bin--;
      else if (v >= edges[bin + 1]! && bin < bins - 1) bin++;
      counts[bin]!++;
      if (selected !== undefined && selected[i] === 1) selectedCounts![bin]!++;
      if (flagged !== undefined && flagged[i] === 1) flaggedCounts[bin]!++;
    }
    yield fraction;
  }
  return partial;
}

/** Adds b into a. */
export function mergeHistograms(a: HistogramPartial, b: HistogramPartial): HistogramPartial {
  for (let i = 0; i < a.counts.length; i++) {
    a.counts[i]! += b.counts[i]!;
    a.flagged[i]! += b.flagged[i]!;
    if (a.selected && b.selected) a.selected[i]! += b.selected[i]!;
  }
  a.missing += b.missing;
  a.total += b.total;
  return a;
}

export function histogramAnswer(view: { version: number }, query: HistogramSpec, partial: HistogramPartial): HistogramAnswer {
  return { kind: 'histogram', version: view.version, edges: histogramEdges(query), ...partial };
}
