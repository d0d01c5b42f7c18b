import { AppError, type Progress } from '../../protocol/outcome';
import { gaussianSmoothSteps } from '../gaussian-smooth';
import { movingAverageSteps } from '../moving-average';
import { EDGE_SLACK, type FitPoints } from '../time-segments';
import { sweepWindowsSteps } from '../window-sweep';
import { kernelModel } from './kernel-model';
import type { KernelSpec } from './kernel-spec';

/** Intervals of the table that costly kernels are read from: its error is below 1e-11 of the largest weight. */
const TABLE = 4096;

/** Nanoseconds a point of a window takes. */
const POINT_COST = 4;

/** Weights by time difference ≥ 0, from a table read with cubic polynomials through four neighbours. */
function tabled(weight: (dt: number) => number, reach: number): (dt: number) => number {
  const step = reach / TABLE;
  const table = Float64Array.from({ length: TABLE + 4 }, (_, i) => weight(Math.abs(i - 1) * step));
  return (dt) => {
    const at = dt / step;
    const i = Math.min(TABLE - 1, Math.floor(at));
    const f = at - i;
    const a = table[i]!;
    const b = table[i + 1]!;
    const c = table[i + 2]!;
    const d = table[i + 3]!;
    const cubic = (d - a) / 6 + (b - c) / 2;
    const square = (a + c) / 2 - b;
    return b + f * (c - a / 3 - b / 2 - d / 6 + f * (square + f * cubic));
  };
}

/** The kernels of time: those with a width whose weights do not sum to zero. */
function weightOf(spec: KernelSpec): { weight: (dt: number) => number; reach: number } {
  const { kernel } = spec;
  if (kernel === 'custom' || kernel === 'distance' || kernel === 'mexican-hat')
    throw new AppError({
      code: 'invalid-argument',
      message: `invalid kernel: ${kernel} (${kernel === 'mexican-hat' ? 'its weights sum to zero: no mean can be made with them' : 'it has no width in time'})`,
      hint: 'use the cadence grid, or another kernel',
    });
  const model = kernelModel(spec, 1);
  const reach = model.extent / 2;
  const weight = (dt: number): number => model.value(dt, 0);
  if (kernel === 'moffat' || kernel === 'airy') return { weight: tabled(weight, reach), reach };
  // Points on an edge count, whatever the rounding of times; the sweep sees to the outer one.
  const inner = spec.width * (1 - EDGE_SLACK);
  return { weight: kernel === 'ring' ? (dt) => (dt >= inner ? 1 : 0) : weight, reach };
}

/**
 * Weighted means in time: at every row with a time Σ k(t_j - t) y_j / Σ k(t_j - t) over the points, with a kernel's weights at the true times; lengths of
 * the spec in units of time. The kernel ends where its sampled form does (a gaussian does not: beyond 4 σ it is not cut off). NaN where no weight
 * falls on a point. `times` ascending, missing last. O(rows) for gaussian, box and tophat, else O(rows · points of a window).
 */
export function* timeKernelSteps(times: Float64Array, points: FitPoints, spec: KernelSpec): Generator<Progress, Float64Array> {
  if (spec.kernel === 'gaussian') return yield* gaussianSmoothSteps(times, points, spec.width);
  if (spec.kernel === 'box') return yield* movingAverageSteps(times, points, spec.width);
  if (spec.kernel === 'tophat') return yield* movingAverageSteps(times, points, 2 * spec.width);
  const { weight, reach } = weightOf(spec);
  const out = new Float64Array(times.length).fill(NaN);
  yield* sweepWindowsSteps(times, points, 2 * reach, (row, from, to) => {
    const time = times[row]!;
    const level = points.values[from] ?? 0;
    let top = 0;
    let bottom = 0;
    let total = 0;
    for (let i = from; i < to; i++) {
      const w = weight(Math.abs(points.times[i]! - time));
      top += w * (points.values[i]! - level);
      bottom += w;
      total += Math.abs(w);
    }
    // Weights of both signs that cancel make no mean.
    if (bottom > 0.01 * total) out[row] = level + top / bottom;
    return (to - from) * POINT_COST;
  });
  return out;
}
