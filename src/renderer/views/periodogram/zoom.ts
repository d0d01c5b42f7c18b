import { lowerBound } from '../../../core/numerics/bounds';
import type { TrialGrid } from './search-size';

/** A stretch of frequencies that is computed anew when one looks closer. */
export interface ZoomWindow {
  readonly minimum: number;
  readonly maximum: number;
  readonly count: number;
}

/** Samples a pixel of the finest view of a window. */
const PER_PIXEL = 2;
/** A curve with less than this many points a pixel shows corners; a thinned one needs as many as it may have lost. */
const CORNERS = 0.5;
const THINNED = 4;

/**
 * What to compute anew for the frequencies in sight; undefined when the curve at hand shows all there is to see. Windows lie on a fixed lattice with
 * widths of powers of two, so that a pan or a small zoom asks for the same one again.
 *
 * @param frequency of the curve at hand, ascending; it may have fewer points than its grid
 */
export function zoomWindow([low, high]: readonly [number, number], pixels: number, frequency: Float64Array, grid: TrialGrid): ZoomWindow | undefined {
  const [first, last] = [frequency[0] ?? 0, frequency.at(-1) ?? 0];
  const [from, to] = [Math.max(low, first), Math.min(high, last)];
  if (!(to > from) || grid.step <= 0 || (from <= first && to >= last)) return undefined;
  const inSight = lowerBound(frequency, to) - lowerBound(frequency, from);
  const complete = (to - from) / grid.step;
  // Where all points of the grid are there it is the eye that asks for more of them.
  const isComplete = inSight >= complete - 2;
  if (inSight >= pixels * (isComplete ? CORNERS : THINNED)) return undefined;
  const width = 2 ** Math.ceil(Math.log2(to - from));
  const start = Math.floor(from / (width / 2)) * (width / 2);
  const minimum = Math.max(start, first);
  const maximum = Math.min(start + 1.5 * width, last);
  const step = Math.min(grid.step, width / 2 / (pixels * PER_PIXEL));
  return { minimum, maximum, count: Math.ceil((maximum - minimum) / step) + 1 };
}

export interface Curve {
  readonly frequency: Float64Array;
  readonly power: Float64Array;
}

/** The curve with a stretch of it replaced by a finer one. */
export function spliced(whole: Curve, finer: Curve | undefined): Curve {
  if (!finer || finer.frequency.length === 0) return whole;
  const before = lowerBound(whole.frequency, finer.frequency[0]!);
  let after = lowerBound(whole.frequency, finer.frequency.at(-1)!);
  if (whole.frequency[after] === finer.frequency.at(-1)) after++;
  const join = (a: Float64Array, b: Float64Array): Float64Array => {
    const out = new Float64Array(before + b.length + a.length - after);
    out.set(a.subarray(0, before));
    out.set(b, before);
    out.set(a.subarray(after), before + b.length);
    return out;
  };
  return { frequency: join(whole.frequency, finer.frequency), power: join(whole.power, finer.power) };
}
