import type { Progress } from '../../protocol/outcome';
import { inBlocks, part } from '../steps';
import { combineTileSteps } from './combine-tile';
import type { ConvolveOptions, Raster } from './convolve-options';
import { type ConvolvePlan, convolvePlan } from './convolve-plan';
import type { Taps } from './convolve-rows';
import type { Kernel } from './kernel-spec';
import { mirroredTaps, spreadCount, spreadWeightsSteps } from './missing-weights';
import { type Area, PaddedTile } from './padded-tile';
import { SpectralTile, type Window } from './spectral-tile';
import { type TapSums, tapSums } from './tap-sums';

/** Nanoseconds between two yields. */
const SLICE = 3e6;

/** What one addition of `spreadWeightsSteps` costs next to a multiplication of the sums. */
const SPREAD = 4.5;

export interface Convolved {
  readonly values: Float64Array;
  readonly plan: ConvolvePlan;
  /** Values of the raster that were missing. */
  readonly missing: number;
  /** Pixels without a result because nothing under the kernel has a value. */
  readonly empty: number;
}

/** A padded array and where its sums go. */
interface Job {
  readonly padded: Float64Array;
  readonly sums: Float64Array;
  readonly tile: PaddedTile;
}

function* directSteps(sums: TapSums, padded: Float64Array, stride: number, taps: Taps, out: Window): Generator<Progress, void> {
  const { width, height } = out;
  const slice = SLICE / sums.cost / taps.values.length;
  const columns = Math.max(16, Math.min(width, Math.floor(slice)));
  const rows = Math.max(2, 2 * Math.floor(slice / columns / 2));
  for (let y = 0; y < height; y += rows)
    for (let x = 0; x < width; x += columns) {
      const some = Math.min(columns, width - x);
      sums.rows(padded.subarray(x), stride, taps, out.values.subarray(x), out.stride, some, y, Math.min(height, y + rows));
      yield { fraction: y / height };
    }
}

/** Sums the taps over padded arrays, by the method of a plan; keeps the arrays it needs. */
class Summation {
  private between: Float64Array = new Float64Array(0);
  private readonly spectral: SpectralTile | undefined;
  private readonly taps: Taps | undefined;
  private readonly factors: ConvolvePlan['factors'];

  constructor(
    { window, taps, factors, method }: ConvolvePlan,
    private readonly arrays: TapSums,
  ) {
    if (window) this.spectral = new SpectralTile(window.width, window.height, taps);
    else if (method === 'direct') this.taps = arrays.taps(taps);
    else this.factors = { across: arrays.taps(factors!.across), down: arrays.taps(factors!.down) };
  }

  *run(jobs: readonly Job[]): Generator<Progress, void> {
    if (this.spectral) {
      for (let i = 0; i < jobs.length; i += 2) yield* this.spectral.run(this.windowOf(jobs[i]!), jobs[i + 1] && this.windowOf(jobs[i + 1]!));
      return;
    }
    for (const { padded, tile, sums } of jobs) {
      const { width, height } = tile.area;
      const out = { values: sums, stride: width, width, height };
      if (this.factors) yield* this.separately(padded, tile, this.factors, out);
      else yield* directSteps(this.arrays, padded, tile.stride, this.taps!, out);
    }
  }

  private *separately(
    padded: Float64Array,
    { stride, area }: PaddedTile,
    factors: { across: Taps; down: Taps },
    out: Window,
  ): Generator<Progress, void> {
    const size = stride * area.height;
    if (this.between.length < size) this.between = this.arrays.array(size);
    yield* directSteps(this.arrays, padded, stride, factors.down, { values: this.between, stride, width: stride, height: area.height });
    yield* directSteps(this.arrays, this.between, stride, factors.across, out);
  }

  private windowOf({ padded, sums, tile }: Job): Window & { out: Window } {
    const { width, height } = tile.area;
    return { values: padded, stride: tile.stride, width: tile.stride, height: tile.rows, out: { values: sums, stride: width, width, height } };
  }
}

/** The arrays of one part: what is convolved, its sums, and where some of it is missing, the weights that fell on values. */
class Part {
  readonly tile: PaddedTile;
  readonly sums: Float64Array;
  private weights: Float64Array = new Float64Array(0);
  private mirrored: Taps | undefined;
  private valid: Float64Array = new Float64Array(0);

  constructor(
    raster: Raster,
    private readonly plan: ConvolvePlan,
    private readonly arrays: TapSums,
  ) {
    const { taps, tile } = plan;
    this.tile = new PaddedTile(raster, plan.options, (taps.width - 1) / 2, (taps.height - 1) / 2, (n) => arrays.array(n));
    this.sums = arrays.array(tile.width * tile.height);
  }

