import type { Progress } from '../protocol/outcome';
import { medianSteps } from './robust';
import { inBlocks, part } from './steps';

/**
 * The points a trend is fitted to: finite, used, in order of time, cut into segments where two neighbours are further apart than the break
 * tolerance.
 */
export interface FitPoints {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly count: number;
  /** Index of each segment's first point, then `count`: segment s is [starts[s], starts[s + 1]). */
  readonly starts: Int32Array;
  /** One a point, positive, when the fit is to be weighted. */
  readonly weights?: Float64Array | undefined;
  /** Rows with a finite time; they come first. */
  readonly timedRows: number;
}

/** Relative slack on a window's edge: points a whole number of cadences away are inside despite the rounding of times. */
export const EDGE_SLACK = 1e-6;

export interface FitPointOptions {
  /** 1 = the row is no point to fit to, but it still bridges a gap: the points inside known transits. */
  readonly masked?: Uint8Array | undefined;
  /** One a row; rows whose weight is missing or not positive are no points. */
  readonly weights?: Float64Array | undefined;
}

/** `times` ascending with the missing ones last. `breakTolerance` in the time's unit; Infinity = one segment. */
export function* fitPointsSteps(
  times: Float64Array,
  values: Float64Array,
  use: Uint8Array,
  breakTolerance: number,
  { masked, weights }: FitPointOptions = {},
): Generator<Progress, FitPoints> {
  const n = times.length;
  const t = new Float64Array(n);
  const y = new Float64Array(n);
  const w = weights ? new Float64Array(n) : undefined;
  const starts = [0];
  let count = 0;
  let timedRows = 0;
  let last = NaN;
  let breaks = false;
  yield* inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) {
      const time = times[i]!;
      if (time - time !== 0) continue;
      timedRows = i + 1;
      const v = values[i]!;
      if (use[i] !== 1 || v - v !== 0) continue;
      if (weights && !(weights[i]! > 0 && weights[i]! < Infinity)) continue;
      if (time - last > breakTolerance) breaks = true;
      last = time;
      if (masked?.[i]) continue;
      if (breaks && count > 0) starts.push(count);
      breaks = false;
      t[count] = time;
      if (w) w[count] = weights![i]!;
      y[count++] = v;
    }
  });
  return { times: t, values: y, count, starts: Int32Array.from([...starts, count]), weights: w, timedRows };
}

/** The segment a time belongs to, from `segment` on: the one it lies in, else the nearer neighbour (the earlier on a tie). */
export function segmentAt(points: FitPoints, time: number, segment: number): number {
  const { times, starts } = points;
  let s = segment;
  while (s + 2 < starts.length) {
    const next = starts[s + 1]!;
    if (time - times[next - 1]! <= times[next]! - time) break;
    s++;
  }
  return s;
}

/** Median step between neighbouring points of the same segment; 0 when there is none. */
export function* cadenceSteps(points: FitPoints): Generator<Progress, number> {
  const { times, starts, count } = points;
  const gaps = new Float64Array(count);
  let n = 0;
  let segment = 0;
  const measuring = inBlocks(count, (from, to) => {
    for (let i = from; i < to; i++) {
      if (i === starts[segment + 1]) segment++;
      if (i !== starts[segment]) gaps[n++] = times[i]! - times[i - 1]!;
    }
  });
  yield* part(measuring, 0, 0.3);
  const cadence = yield* part(medianSteps(gaps, n), 0.3, 1);
  return n > 0 ? cadence : 0;
}

/** Most points any window of this width holds, anywhere in a segment, those on its edges included; at least 1. */
export function* fullestWindowSteps(points: FitPoints, window: number): Generator<Progress, number> {
  const { times, starts, count } = points;
  const width = window * (1 + EDGE_SLACK);
  let most = 1;
  let first = 0;
  let segment = 0;
  yield* inBlocks(count, (from, to) => {
    for (let i = from; i < to; i++) {
      if (i === starts[segment + 1]) first = starts[++segment]!;
      while (times[i]! - times[first]! > width) first++;
      if (i - first + 1 > most) most = i - first + 1;
    }
  });
  return most;
}
