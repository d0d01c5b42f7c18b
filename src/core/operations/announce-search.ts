import { AppError } from '../protocol/outcome';
import type { Context } from './definition';

/** Seconds beyond which a search says how long it will take. */
const LONG = 5;

const duration = (seconds: number): string => {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
};

/** Says how long `what` takes when it is more than a few seconds: `400 points × 1000 frequencies`. */
export function announceTime(what: string, seconds: number, hint: string, context: Context): void {
  if (seconds > LONG) context.alert({ severity: 'info', message: `${what} take about ${duration(seconds)}`, hint });
}

/**
 * Before a search for a period: refuses a grid of more than `most` trials (AppError invalid-argument), and announces one that takes longer than a few
 * seconds at `seconds`.
 */
export function announceSearch(
  size: {
    readonly points: number;
    readonly trials: number;
    readonly what: string;
    readonly seconds: number;
    readonly most: number;
    readonly hint: string;
  },
  context: Context,
): void {
  const { points, trials, what, seconds, most, hint } = size;
  if (trials > most)
    throw new AppError({
      code: 'invalid-argument',
      message: `the grid has ${trials.toExponential(1)} ${what} (at most ${most.toExponential(0)}); it would take about ${duration(seconds)}`,
      hint,
    });
  if (!context.preview) announceTime(`${points} points × ${trials} ${what}`, seconds, hint, context);
}
