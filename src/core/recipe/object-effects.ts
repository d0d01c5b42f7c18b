import type { Alert } from '../model/table';

/**
 * What a draft step would do to each of many objects; the arrays run parallel to `objects`. NaN where it cannot be said (too few points). Of an
 * object with several bands the ratios are the median over its bands.
 */
export interface ObjectEffects {
  readonly version: number;
  /** Objects of the table. */
  readonly total: number;
  /** Identifiers of those looked at, in the order of the table. */
  readonly objects: readonly string[];
  /** Share of the rows that counted before that the step flags. */
  readonly flagged: Float64Array;
  /** Robust scatter (1.4826 MAD) after the step over before. */
  readonly scatter: Float64Array;
  /** Point to point scatter after the step over before. */
  readonly pointToPoint: Float64Array;
  readonly alerts: readonly Alert[];
  readonly seconds: number;
}
