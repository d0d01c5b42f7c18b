import { convolveSteps, countMissingSteps } from '../../core/numerics/convolve/convolve';
import { type ConvolvePlan, convolvePlan } from '../../core/numerics/convolve/convolve-plan';
import { PaddedTile } from '../../core/numerics/convolve/padded-tile';
import type { Progress } from '../../core/protocol/outcome';
import { drain } from '../../core/numerics/steps';
import type { ExactSample } from './gpu-program';
import { levelOf } from './level-of';
import type { ConvolutionInput } from './programs/convolve-2d';

function* exact({ raster, kernel, options }: ConvolutionInput): Generator<Progress, Float64Array> {
  return (yield* convolveSteps(raster, kernel, { ...options, method: 'auto' })).values;
}

/** One result of the boundary none: 0 within half a kernel of the edge. */
function isBlank(plan: ConvolvePlan, x: number, y: number): boolean {
  const hx = (plan.taps.width - 1) / 2;
  const hy = (plan.taps.height - 1) / 2;
  return plan.options.boundary === 'none' && (x < hx || y < hy || x >= plan.width - hx || y >= plan.height - hy);
}

/** The result at the only pixel of a tile, and what its rounding is relative to, when a level is taken off before and put back after. */
function pixel(plan: ConvolvePlan, tile: PaddedTile, level: number): readonly [number, number] {
  const { taps, sum, options } = plan;
  let top = 0;
  let bottom = 0;
  let size = 0;
  for (let t = 0; t < taps.values.length; t++) {
    if (tile.mask[t] === 1) continue;
    top += taps.values[t]! * tile.values[t]!;
    bottom += taps.values[t]!;
    size += Math.abs(taps.values[t]!) * (Math.abs(tile.values[t]! - level) + Math.abs(level));
  }
  const middle = (taps.values.length - 1) / 2;
  if (options.missing === 'preserve' && tile.mask[middle] === 1) return [NaN, 1];
  if (bottom === 0 && tile.missing > 0) return [tile.mask[middle] === 1 ? NaN : tile.values[middle]!, 1];
  const factor = tile.missing > 0 ? (options.normalize ? 1 : sum) / bottom : options.normalize ? 1 / sum : 1;
  return [top * factor, Math.abs(size * factor)];
}

function sample({ raster, kernel, options }: ConvolutionInput, places: Uint32Array): ExactSample {
  const plan = convolvePlan(raster, kernel, { ...options, method: 'direct' }, drain(countMissingSteps(raster)));
  const tile = new PaddedTile(raster, options, (kernel.width - 1) / 2, (kernel.height - 1) / 2);
  const level = levelOf(raster.values);
  const values = new Float64Array(places.length);
  const scales = new Float64Array(places.length);
  for (const [i, place] of places.entries()) {
    const x = place % raster.width;
    const y = (place - x) / raster.width;
    tile.fill({ x, y, width: 1, height: 1 });
    // What is preserved as missing is missing at the edge, too.
    const isPreserved = options.missing === 'preserve' && tile.mask[(kernel.values.length - 1) / 2] === 1;
    [values[i], scales[i]] = isBlank(plan, x, y) && !isPreserved ? [0, 1] : pixel(plan, tile, level);
  }
  return { values, scales };
}

/** The float64 side of both convolutions. */
export const convolutionTwin = {
  exact,
  sample,
  operations: ({ raster, kernel }: ConvolutionInput) =>
    raster.values.length * (kernel.separable && raster.height > 1 ? kernel.width + kernel.height : kernel.values.length),
};
