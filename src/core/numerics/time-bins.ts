import type { Progress } from '../protocol/outcome';
import { inBlocks } from './steps';

/** Bins over points in order of time: bin b holds the points [starts[b], starts[b + 1]) and covers the times [low[b], high[b]]. */
export interface TimeBins {
  readonly count: number;
  /** `count` + 1 of them. */
  readonly starts: Int32Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface WidthRule {
  readonly width: number;
  /** A time at which a bin begins. */
  readonly origin: number;
}

/** Share of a width by which a point may lie before an edge and still belong behind it: times a whole number of widths away, but for rounding. */
const EDGE = 1e-6;

/** The number of the bin a time lies in, counted from the origin. */
export function binOf(time: number, { width, origin }: WidthRule): number {
  return Math.floor((time - origin) / width + EDGE);
}

/** Begins a bin at every point `isNew` says, given the point and the first point of the bin under way. */
function* startsSteps(count: number, isNew: (point: number, first: number) => boolean): Generator<Progress, Int32Array> {
  const starts = new Int32Array(count + 1);
  let bins = 0;
  let first = 0;
  yield* inBlocks(count, (from, to) => {
    for (let i = from; i < to; i++) {
      if (i > 0 && !isNew(i, first)) continue;
      starts[bins++] = first = i;
    }
  });
  starts[bins] = count;
  return starts.slice(0, bins + 1);
}

/**
 * Bins of one width; only those that hold points are there, and they are numbered without the empty ones. A gap longer than `gap` between two
 * points ends a bin there. The first `count` of `times` are finite and ascend. O(count).
 */
export function* widthBinsSteps(times: Float64Array, count: number, rule: WidthRule, gap: number): Generator<Progress, TimeBins> {
  const starts = yield* startsSteps(count, (i, first) => binOf(times[i]!, rule) !== binOf(times[first]!, rule) || times[i]! - times[i - 1]! > gap);
  const bins = starts.length - 1;
  const low = new Float64Array(bins);
  const high = new Float64Array(bins);
  for (let b = 0; b < bins; b++) {
    const k = binOf(times[starts[b]!]!, rule);
    low[b] = rule.origin + k * rule.width;
    high[b] = rule.origin + (k + 1) * rule.width;
  }
  for (let b = 1; b < bins; b++) {
    // Two parts of one width, cut at a gap.
    if (low[b]! >= high[b - 1]!) continue;
    high[b - 1] = times[starts[b]! - 1]!;
    low[b] = times[starts[b]!]!;
  }
  return { count: bins, starts, low, high };
}

/**
 * Bins of `size` points each (the last of a stretch may hold fewer). Points of one time stay together, so that nothing depends on their order. A
 * gap longer than `gap` ends a bin. O(count).
 */
export function* countBinsSteps(times: Float64Array, count: number, size: number, gap: number): Generator<Progress, TimeBins> {
  const starts = yield* startsSteps(count, (i, first) => (i - first >= size && times[i]! > times[i - 1]!) || times[i]! - times[i - 1]! > gap);
  return binsBetween(times, starts, gap);
}

/** Bins from the first point of each: neighbours meet half way, unless a gap longer than `gap` lies between them. */
export function binsBetween(times: Float64Array, starts: Int32Array, gap: number): TimeBins {
  const bins = starts.length - 1;
  const low = new Float64Array(bins);
  const high = new Float64Array(bins);
  for (let b = 0; b < bins; b++) {
    const first = times[starts[b]!]!;
    const before = b > 0 ? times[starts[b]! - 1]! : first;
    const isApart = first - before > gap;
    low[b] = isApart ? first : before + (first - before) / 2;
    if (b > 0) high[b - 1] = isApart ? before : low[b]!;
  }
  if (bins > 0) high[bins - 1] = times[starts[bins]! - 1]!;
  return { count: bins, starts, low, high };
}
