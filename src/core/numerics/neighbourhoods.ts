import type { Progress } from '../protocol/outcome';
import { movingMedianSteps } from './moving-median';
import type { Neighbourhood } from './residual-clip';
import { medianSteps } from './robust';
import { inBlocks, part } from './steps';
import { EDGE_SLACK, type FitPoints, fitPointsSteps, segmentAt } from './time-segments';

/** Points of the row's segment within half a width of each row's x. `x` ascending, missing last. */
function* windowCountsSteps(x: Float64Array, points: FitPoints, half: number): Generator<Progress, Int32Array> {
  const out = new Int32Array(x.length);
  let segment = 0;
  let first = 0;
  let next = 0;
  if (points.count === 0) return out;
  yield* inBlocks(points.timedRows, (from, to) => {
    for (let i = from; i < to; i++) {
      const at = x[i]!;
      if (at - at !== 0) continue;
      const s = segmentAt(points, at, segment);
      if (s !== segment) first = next = points.starts[(segment = s)]!;
      const end = points.starts[s + 1]!;
      while (first < end && points.times[first]! < at - half) first++;
      if (next < first) next = first;
      while (next < end && points.times[next]! <= at + half) next++;
      out[i] = next - first;
    }
  });
  return out;
}

/** Segment of every row with a time, -1 elsewhere. */
function* segmentsSteps(times: Float64Array, points: FitPoints): Generator<Progress, Int32Array> {
  const out = new Int32Array(times.length).fill(-1);
  if (points.count === 0) return out;
  let segment = 0;
  yield* inBlocks(points.timedRows, (from, to) => {
    for (let i = from; i < to; i++) if (times[i]! - times[i]! === 0) out[i] = segment = segmentAt(points, times[i]!, segment);
  });
  return out;
}

/**
 * Windows of full width `width` in time that do not reach across gaps longer than `breakTolerance`. `times` ascending, missing last. A point
 * on the edge of a window counts.
 */
export function* timeWindowSteps(
  times: Float64Array,
  values: Float64Array,
  use: Uint8Array,
  width: number,
  breakTolerance: number,
): Generator<Progress, Neighbourhood> {
  const all = yield* part(fitPointsSteps(times, values, use, breakTolerance), 0, 0.7);
  const segments = yield* part(segmentsSteps(times, all), 0.7, 1);
  const half = (width / 2) * (1 + EDGE_SLACK);
  return {
    segments,
    *medians(of, left) {
      const points = yield* part(fitPointsSteps(times, of, left, breakTolerance), 0, 0.1);
      return yield* part(movingMedianSteps(times, points, width), 0.1, 1);
    },
    *counts(left) {
      const points = yield* part(fitPointsSteps(times, values, left, breakTolerance), 0, 0.5);
      return yield* part(windowCountsSteps(times, points, half), 0.5, 1);
    },
  };
}

/** Rows of `a` from `tail` on, all of it, and its rows before `head`: a circle cut open with its ends repeated. */
function* wrappedSteps<A extends Float64Array | Uint8Array>(a: A, head: number, tail: number, out: A): Generator<Progress, A> {
  const n = a.length;
  out.set(a.subarray(tail));
  yield* inBlocks(n, (from, to) => out.set(a.subarray(from, to), n - tail + from));
  out.set(a.subarray(0, head), 2 * n - tail);
  return out;
}

/**
 * Windows of full width `width` (at most 1) in phase that go round: phase 0 follows phase 1. `phases` ascending in [0, 1), all finite.
 */
export function* phaseWindowSteps(phases: Float64Array, width: number): Generator<Progress, Neighbourhood> {
  const half = (width / 2) * (1 + EDGE_SLACK);
  const n = phases.length;
  let head = 0;
  let tail = n;
  while (head < n && phases[head]! <= half) head++;
  while (tail > 0 && phases[tail - 1]! >= 1 - half) tail--;
  const size = n + head + (n - tail);
  const x = yield* wrappedSteps(phases, head, tail, new Float64Array(size));
  for (let i = 0; i < n - tail; i++) x[i]! -= 1;
  for (let i = size - head; i < size; i++) x[i]! += 1;
  const own = [n - tail, 2 * n - tail] as const;
  function* points(of: Float64Array, use: Uint8Array): Generator<Progress, FitPoints> {
    const values = yield* part(wrappedSteps(of, head, tail, new Float64Array(size)), 0, 0.3);
    const used = yield* part(wrappedSteps(use, head, tail, new Uint8Array(size)), 0.3, 0.4);
    return yield* part(fitPointsSteps(x, values, used, Infinity), 0.4, 1);
  }
  return {
    *medians(of, use) {
      const fit = yield* part(points(of, use), 0, 0.1);
      const medians = yield* part(movingMedianSteps(x, fit, width), 0.1, 1);
      yield { fraction: 1 };
      return medians.slice(...own);
    },
    *counts(use) {
      const fit = yield* part(points(phases, use), 0, 0.5);
      return (yield* part(windowCountsSteps(x, fit, half), 0.5, 1)).slice(...own);
    },
  };
}

/** `bins` equal bins in phase. `phases` ascending in [0, 1), all finite. */
export function* phaseBinsSteps(phases: Float64Array, bins: number): Generator<Progress, Neighbourhood> {
  const n = phases.length;
  const starts = new Int32Array(bins + 1);
  for (let i = 0, b = 0; b <= bins; b++) {
    while (i < n && Math.floor(phases[i]! * bins) < b) i++;
    starts[b] = b === bins ? n : i;
    yield { fraction: b / bins };
  }
  const eachBin = function* (work: (from: number, to: number) => Generator<Progress, void>): Generator<Progress, void> {
    for (let b = 0; b < bins; b++) {
      yield* part(work(starts[b]!, starts[b + 1]!), b / bins, b / bins);
      yield { fraction: (b + 1) / bins };
    }
  };
  return {
    *medians(of, use) {
      const out = new Float64Array(n).fill(NaN);
      const sample = new Float64Array(n);
      yield* eachBin(function* (from, to) {
        let m = 0;
        yield* inBlocks(to - from, (first, end) => {
          for (let i = from + first; i < from + end; i++) if (use[i] === 1) sample[m++] = of[i]!;
        });
        out.fill(yield* medianSteps(sample, m), from, to);
      });
      return out;
    },
    *counts(use) {
      const out = new Int32Array(n);
      yield* eachBin(function* (from, to) {
        let m = 0;
        yield* inBlocks(to - from, (first, end) => {
          for (let i = from + first; i < from + end; i++) m += use[i]!;
        });
        out.fill(m, from, to);
      });
      return out;
    },
  };
}
