export type BoxObjective = 'likelihood' | 'snr';

/** The best box at one period. Lengths in the unit of the time, depths in that of the values. */
export interface BoxFit {
  readonly period: number;
  /** Middle of the first transit, in [start, start + period). */
  readonly epoch: number;
  readonly duration: number;
  /** Level outside minus level inside. */
  readonly depth: number;
  readonly depthError: number;
  readonly snr: number;
  readonly logLikelihood: number;
  /** The objective. */
  readonly power: number;
}

export interface BoxSetup {
  /** In order, finite. */
  readonly times: Float64Array;
  /** A transit is a fall of these. */
  readonly values: Float64Array;
  /** Above 0. Absent: every point weighs 1. */
  readonly errors?: Float64Array | undefined;
  readonly durations: readonly number[];
  /** Bins across the shortest duration. */
  readonly oversample: number;
  readonly objective: BoxObjective;
}

/** What a box with the sums `y` of weighted values and `w` of weights inside says, of all points with `sumY` and `sumW`; astropy's expressions. */
export function boxContrast(y: number, w: number, sumY: number, sumW: number): Pick<BoxFit, 'depth' | 'depthError' | 'snr' | 'logLikelihood'> {
  const rest = sumW - w;
  const depth = (sumY - y) / rest - y / w;
  const depthError = Math.sqrt(1 / w + 1 / rest);
  return { depth, depthError, snr: depth / depthError, logLikelihood: 0.5 * w * depth * depth };
}
