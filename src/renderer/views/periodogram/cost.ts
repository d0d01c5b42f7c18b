/** Up to so many point × frequency pairs a periodogram is computed by itself. */
export const AUTOMATIC_UP_TO = 5e7;

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

/** Seconds a pair took when last measured here; the start value is what the operation announces for one core. */
let secondsPerPair = 1 / 3e8;

export function learnSpeed(work: number, milliseconds: number): void {
  // Short runs measure the messages between processes, not the sums.
  if (work > 1e6 && milliseconds > 20) secondsPerPair = milliseconds / 1000 / work;
}

export function expectedSeconds(work: number): number {
  return work * secondsPerPair;
}