  /** The sums that are needed of this part; weights that are cheaper spread from what is missing are made here. */
  *jobs(area: Area): Generator<Progress, readonly Job[]> {
    const { tile, plan, sums } = this;
    tile.fill(area);
    const jobs = [{ padded: tile.values, sums, tile }];
    if (tile.missing === 0) return jobs;
    if (this.weights.length === 0) this.weights = this.arrays.array(sums.length);
    if (SPREAD * this.arrays.cost * spreadCount(tile) * plan.taps.values.length <= plan.cost * area.width * area.height) {
      this.mirrored ??= this.arrays.taps(mirroredTaps(plan.taps));
      yield* spreadWeightsSteps(tile, this.mirrored, plan.sum, this.weights, this.arrays);
      return jobs;
    }
    const size = tile.stride * tile.rows;
    if (this.valid.length < size) this.valid = this.arrays.array(size);
    for (let i = 0; i < size; i++) this.valid[i] = 1 - tile.mask[i]!;
    return [...jobs, { padded: this.valid, sums: this.weights, tile }];
  }

  finish(out: Float64Array): Generator<Progress, number> {
    return combineTileSteps(this.plan, this.tile, this.sums, this.tile.missing > 0 ? this.weights : undefined, out);
  }
}

function partsOf({ tile, width }: ConvolvePlan, from: number, to: number): readonly Area[] {
  const areas: Area[] = [];
  for (let y = from; y < to; y += tile.height)
    for (let x = 0; x < width; x += tile.width) areas.push({ x, y, width: Math.min(tile.width, width - x), height: Math.min(tile.height, to - y) });
  return areas;
}

/** A transform does two windows. */
const partsAtOnce = (method: ConvolvePlan['method']): 1 | 2 => (method === 'fft' ? 2 : 1);

/** Arrays for the parts that are done at once: values, sums, weights, what is there, what lies between two factors, taps twice. */
function arraysFor({ method, tile, taps }: ConvolvePlan): TapSums {
  const padded = (tile.width + taps.width - 1) * (tile.height + taps.height - 1);
  const needed = 3 * padded + 2 * tile.width * tile.height + 2 * taps.values.length + taps.width + taps.height;
  return tapSums(partsAtOnce(method) * needed);
}

/**
 * Rows [from, to) of a raster convolved by a plan, written to their rows of `out`, which has those of `raster.values` (and is not the input): threads
 * may share one raster and one `out`, a range of rows each, and the result is the same to rounding. Returns how many pixels have no result because
 * nothing under the kernel has a value.
 */
export function* convolveRangeSteps(raster: Raster, plan: ConvolvePlan, from: number, to: number, out: Float64Array): Generator<Progress, number> {
  const areas = partsOf(plan, from, to);
  const together = partsAtOnce(plan.method);
  const arrays = arraysFor(plan);
  let empty = 0;
  try {
    const parts = Array.from({ length: Math.min(together, areas.length) }, () => new Part(raster, plan, arrays));
    const summation = new Summation(plan, arrays);
    for (let i = 0; i < areas.length; i += together) {
      const share = (k: number): number => (i + Math.min(together, areas.length - i) * k) / areas.length;
      const group = areas.slice(i, i + together);
      const jobs: Job[] = [];
      for (const [k, area] of group.entries()) jobs.push(...(yield* part(parts[k]!.jobs(area), share(0), share(0))));
      yield* part(summation.run(jobs), share(0), share(0));
      for (const k of group.keys()) empty += yield* part(parts[k]!.finish(out), share(0), share(0));
      yield { fraction: share(1) };
    }
  } finally {
    arrays.release();
  }
  return empty;
}

/** How many values of a raster are missing: not finite, or not in use. */
export function* countMissingSteps(raster: Raster): Generator<Progress, number> {
  let missing = 0;
  yield* inBlocks(raster.values.length, (from, to) => void (missing += missingIn(raster, from, to)));
  return missing;
}

function missingIn({ values, use }: Raster, from: number, to: number): number {
  let missing = 0;
  if (!use?.subarray(from, to).includes(0)) {
    for (let i = from; i < to; i++) if (values[i]! - values[i]! !== 0) missing++;
    return missing;
  }
  for (let i = from; i < to; i++) if (values[i]! - values[i]! !== 0 || (use && use[i] !== 1)) missing++;
  return missing;
}

/**
 * A raster convolved with a kernel, as astropy.convolution.convolve does it (astropy's words in {@link ConvolveOptions}), in float64. Infinite values
 * count as missing. Direct sums, factors of separable kernels, and transforms (overlap-save in windows) agree to 1e-12 of the largest value.
 * Where nothing under the kernel has a value the result is NaN. Throws AppError as {@link convolvePlan} does. The inputs are not written to. With
 * `rows` only those are convolved, and the others of `values`, which has the rows of `raster.values`, are left alone.
 */
export function* convolveSteps(
  raster: Raster,
  kernel: Kernel,
  options: ConvolveOptions,
  rows: { readonly from: number; readonly to: number } = { from: 0, to: raster.height },
  values: Float64Array = new Float64Array(raster.values.length),
): Generator<Progress, Convolved> {
  const missing = yield* part(countMissingSteps(raster), 0, 0.02);
  const plan = convolvePlan(raster, kernel, options, missing);
  const empty = yield* part(convolveRangeSteps(raster, plan, rows.from, rows.to, values), 0.02, 1);
  return { values, plan, missing, empty };
}
