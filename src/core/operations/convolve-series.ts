import { type CadenceGrid, cadenceGridSteps, medianCadenceSteps } from '../numerics/convolve/cadence-grid';
import type { ConvolveOptions } from '../numerics/convolve/convolve-options';
import { type Convolved, convolveSteps } from '../numerics/convolve/convolve';
import { timeKernelSteps } from '../numerics/convolve/time-kernel';
import { inBlocks, part } from '../numerics/steps';
import { fitPointsSteps } from '../numerics/time-segments';
import { AppError, type Progress } from '../protocol/outcome';
import { kernelOfStep } from './convolve-kernel';
import { type KernelParams, kernelSpecOf } from './convolve-params';
import type { Batch, Context } from './definition';

/** Most cells of the grid of a light curve. */
const MOST_CELLS = 2 ** 26;

/** Weights a preview takes: some 30 ms. */
const PREVIEW_WEIGHTS = 3e6;

export interface SeriesParams extends KernelParams, ConvolveOptions {
  /** Absent: the median step. */
  readonly cadence?: number | undefined;
}

/** A light curve on its cadence grid, convolved. */
export interface GriddedCurve {
  readonly grid: CadenceGrid;
  readonly convolved: Convolved;
  /** Cells of half the kernel. */
  readonly half: number;
}

function tellGrid({ grid, half }: GriddedCurve, cadence: number, input: Batch, context: Context): void {
  if (grid.shared > 0)
    context.alert({
      severity: 'info',
      message: `rows are closer than the cadence of ${cadence.toPrecision(4)}: they are averaged`,
      rows: grid.shared,
    });
  if (grid.filled < grid.cells.length / 2)
    context.alert({
      severity: 'warning',
      message: `only ${Math.round((100 * grid.filled) / grid.cells.length)} % of the cells of the cadence grid have a value`,
      hint: 'weigh by the true times instead (grid: time), or give the cadence',
    });
  if (half === 0 && input.length > 1)
    context.alert({ severity: 'warning', message: 'the kernel is one cadence wide: it changes nothing', hint: 'make it wider' });
}

/**
 * The light curve of a batch (sorted by time) on its cadence grid, convolved there; undefined when it has fewer than two times. `scale` = lengths of
 * the kernel are given in the unit of time, not in cadences.
 */
export function* convolveOnCadenceSteps(
  input: Batch,
  params: SeriesParams,
  scale: boolean,
  context: Context,
): Generator<Progress, GriddedCurve | undefined> {
  const times = input.role('time')!;
  const values = input.role('value')!;
  const cadence = params.cadence ?? (yield* part(medianCadenceSteps(times, input.inside), 0, 0.1));
  if (!(cadence > 0)) {
    if (input.length > 0) context.alert({ severity: 'warning', message: 'fewer than two different times: there is no cadence', rows: input.length });
    return undefined;
  }
  const kernel = kernelOfStep(params, input, 1, scale ? cadence : 1);
  const taken = { taken: input.inside, use: input.live };
  const grid = yield* part(cadenceGridSteps(times, values, taken, cadence, Math.min(kernel.width, MOST_CELLS)), 0.1, 0.3);
  const raster = { width: grid.cells.length, height: 1, values: grid.cells };
  const convolved = yield* part(convolveSteps(raster, kernel, params), 0.3, 1);
  const curve = { grid, convolved, half: (kernel.width - 1) / 2 };
  tellGrid(curve, cadence, input, context);
  return curve;
}

/** Weighted means at the true times of a batch (sorted by time), one a row; missing values by the rule of the step. */
export function* convolveInTimeSteps(input: Batch, params: SeriesParams, context: Context): Generator<Progress, Float64Array> {
  const times = input.role('time')!;
  let values = input.role('value')!;
  let use = input.live;
  if (params.missing === 'fill') {
    const [source, live] = [values, use];
    const filled = new Float64Array(input.length);
    values = filled;
    use = input.inside;
    const filling = inBlocks(input.length, (from, to) => {
      for (let i = from; i < to; i++) filled[i] = live[i] === 1 && source[i]! - source[i]! === 0 ? source[i]! : params.missingFill;
    });
    yield* part(filling, 0, 0.02);
  }
  const points = yield* part(fitPointsSteps(times, values, use, Infinity), 0.02, 0.06);
  if (points.count === 0 && input.length > 0)
    context.alert({ severity: 'warning', message: 'no usable points to convolve', rows: input.length, hint: 'check the time and value columns' });
  if (params.size !== undefined)
    throw new AppError({
      code: 'invalid-argument',
      message: `invalid size: ${params.size} (must be absent for weights in time)`,
      hint: 'the width says how far the kernel reaches',
    });
  return yield* part(timeKernelSteps(times, points, kernelSpecOf(params), context.preview ? PREVIEW_WEIGHTS : Infinity), 0.06, 1);
}
