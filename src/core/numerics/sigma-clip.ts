import type { Progress } from '../protocol/outcome';
import { MAD_TO_SIGMA, biweightLocation, collectSteps, mean, median, medianDeviation, medianDeviationSteps, medianSteps, std } from './robust';
import { type ClipLevel, type ShortClipOptions, clipLimits, clipShort } from './short-clip';
import { BLOCK, inBlocks, part } from './steps';

export type ClipCenter = 'median' | 'mean' | 'biweight';
export type ClipSpread = 'std' | 'mad';

export interface ClipOptions extends ShortClipOptions {
  readonly center: ClipCenter;
  /** `std`: population standard deviation (ddof 0); `mad`: 1.4826 times the median absolute deviation. */
  readonly spread: ClipSpread;
}

export interface ClipBounds extends ClipLevel {
  /** Values on a bound are kept. NaN when there was nothing to clip. */
  readonly low: number;
  readonly high: number;
  readonly iterations: number;
}

function levelOf(a: Float64Array, n: number, o: ClipOptions, scratch: Float64Array): ClipLevel {
  if (o.center === 'mean' && o.spread === 'std') {
    const center = mean(a, n);
    return { center, spread: std(a, n, 0, center) };
  }
  const middle = median(a, n);
  const mad = o.spread === 'mad' || o.center === 'biweight' ? medianDeviation(a, n, middle, scratch) : NaN;
  return fromMedian(a, n, o, middle, mad);
}

function* levelSteps(a: Float64Array, n: number, o: ClipOptions, scratch: Float64Array): Generator<Progress, ClipLevel> {
  if (n <= BLOCK || (o.center === 'mean' && o.spread === 'std')) return levelOf(a, n, o, scratch);
  const middle = yield* part(medianSteps(a, n), 0, 0.5);
  const mad = o.spread === 'mad' || o.center === 'biweight' ? yield* part(medianDeviationSteps(a, n, middle, scratch), 0.5, 1) : NaN;
  return fromMedian(a, n, o, middle, mad);
}

function fromMedian(a: Float64Array, n: number, o: ClipOptions, middle: number, mad: number): ClipLevel {
  const center = o.center === 'median' ? middle : o.center === 'mean' ? mean(a, n) : biweightLocation(a, n, middle, mad);
  return { center, spread: o.spread === 'mad' ? MAD_TO_SIGMA * mad : std(a, n) };
}

const NOTHING_CLIPPED: ClipBounds = { low: NaN, high: NaN, center: NaN, spread: NaN, iterations: 0 };

/** Keeps the values within [low, high] at the front of a[0..n); returns how many. */
function keepWithin(a: Float64Array, n: number, low: number, high: number): number {
  let kept = 0;
  for (let i = 0; i < n; i++) {
    const v = a[i]!;
    if (v >= low && v <= high) a[kept++] = v;
  }
  return kept;
}

/** Whether the quick way of {@link clipShort} will do: the default options, over no more values than one go may take. */
const isShort = (n: number, o: ClipOptions): boolean => n <= BLOCK && o.center === 'median' && o.spread === 'std';

/**
 * Bounds of iterative sigma clipping, as astropy.stats.sigma_clip computes them: each round takes the centre and spread of the survivors
 * and rejects what lies strictly outside [centre - sigmaLower·s, centre + sigmaUpper·s]; the last round's bounds decide. Only finite values
 * of rows with `use` = 1 take part. O(n) a round.
 */
export function* clipBoundsSteps(values: Float64Array, use: Uint8Array, options: ClipOptions): Generator<Progress, ClipBounds> {
  if (isShort(values.length, options)) return clipShort(values, use, options);
  const sample = yield* part(collectSteps(values, use), 0, 0.1);
  const a = sample.values;
  const scratch = options.spread === 'mad' || options.center === 'biweight' ? new Float64Array(sample.n) : a;
  let n = sample.n;
  let bounds = NOTHING_CLIPPED;
  while (n > 0 && bounds.iterations < options.maxIterations) {
    // Each further round takes half of what is left of the bar: how many there will be is not known.
    const done = 1 - 0.9 * 0.5 ** bounds.iterations;
    const level = n <= BLOCK ? levelOf(a, n, options, scratch) : yield* part(levelSteps(a, n, options, scratch), done, (1 + done) / 2);
    const [low, high] = clipLimits(level, options);
    bounds = { ...level, low, high, iterations: bounds.iterations + 1 };
    const kept = keepWithin(a, n, low, high);
    if (kept === n) break;
    n = kept;
  }
  return bounds;
}

/** 1 where a used, finite value lies outside the bounds of {@link clipBoundsSteps}. */
export function* sigmaClipSteps(
  values: Float64Array,
  use: Uint8Array,
  options: ClipOptions,
): Generator<Progress, { readonly mask: Uint8Array; readonly bounds: ClipBounds }> {
  const mask = new Uint8Array(values.length);
  let bounds: ClipBounds;
  if (isShort(values.length, options)) {
    const { outside, ...found } = clipShort(values, use, options);
    bounds = found;
    if (outside) {
      for (let k = 0; k < outside.length; k++) mask[outside[k]!] = 1;
      return { mask, bounds };
    }
  } else bounds = yield* part(clipBoundsSteps(values, use, options), 0, 0.9);
  const { low, high } = bounds;
  const marking = inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const v = values[i]!;
      // Few lie outside: asked first, the rest is seldom asked.
      if ((v < low || v > high) && use[i] === 1 && v - v === 0) mask[i] = 1;
    }
  });
  yield* part(marking, 0.9, 1);
  return { mask, bounds };
}

/**
 * Sigma clipping that also rejects the `grow` neighbours on either side of each rejected value, in the sequence `order` (row numbers), in
 * every round, as astropy's `grow` does. Neighbours are counted over all rows, used or not; only used, finite ones are marked.
 */
export function* growingClipSteps(
  values: Float64Array,
  use: Uint8Array,
  order: Uint32Array,
  grow: number,
  options: ClipOptions,
): Generator<Progress, { readonly mask: Uint8Array; readonly bounds: ClipBounds }> {
  const radius = Math.floor(grow);
  const left = Uint8Array.from(use);
  const mask = new Uint8Array(values.length);
  let bounds = NOTHING_CLIPPED;
  for (let round = 0; round < options.maxIterations; round++) {
    const from = 1 - 0.5 ** round;
    const to = 1 - 0.5 ** (round + 1);
    const once = yield* part(sigmaClipSteps(values, left, { ...options, maxIterations: 1 }), from, from + (to - from) * 0.9);
    if (round > 0 && once.bounds.iterations === 0) break;
    bounds = { ...once.bounds, iterations: round + 1 };
    let rejected = false;
    const spreading = inBlocks(order.length, (low, high) => {
      for (let k = low; k < high; k++) {
        if (once.mask[order[k]!] === 0) continue;
        rejected = true;
        for (let m = Math.max(0, k - radius); m <= Math.min(order.length - 1, k + radius); m++) {
          const row = order[m]!;
          const v = values[row]!;
          if (use[row] === 1 && v - v === 0) {
            mask[row] = 1;
            left[row] = 0;
          }
        }
      }
    });
    yield* part(spreading, from + (to - from) * 0.9, to);
    if (!rejected) break;
  }
  return { mask, bounds };
}
