import type { Progress } from '../../protocol/outcome';
import type { ConvolvePlan } from './convolve-plan';
import type { PaddedTile } from './padded-tile';

/** Below this share of the kernel's weight, sums that were not made tap by tap are made again: rounding would show. */
const FAINT = 0.1;

/** Taps summed again between two yields: some 5 ms. */
const SLICE = 2 ** 22;

/** Whether within half a kernel of the edge, where the boundary `none` has no result. */
function isEdge(plan: ConvolvePlan, x: number, y: number): boolean {
  const hx = (plan.taps.width - 1) / 2;
  const hy = (plan.taps.height - 1) / 2;
  return x < hx || y < hy || x >= plan.width - hx || y >= plan.height - hy;
}

/** The mean of the values under the kernel at (x, y) of the tile, tap by tap; the pixel's own value where no weight falls on any. */
function meanAt({ taps }: ConvolvePlan, tile: PaddedTile, x: number, y: number): number {
  let top = 0;
  let bottom = 0;
  for (let j = 0, t = 0; j < taps.height; j++)
    for (let i = 0, p = (y + j) * tile.stride + x; i < taps.width; i++, p++, t++)
      if (tile.mask[p] === 0) {
        top += taps.values[t]! * tile.values[p]!;
        bottom += taps.values[t]!;
      }
  return bottom === 0 ? ownValue(tile, centre(tile, taps, x, y)) : top / bottom;
}

const centre = (tile: PaddedTile, taps: ConvolvePlan['taps'], x: number, y: number): number =>
  (y + (taps.height - 1) / 2) * tile.stride + x + (taps.width - 1) / 2;

const ownValue = (tile: PaddedTile, at: number): number => (tile.mask[at] === 1 ? NaN : tile.values[at]!);

/** Results of a row some of whose pixels have missing values under the kernel; what it has to sum again, in taps, is added to `again`. */
function combineRow({ plan, tile, sums, weights, out, gaps }: Work, y: number, again: { taps: number }): number {
  const { taps, options, sum, weight } = plan;
  const { area } = tile;
  const whole = options.normalize ? 1 / sum : 1;
  const level = options.normalize ? 1 : sum;
  const to = (area.y - tile.top + y) * plan.width + area.x;
  const at = y * area.width;
  if (divideRow(sums, weights, at, area.width, level, FAINT * weight, out, to)) return 0;
  let empty = 0;
  let missing = 0;
  for (let i = 0; i < taps.width - 1; i++) missing += gaps[i]!;
  for (let x = 0; x < area.width; x++) {
    missing += gaps[x + taps.width - 1]!;
    let result = NaN;
    if (missing === 0) result = sums[at + x]! * whole;
    else if (missing < taps.values.length) {
      const w = weights[at + x]!;
      if (Math.abs(w) >= FAINT * weight) result = (level * sums[at + x]!) / w;
      else {
        result = level * meanAt(plan, tile, x, y);
        again.taps += taps.values.length;
      }
    }
    if (result !== result) empty++;
    out[to + x] = result;
    missing -= gaps[x]!;
  }
  return empty;
}

/** out = level sums / weights; false when a weight is less than `least`, whose results are not to be used. */
function divideRow(
  sums: Float64Array,
  weights: Float64Array,
  at: number,
  count: number,
  level: number,
  least: number,
  out: Float64Array,
  to: number,
): boolean {
  let faint = 0;
  for (let i = 0; i < count; i++) {
    const w = weights[at + i]!;
    if (!(Math.abs(w) >= least)) faint++;
    out[to + i] = (level * sums[at + i]!) / w;
  }
  return faint === 0;
}

interface Work {
  readonly plan: ConvolvePlan;
  readonly tile: PaddedTile;
  readonly sums: Float64Array;
  readonly weights: Float64Array;
  readonly out: Float64Array;
  /** Missing numbers of each column in the rows under the kernel. */
  readonly gaps: Int32Array;
}

/**
 * Sums of values (and, where some are missing, of the weights that fell on values) to results, written to `out`, whose rows are those of the raster's values. Returns how
 * many pixels got none because nothing under the kernel has a value. O(pixels), and O(taps) for each pixel with little weight.
 */
export function* combineTileSteps(
  plan: ConvolvePlan,
  tile: PaddedTile,
  sums: Float64Array,
  weights: Float64Array | undefined,
  out: Float64Array,
): Generator<Progress, number> {
  const { area, stride } = tile;
  let empty = 0;
  if (weights) {
    const work = { plan, tile, sums, weights, out, gaps: new Int32Array(stride) };
    const again = { taps: 0 };
    for (let y = 0; y < area.height; y++) {
      slide(work.gaps, tile.mask, stride, y, plan.taps.height);
      empty += combineRow(work, y, again);
      if (again.taps < SLICE) continue;
      again.taps = 0;
      yield { fraction: y / area.height };
    }
  } else {
    const whole = plan.options.normalize ? 1 / plan.sum : 1;
    for (let y = 0; y < area.height; y++) scaleRow(sums, y * area.width, area.width, whole, out, (area.y - tile.top + y) * plan.width + area.x);
  }
  if (plan.options.boundary === 'none') clearEdges(plan, tile, out);
  if (plan.options.missing === 'preserve' && tile.missing > 0) preserve(plan, tile, out);
  return empty;
}

function scaleRow(sums: Float64Array, from: number, count: number, factor: number, out: Float64Array, to: number): void {
  if (factor === 1) out.set(sums.subarray(from, from + count), to);
  else for (let i = 0; i < count; i++) out[to + i] = sums[from + i]! * factor;
}

/** How many numbers of each column are missing in the rows under the kernel at row y, from those at the row before. */
function slide(gaps: Int32Array, mask: Uint8Array, stride: number, y: number, rows: number): void {
  if (y === 0) for (let j = 0; j < rows; j++) for (let x = 0; x < stride; x++) gaps[x]! += mask[j * stride + x]!;
  else for (let x = 0; x < stride; x++) gaps[x]! += mask[(y + rows - 1) * stride + x]! - mask[(y - 1) * stride + x]!;
}

function clearEdges(plan: ConvolvePlan, { area, top }: PaddedTile, out: Float64Array): void {
  for (let y = area.y; y < area.y + area.height; y++)
    for (let x = area.x; x < area.x + area.width; x++) if (isEdge(plan, x, y)) out[(y - top) * plan.width + x] = 0;
}

function preserve(plan: ConvolvePlan, tile: PaddedTile, out: Float64Array): void {
  const { area } = tile;
  for (let y = 0; y < area.height; y++)
    for (let x = 0; x < area.width; x++)
      if (tile.mask[centre(tile, plan.taps, x, y)] === 1) out[(area.y - tile.top + y) * plan.width + area.x + x] = NaN;
}
