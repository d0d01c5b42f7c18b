import { powerOfTwo } from '../fft';
import type { ConvolveOptions } from './convolve-options';
import type { Taps } from './convolve-rows';
import type { Kernel } from './kernel-spec';
import { refuse } from './refuse';
import { tapCost } from './tap-sums';

/** How a raster of one shape is convolved with one kernel: decided once, the same for all parts of it and all threads. */
export interface ConvolvePlan {
  readonly width: number;
  readonly height: number;
  readonly options: ConvolveOptions;
  readonly method: 'direct' | 'separable' | 'fft';
  readonly taps: Taps;
  /** The factors of the taps, for the method separable. */
  readonly factors?: { readonly across: Taps; readonly down: Taps } | undefined;
  readonly sum: number;
  /** Sum of the |taps|. */
  readonly weight: number;
  /** Sides of a part that is done at once; with fft what is right of a window. */
  readonly tile: { readonly width: number; readonly height: number };
  /** Sides of the transformed window, for the method fft. */
  readonly window?: { readonly width: number; readonly height: number } | undefined;
  /** Estimated nanoseconds a pixel. */
  readonly cost: number;
}

/** A multiplication of a separable kernel over one of a kernel of many rows; nanoseconds of one point and level of a transform, of a point's and a pixel's rest. */
const FACTOR = 1.5;
const LEVEL = 1.7;
const POINT = 8;
const PIXEL = 6;

/** Windows of the fft method are not larger than this many points, unless the kernel is. */
const WINDOW_POINTS = 2 ** 21;

/** astropy's rule, but for kernels whose numbers are all small. */
function cannotBeNormalized(sum: number, weight: number): boolean {
  return !(sum >= 0.01 * Math.min(1, weight));
}

function check(plan: { width: number; height: number }, kernel: Kernel, weight: number, options: ConvolveOptions, missing: number): void {
  const { boundary, fillValue, missing: treatment, normalize } = options;
  for (const [name, v] of [
    ['fillValue', fillValue === fillValue ? fillValue : 0],
    ['missingFill', options.missingFill],
  ] as const)
    if (!Number.isFinite(v)) refuse(`invalid ${name}: ${v} (must be finite)`, 'give a number');
  if (boundary === 'none' && plan.width * plan.height > 0 && (kernel.width > plan.width || kernel.height > plan.height))
    refuse(
      `invalid boundary: none (the kernel, ${kernel.width} × ${kernel.height}, must not be larger than the ${plan.width} × ${plan.height} values)`,
      'choose fill, extend or wrap, or a smaller kernel',
    );
  if (!cannotBeNormalized(kernel.sum, weight)) return;
  const says = `the kernel's numbers sum to ${kernel.sum.toPrecision(3)}`;
  if (normalize) refuse(`invalid normalize: true (${says}: it cannot be divided by that)`, 'turn normalize off for kernels that sum to zero');
  const leavesOut = (missing > 0 && treatment !== 'fill') || (boundary === 'fill' && fillValue !== fillValue);
  if (leavesOut)
    refuse(
      `invalid missing: ${treatment} (${says}, and ${missing} values are missing: a mean with such weights is none)`,
      'set missing to fill, and missingFill to the level of the values around',
    );
}

/** The window for which transforms cost least, in nanoseconds a pixel. */
function bestWindow(width: number, height: number, taps: Taps): { width: number; height: number; cost: number } {
  let best = { width: 0, height: 0, cost: Infinity };
  const largestX = Math.max(4, powerOfTwo(width + taps.width - 1));
  const largestY = height === 1 && taps.height === 1 ? 1 : Math.max(4, powerOfTwo(height + taps.height - 1));
  const leastX = Math.max(4, powerOfTwo(taps.width));
  const leastY = largestY === 1 ? 1 : Math.max(4, powerOfTwo(taps.height));
  for (let y = leastY; y <= largestY; y *= 2)
    for (let x = leastX; x <= largestX; x *= 2) {
      if (x * y > WINDOW_POINTS && (x > 2 * leastX || y > 2 * leastY)) continue;
      const tiles = Math.ceil(width / (x - taps.width + 1)) * Math.ceil(height / (y - taps.height + 1));
      // Two windows a transform; there and back.
      const cost = (tiles * x * y * (LEVEL * Math.log2(x * y) + POINT)) / (width * height);
      if (cost < best.cost) best = { width: x, height: y, cost };
    }
  return best;
}

/** Widths whose rows lie a multiple of 4096 bytes apart share their places in the cache, and stores are taken for loads of the row above. */
function apart(width: number): number {
  const shift = (8 * width) % 4096;
  return width >= 512 && (shift < 128 || shift > 3968) ? (width >> 1) + 16 : width;
}

function plainTile(width: number, height: number, taps: Taps): { width: number; height: number } {
  if (height === 1) return { width: Math.min(width, Math.max(2 ** 16, 2 * taps.width)), height: 1 };
  const across = apart(Math.min(width, Math.max(2080, 2 * taps.width)));
  return { width: across, height: Math.min(height, Math.max(32, 3 * taps.height)) };
}

/**
 * Checks that a kernel and these options go together and chooses the method and the sizes of the parts. `missing` is how many values of the raster are
 * missing. Throws AppError: with normalize, or with missing values to leave out, kernels whose sum is not clearly above zero are refused as in astropy.
 */
export function convolvePlan(shape: { width: number; height: number }, kernel: Kernel, options: ConvolveOptions, missing: number): ConvolvePlan {
  const { width, height } = shape;
  const values = options.mode === 'convolution' ? kernel.values.slice().reverse() : kernel.values;
  const taps = { width: kernel.width, height: kernel.height, values };
  let weight = 0;
  for (const v of values) weight += Math.abs(v);
  check(shape, kernel, weight, options, missing);
  const turned = (v: Float64Array): Float64Array => (options.mode === 'convolution' ? v.slice().reverse() : v);
  const factors = kernel.separable && {
    across: { width: taps.width, height: 1, values: turned(kernel.separable.x) },
    down: { width: 1, height: taps.height, values: turned(kernel.separable.y) },
  };
  const window = bestWindow(Math.max(1, width), Math.max(1, height), taps);
  const tap = tapCost();
  const costs = {
    direct: (taps.height > 1 ? 1 : FACTOR) * tap * values.length,
    separable: factors && height > 1 ? FACTOR * tap * (taps.width + taps.height) : Infinity,
    fft: window.cost,
  };
  if (options.method === 'separable' && !factors) refuse('invalid method: separable (the kernel is no outer product)', 'choose auto');
  const cheapest = (['separable', 'direct', 'fft'] as const).reduce((a, b) => (costs[b] < costs[a] ? b : a));
  const method = options.method === 'auto' ? cheapest : options.method;
  const base = { width, height, options, method, taps, factors, sum: kernel.sum, weight, cost: costs[method] + PIXEL };
  if (method !== 'fft') return { ...base, tile: plainTile(width, height, taps) };
  const tile = { width: Math.min(width, window.width - taps.width + 1), height: Math.min(height, window.height - taps.height + 1) };
  return { ...base, window, tile };
}
