import { type Convolved, convolveSteps } from '../numerics/convolve/convolve';
import type { ConvolveOptions, Raster } from '../numerics/convolve/convolve-options';
import { convolvePlan } from '../numerics/convolve/convolve-plan';
import { kernel2d } from '../numerics/convolve/kernels';
import { BLOCK, inBlocks, part } from '../numerics/steps';
import type { ImageShape } from '../model/table';
import { AppError, type Progress } from '../protocol/outcome';
import { kernelOfStep } from './convolve-kernel';
import { type KernelParams, describeKernel, kernelSpecOf } from './convolve-params';
import { convolvedColumns, convolvedNames } from './convolved-columns';
import type { Batch, Context, Effect, StripSizes } from './definition';

/** The pixels of a batch that is an image; those that are flagged or outside the selection are missing. Throws AppError where it is none. */
export function imageOf(input: Batch): Raster {
  const shape = input.table.image;
  const rows = input.strip ? input.length / shape!.width : shape?.height;
  if (!shape || shape.width * rows! !== input.length)
    throw new AppError({
      code: 'invalid-argument',
      message: 'this table is no image',
      hint: 'open a FITS image or make a density map of two columns; for light curves there is convolve.series',
    });
  return { ...shape, values: input.role('value')!, use: input.live, top: input.strip?.top };
}

/** Pixels of a strip: some 10 ms of work. */
const STRIP = 2 ** 19;

/** Strips of whole parts of the plan, so that they cost what the image in one costs. With the boundary wrap each needs the other side: no strips. */
export function convolveStrips(params: KernelParams & ConvolveOptions, image: ImageShape): StripSizes | undefined {
  const isOfFile = params.kernel === 'custom' && params.numbers.trim() === '';
  if (isOfFile || params.boundary === 'wrap') return undefined;
  const { taps, tile, method } = convolvePlan(image, kernel2d(kernelSpecOf(params)), params, 0);
  const halo = (taps.height - 1) / 2;
  const least = Math.max(STRIP / image.width, 8 * halo, method === 'fft' ? 2 * tile.height : 0);
  return { halo, height: tile.height * Math.ceil(least / tile.height) };
}

/** The image of a batch convolved with the kernel of a step, in `out` where that is given. What stays without a value is said. */
export function* convolveImageSteps(
  input: Batch,
  params: KernelParams & ConvolveOptions,
  context: Context,
  out?: Float64Array,
): Generator<Progress, Convolved & { readonly halfX: number; readonly halfY: number }> {
  const image = imageOf(input);
  const kernel = kernelOfStep(params, input, 2);
  if (kernel.values.length === 1 && input.length > 1)
    context.alert({ severity: 'warning', message: 'the kernel is one pixel wide: it only scales the image', hint: 'make it wider' });
  const convolved = yield* convolveSteps(image, kernel, params, input.strip, out);
  if (convolved.empty > 0)
    context.alert({
      severity: 'warning',
      message: 'pixels have no value under the kernel: their gaps are larger than it',
      rows: convolved.empty,
      hint: 'widen the kernel, or fill missing values',
    });
  return { ...convolved, halfX: (kernel.width - 1) / 2, halfY: (kernel.height - 1) / 2 };
}

/** The columns of an image's convolution; outside the selection they have no values, and within half a kernel of an edge that is `none` no residual. */
export function* convolvedImageSteps(
  input: Batch,
  params: KernelParams & ConvolveOptions & { readonly residual: boolean },
  context: Context,
): Generator<Progress, Effect> {
  const [name, restName] = convolvedNames(params.residual, (role) => input.nameOf(role));
  const made = yield* part(convolveImageSteps(input, params, context, input.strip?.output?.(name!)), 0, 0.95);
  const convolved = made.values;
  const rest = params.residual ? (input.strip?.output?.(restName!) ?? new Float64Array(input.length)) : undefined;
  const { width, height } = input.table.image!;
  const { top, from: first, to: last } = input.strip ?? { top: 0, from: 0, to: height };
  const values = input.role('value')!;
  const [halfX, halfY] = params.boundary === 'none' ? [made.halfX, made.halfY] : [0, 0];
  const finish = (from: number, to: number): void => {
    for (let y = first - top + from; y < first - top + to; y++) {
      const isEdge = y + top < halfY || y + top >= height - halfY;
      if (rest) subtractRow(values, convolved, rest, y * width, width, isEdge ? width : halfX);
      clearOutside(input.inside, rest ? [convolved, rest] : [convolved], y * width, (y + 1) * width);
    }
  };
  yield* part(inBlocks(last - first, finish, Math.ceil(BLOCK / width)), 0.95, 1);
  const description = `convolved: ${describeKernel(params, ' pixels')}, ${made.plan.method}`;
  return { columns: convolvedColumns(input, description, convolved, rest) };
}

/** rest = values - convolved for a row of pixels, missing in the `edge` first and last, and where the value is infinite. */
function subtractRow(values: Float64Array, convolved: Float64Array, rest: Float64Array, at: number, width: number, edge: number): void {
  for (let i = at; i < at + width; i++) {
    const v = values[i]!;
    rest[i] = v - v === 0 ? v - convolved[i]! : NaN;
  }
  rest.fill(NaN, at, at + Math.min(edge, width));
  rest.fill(NaN, Math.max(at, at + width - edge), at + width);
}

function clearOutside(inside: Uint8Array, columns: readonly Float64Array[], from: number, to: number): void {
  if (!inside.subarray(from, to).includes(0)) return;
  for (const column of columns) for (let i = from; i < to; i++) if (inside[i] !== 1) column[i] = NaN;
}
