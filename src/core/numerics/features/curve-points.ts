/** A light curve to describe: finite times in ascending order and finite values, errors above 0 when there are any. Read-only. */
export interface CurvePoints {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly errors?: Float64Array | undefined;
}

/** A light curve whose points all have errors. */
export type CurveWithErrors = CurvePoints & { readonly errors: Float64Array };

/** Features by name; NaN (or an infinity) where one cannot be computed. */
export type FeatureValues = Record<string, number>;
