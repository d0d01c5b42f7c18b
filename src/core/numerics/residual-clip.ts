import type { Progress } from '../protocol/outcome';
import { MAD_TO_SIGMA, medianDeviationSteps, medianSteps } from './robust';
import { inBlocks, part } from './steps';

/** Over which points the spread of the residuals is taken: all, those of the same segment, or those of the window. */
export type ResidualScale = 'global' | 'segment' | 'local';

/** A neighbourhood for every row: what clipping about a local level needs of it. Rows are in a fixed order; NaN where a row has none. */
export interface Neighbourhood {
  /** Median of `values` over the used rows of each row's neighbourhood, itself included. */
  medians(values: Float64Array, use: Uint8Array): Generator<Progress, Float64Array>;
  /** Used rows in each row's neighbourhood. */
  counts(use: Uint8Array): Generator<Progress, Int32Array>;
  /** Segment of each row, -1 where it has none. */
  readonly segments?: Int32Array | undefined;
}

export interface ResidualClipOptions {
  /** Infinity = nothing is rejected on that side. */
  readonly sigmaLower: number;
  readonly sigmaUpper: number;
  /** Infinity = until nothing more is rejected. */
  readonly maxIterations: number;
  readonly scale: ResidualScale;
  /** Rows with fewer used neighbours, themselves included, are neither judged nor counted in the spread. */
  readonly fewest: number;
}

export interface ResidualClip {
  readonly mask: Uint8Array;
  /** value - local median of the last round; NaN where there is none. */
  readonly residuals: Float64Array;
  /** Rows not judged for want of neighbours, and rows not judged because the spread about them is 0. */
  readonly thin: number;
  readonly flat: number;
}

/** Robust standard deviation of the picked residuals: 1.4826 MAD. */
function* madSteps(residuals: Float64Array, use: Uint8Array): Generator<Progress, number> {
  const sample = new Float64Array(residuals.length);
  let n = 0;
  const collecting = inBlocks(residuals.length, (from, to) => {
    for (let i = from; i < to; i++) if (use[i] === 1) sample[n++] = residuals[i]!;
  });
  yield* part(collecting, 0, 0.2);
  const middle = yield* part(medianSteps(sample, n), 0.2, 0.6);
  return MAD_TO_SIGMA * (yield* part(medianDeviationSteps(sample, n, middle, new Float64Array(n)), 0.6, 1));
}

/** Robust standard deviation of the residuals of every segment in one sweep over rows that lie together. */
function* segmentSpreadsSteps(residuals: Float64Array, use: Uint8Array, segments: Int32Array): Generator<Progress, Float64Array> {
  const out = new Float64Array(residuals.length).fill(NaN);
  const n = residuals.length;
  let from = 0;
  while (from < n) {
    let to = from;
    let rows = 0;
    while (to < n && (segments[to] === segments[from] || segments[to] === -1)) {
      to++;
      if (++rows % 2 ** 20 === 0) yield { fraction: from / n };
    }
    const spread = yield* part(madSteps(residuals.subarray(from, to), use.subarray(from, to)), from / n, to / n);
    out.fill(spread, from, to);
    from = to;
    yield { fraction: from / n };
  }
  return out;
}

function* spreadsSteps(
  residuals: Float64Array,
  judged: Uint8Array,
  around: Neighbourhood,
  scale: ResidualScale,
): Generator<Progress, Float64Array | number> {
  if (scale === 'segment' && around.segments) return yield* segmentSpreadsSteps(residuals, judged, around.segments);
  if (scale !== 'local') return yield* madSteps(residuals, judged);
  const sizes = new Float64Array(residuals.length);
  const measuring = inBlocks(residuals.length, (from, to) => {
    for (let i = from; i < to; i++) sizes[i] = MAD_TO_SIGMA * Math.abs(residuals[i]!);
  });
  yield* part(measuring, 0, 0.1);
  return yield* part(around.medians(sizes, judged), 0.1, 1);
}

/** One round: what of `left` lies outside its bounds. */
function* roundSteps(
  values: Float64Array,
  left: Uint8Array,
  around: Neighbourhood,
  o: ResidualClipOptions,
): Generator<Progress, Omit<ResidualClip, 'mask'> & { readonly outside: readonly number[] }> {
  const n = values.length;
  const level = yield* part(around.medians(values, left), 0, 0.4);
  const counts = yield* part(around.counts(left), 0.4, 0.5);
  const residuals = new Float64Array(n).fill(NaN);
  const judged = new Uint8Array(n);
  let thin = 0;
  const subtracting = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) {
      if (left[i] === 0) continue;
      const r = (residuals[i] = values[i]! - level[i]!);
      if (counts[i]! < o.fewest || r - r !== 0) thin++;
      else judged[i] = 1;
    }
  });
  yield* part(subtracting, 0.5, 0.55);
  const spreads = yield* part(spreadsSteps(residuals, judged, around, o.scale), 0.55, 0.95);
  const outside: number[] = [];
  let flat = 0;
  const marking = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) {
      if (judged[i] === 0) continue;
      const spread = typeof spreads === 'number' ? spreads : spreads[i]!;
      const z = residuals[i]! / spread;
      if (!(spread > 0)) flat++;
      else if (z < -o.sigmaLower || z > o.sigmaUpper) outside.push(i);
    }
  });
  yield* part(marking, 0.95, 1);
  return { residuals, thin, flat, outside };
}

/**
 * Iterative clipping about a local level: residual = value - median of the neighbourhood; what lies strictly more than sigma robust
 * standard deviations (1.4826 MAD of the residuals) away is rejected, and the levels and the spread are taken again from the rest.
 * Only finite values of rows with `use` = 1 take part and are marked. O(rounds · cost of the medians).
 */
export function* residualClipSteps(
  values: Float64Array,
  use: Uint8Array,
  around: Neighbourhood,
  options: ResidualClipOptions,
): Generator<Progress, ResidualClip> {
  const n = values.length;
  const left = new Uint8Array(n);
  const picking = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) left[i] = use[i] === 1 && values[i]! - values[i]! === 0 ? 1 : 0;
  });
  yield* part(picking, 0, 0);
  const mask = new Uint8Array(n);
  let last: Omit<ResidualClip, 'mask'> | undefined;
  for (let round = 0; round < options.maxIterations; round++) {
    const done = 1 - 0.5 ** round;
    const { outside, ...made } = yield* part(roundSteps(values, left, around, options), done, (1 + done) / 2);
    last = made;
    for (const i of outside) {
      mask[i] = 1;
      left[i] = 0;
    }
    if (outside.length === 0) break;
    yield { fraction: (1 + done) / 2 };
  }
  return { mask, ...(last ?? { residuals: new Float64Array(n).fill(NaN), thin: 0, flat: 0 }) };
}
