import { announcedSeconds, type Asked, type TrialGrid } from './search-size';

/** Up to so many seconds a periodogram is computed by itself. */
export const AUTOMATIC_UP_TO = 1;

/** How much longer a method took than announced. */
const slowness = new Map<string, number>();

/** Seconds a search of so many frequencies takes, as far as is known. */
export function expectedSeconds(asked: Asked, frequencies: number): number {
  return announcedSeconds(asked, frequencies) * (slowness.get(asked.method) ?? 1);
}

/** Remembers how long a search took that was expected to take so many seconds. */
export function learnSpeed(method: string, expected: number, milliseconds: number): void {
  // Short runs measure what comes before and after the search, and code that is not warm yet.
  if (milliseconds < 300 || !(expected > 0)) return;
  slowness.set(method, ((slowness.get(method) ?? 1) * milliseconds) / 1000 / expected);
}

/** Variable stars below two hours are rare: what a first look at unevenly sampled data reaches, in cycles a day. */
const FIRST_LOOK_PER_DAY = 12;

/**
 * The highest frequency of a first look. The mean Nyquist frequency says little about uneven data (75 points in eight years give 0.06 per
 * day), so the look goes on to 12 cycles a day, or half, a quarter … of that, as far as that is quick. Undefined = the operation's own choice.
 *
 * @param seconds how long a search of so many frequencies takes
 * @param day a day in the unit of time; undefined when not known, and then nothing is proposed
 */
export function firstLookMaximum(grid: TrialGrid, seconds: (frequencies: number) => number, day: number | undefined): number | undefined {
  if (day === undefined || !(grid.step > 0)) return undefined;
  for (let reach = FIRST_LOOK_PER_DAY / day; reach > grid.high; reach /= 2)
    if (seconds((reach - grid.low) / grid.step + 1) < AUTOMATIC_UP_TO) return Number(reach.toPrecision(3));
  return undefined;
}
