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

/** Rows between two that are computed lie on the line between those; rows without such neighbours stay missing. */
function joinUp(out: Float64Array, times: Float64Array, computed: readonly number[]): void {
  for (let k = 1; k < computed.length; k++) {
    const [a, b] = [computed[k - 1]!, computed[k]!];
    const slope = (out[b]! - out[a]!) / (times[b]! - times[a]!);
    for (let row = a + 1; row < b; row++) out[row] = out[a]! + slope * (times[row]! - times[a]!);
  }
}

/** Distance in time between rows to compute so that all of them take about so many weights; 0 = every row. Never more than a 32nd of the reach. */
function stepFor({ times, count }: FitPoints, rows: number, reach: number, weights: number): number {
  const span = times[count - 1]! - times[0]!;
  const each = Math.max(1, (count * 2 * reach) / Math.max(span, 2 * reach));
  return rows * each <= weights ? 0 : Math.min(reach / 32, (span * each) / weights);
}

/**
 * Weighted means in time: at every row with a time Σ k(t_j - t) y_j / Σ k(t_j - t) over the points, with a kernel's weights at the true times; lengths of
 * the spec in units of time. The kernel ends where its sampled form does (a gaussian does not: beyond 4 σ it is not cut off). NaN where no weight
 * falls on a point. `times` ascending, missing last. O(rows) for gaussian, box and tophat, else O(rows · points of a window): with `weights`, about so
 * many are taken at rows further apart, and rows between them are on the line between those, for a preview.
 */
export function* timeKernelSteps(times: Float64Array, points: FitPoints, spec: KernelSpec, weights = Infinity): Generator<Progress, Float64Array> {
  if (spec.kernel === 'gaussian') return yield* gaussianSmoothSteps(times, points, spec.width);
  if (spec.kernel === 'box') return yield* movingAverageSteps(times, points, spec.width);
  if (spec.kernel === 'tophat') return yield* movingAverageSteps(times, points, 2 * spec.width);
  const { weight, reach } = weightOf(spec);
  const out = new Float64Array(times.length).fill(NaN);
  if (points.count === 0) return out;
  const step = stepFor(points, points.timedRows, reach, weights);
  const computed: number[] = [];
  yield* sweepWindowsSteps(times, points, 2 * reach, (row, from, to) => {
    const last = computed[computed.length - 1];
    // The row before a gap is computed, too: nothing is drawn across it.
    if (step > 0 && last !== undefined && times[row]! - times[last]! < step && row + 1 < points.timedRows && times[row + 1]! - times[row]! < step)
      return 1;
    if (step > 0) computed.push(row);
    out[row] = meanAt(points, times[row]!, from, to, weight);
    return (to - from) * POINT_COST;
  });
  joinUp(out, times, computed);
  return out;
}

function meanAt(points: FitPoints, time: number, from: number, to: number, weight: (dt: number) => number): number {
  const level = points.values[from]!;
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
  return bottom > 0.01 * total ? level + top / bottom : NaN;
}
