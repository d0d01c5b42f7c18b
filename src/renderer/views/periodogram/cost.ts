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

export interface FirstLook {
  /** The grid of the operation's own choice. */
  readonly grid: TrialGrid;
  /** Half the mean rate of points. */
  readonly nyquist: number;
  /** A day in the unit of time; undefined when not known, and then nothing is proposed. */
  readonly day: number | undefined;
  /** How long a search of so many frequencies takes. */
  seconds(frequencies: number): number;
}

/**
 * The highest frequency of a first look; undefined = the operation's own choice. The mean Nyquist frequency says little about uneven data (75 points in
 * eight years give 0.06 per day), so the look goes on to 12 cycles a day, or half, a quarter … of that, as far as that is quick. Where the mean Nyquist
 * frequency is higher than that, the data come from a spacecraft and are even: beyond it everything repeats itself.
 */
export function firstLookMaximum({ grid, nyquist, day, seconds }: FirstLook): number | undefined {
  if (day === undefined || !(grid.step > 0)) return undefined;
  const wanted = FIRST_LOOK_PER_DAY / day;
  if (nyquist >= wanted) return nyquist < grid.high ? Number(nyquist.toPrecision(3)) : undefined;
  for (let reach = wanted; reach > grid.high; reach /= 2)
    if (seconds((reach - grid.low) / grid.step + 1) < AUTOMATIC_UP_TO) return Number(reach.toPrecision(3));
  return undefined;
}
