/** Up to so many point × frequency pairs, about a second, a periodogram is computed by itself. */
export const AUTOMATIC_UP_TO = 3e8;

export interface Grid {
  readonly points: number;
  /** Length of the data, in the unit of time. */
  readonly baseline: number;
  /** 0 = chosen by the data, as astropy does: 5 × the average Nyquist frequency. */
  readonly maximum: number;
  readonly minimum: number;
  readonly samplesPerPeak: number;
  readonly terms: number;
}

/** Frequencies of the grid, and the work in point × frequency × term pairs. */
export function gridCost(g: Grid): { readonly frequencies: number; readonly work: number } {
  if (!(g.baseline > 0) || g.points === 0) return { frequencies: 0, work: 0 };
  const high = g.maximum > 0 ? g.maximum : (5 * 0.5 * g.points) / g.baseline;
  const frequencies = Math.max(0, Math.round((high - g.minimum) * g.baseline * g.samplesPerPeak));
  return { frequencies, work: frequencies * g.points * Math.max(1, g.terms) };
}

/** Variable stars below two hours are rare: what a first look at unevenly sampled data reaches, in cycles a day. */
const FIRST_LOOK_PER_DAY = 12;

/**
 * The highest frequency of a first look. The mean Nyquist frequency says little about uneven data (75 points in eight years give 0.06 per
 * day), so the look goes on to 12 cycles a day, as far as that is cheap. Undefined = the operation's own choice.
 *
 * @param day a day in the unit of time; undefined when not known, and then nothing is proposed
 */
export function firstLookMaximum(g: Grid, day: number | undefined): number | undefined {
  if (day === undefined || !(g.baseline > 0)) return undefined;
  const own = (5 * 0.5 * g.points) / g.baseline;
  const cheap = AUTOMATIC_UP_TO / (g.points * Math.max(1, g.terms) * g.samplesPerPeak * g.baseline) + g.minimum;
  const reach = Math.min(FIRST_LOOK_PER_DAY / day, cheap * 0.999);
  return reach > own ? Number(reach.toPrecision(3)) : undefined;
}

/** Seconds a pair took when last measured here; the start value is what the operation announces for one core. */
let secondsPerPair = 1 / 3e8;

export function learnSpeed(work: number, milliseconds: number): void {
  // Short runs measure the messages between processes, not the sums.
  if (work > 1e6 && milliseconds > 20) secondsPerPair = milliseconds / 1000 / work;
}

export function expectedSeconds(work: number): number {
  return work * secondsPerPair;
}
