import type { Progress } from '../protocol/outcome';
import type { BoxFit } from './box-fit';
import type { BoxSearch } from './box-least-squares';
import { part } from './steps';
import { type TransitPoints, transitShapeSteps } from './transit-shape';

/** Bins of the refinement across one of the search. */
const FINER = 8;
/** Durations tried on either side of the best one. */
const DURATIONS = 3;
/** Frequencies over two steps of the grid, and then over the range that is likely. */
const TRIALS = [80, 50] as const;
const QUICK_TRIALS = [24, 12] as const;
/** Logarithm of the likelihood ratio beyond which a period is unlikely. */
const UNLIKELY = 10;
/** Bins of one turn beyond which the finer ones take too much memory. */
const MOST_BINS = 1e7;

/** Durations from the one below `best` to the one above it, `best` among them. */
function durationsAbout(best: number, all: readonly number[]): number[] {
  const below = Math.max(...all.filter((d) => d < best * (1 - 1e-9)));
  const above = Math.min(...all.filter((d) => d > best * (1 + 1e-9)));
  const between = (to: number): number[] =>
    Number.isFinite(to) ? Array.from({ length: DURATIONS }, (_, k) => best + ((to - best) * (k + 1)) / (DURATIONS + 1)) : [];
  return [best, ...between(below), ...between(above)];
}

/** The best boxes at frequencies from `low` to `high`, those whose period is above `shortest` and that have one. */
function* scanSteps(search: BoxSearch, low: number, high: number, trials: number, shortest: number): Generator<Progress, BoxFit[]> {
  const fits: BoxFit[] = [];
  for (let k = 0; k <= trials; k++) {
    const period = 1 / (low + ((high - low) * k) / trials);
    if (!(period > shortest) || period === Infinity) continue;
    const at = k / (trials + 1);
    const fit = yield* part(search.fitSteps(period), at, at);
    if (fit) fits.push(fit);
  }
  return fits;
}

const better = (a: BoxFit, b: BoxFit): BoxFit => (b.power > a.power ? b : a);

/**
 * The best box about `best`, one of a grid of frequencies `step` apart: durations between the neighbouring ones, bins finer, and then period and epoch those
 * of the fall with straight flanks that fits best ({@link transitShapeSteps}), since a box fits equally well over a range of periods, anywhere in it. `noise`
 * is what errors have to be multiplied by (or the standard deviation when there are none). The error of the period is NaN for a grid of one period. `quick`
 * with a third of the trials. Periods stay above `shortest`. About 130 searches of one period.
 */
export function* refineBoxSteps(
  search: BoxSearch,
  points: TransitPoints,
  best: BoxFit,
  step: number,
  options: { readonly shortest: number; readonly noise: number; readonly quick: boolean },
): Generator<Progress, { readonly fit: BoxFit; readonly periodError: number }> {
  const { shortest, noise } = options;
  const trials = options.quick ? QUICK_TRIALS : TRIALS;
  const canBeFiner = search.binsOf(best.period) * FINER < MOST_BINS;
  const finer = canBeFiner ? search.finer(FINER, durationsAbout(best.duration, search.durations)) : search;
  const at = 1 / best.period;
  const wide = yield* part(scanSteps(finer, at - step, at + step, step > 0 ? trials[0] : 0, shortest), 0, 0.5);
  const top = wide.reduce(better, best);
  if (!(step > 0)) return { fit: top, periodError: NaN };
  const spacing = (2 * step) / trials[0];
  const isLikely = (f: BoxFit): boolean => top.logLikelihood - f.logLikelihood < UNLIKELY * noise * noise;
  const likely = [top, ...wide.filter(isLikely)].map((f) => 1 / f.period);
  const [low, high] = [Math.min(...likely) - spacing, Math.max(...likely) + spacing];
  const narrow = yield* part(scanSteps(finer, low, high, trials[1], shortest), 0.5, 0.9);
  const peak = narrow.reduce(better, top);
  const shape = yield* part(transitShapeSteps(points, peak, noise, options.quick), 0.9, 0.97);
  const isNear = shape !== undefined && Math.abs(1 / shape.period - at) < step + spacing && shape.period > shortest;
  if (!isNear || shape.logLikelihood < peak.logLikelihood) return { fit: peak, periodError: shape?.periodError ?? NaN };
  const fit = yield* part(finer.fitSteps(shape.period), 0.97, 0.98);
  const turns = Math.floor((shape.middle - search.start) / shape.period);
  const epoch = shape.middle - turns * shape.period;
  return { fit: { ...(fit ?? peak), period: shape.period, epoch }, periodError: shape.periodError };
}
