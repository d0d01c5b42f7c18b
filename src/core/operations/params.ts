import { type SchemaOptions, type TLiteral, type TUnion, Type } from '@sinclair/typebox';

/** What every parameter says about itself; `origin` names where its default comes from. */
export interface ParamOptions extends SchemaOptions {
  readonly title: string;
  readonly description: string;
  readonly default: unknown;
}

type Literals<T extends readonly string[]> = { -readonly [K in keyof T]: TLiteral<T[K] & string> };

/** One of several words. */
export function choice<const T extends readonly [string, ...string[]]>(values: T, options: ParamOptions): TUnion<Literals<T>> {
  return Type.Union(
    values.map((v) => Type.Literal(v)),
    options,
  ) as unknown as TUnion<Literals<T>>;
}

/** The name of a flag: snake_case, so that `flag_<name>` is a good column name everywhere. */
export function flagName(options: ParamOptions) {
  return Type.String({ pattern: '^[a-z][a-z0-9_]*$', ...options });
}

/** Window, segments and removal: the same for every trend. */
export const trendParams = {
  window: Type.Number({
    title: 'Window',
    description: 'Full width of the window, in the unit of the time. About three times the longest signal to keep (a transit, a flare).',
    default: 1,
    exclusiveMinimum: 0,
    unit: 'time',
    origin: 'wotan: three transit durations',
    slider: [0.1, 10],
  }),
  breakTolerance: Type.Number({
    more: true,
    title: 'Break tolerance',
    description: 'Gaps longer than this, in the unit of the time, separate segments that are treated one by one. 0 = half the window.',
    default: 0,
    minimum: 0,
    unit: 'time',
    origin: 'wotan',
  }),
  apply: choice(['subtract', 'divide', 'divide-keep-level'], {
    title: 'Take out by',
    description:
      'subtract: value - trend (magnitudes, and values about zero). divide: value / trend (fluxes; the result is about 1). divide-keep-level: value / trend times the median value. Errors are divided, too: <error>_detrended.',
    default: 'subtract',
  }),
};

/** Known transits or eclipses that a trend is not to follow: the same for every trend. */
export const transitMaskParams = {
  maskPeriod: Type.Number({
    more: true,
    title: 'Masked period',
    description: 'Period of a known transit or eclipse whose points are left out of the fit, in the unit of the time. 0 = it happens once.',
    default: 0,
    minimum: 0,
    unit: 'time',
    origin: 'wotan: transit_mask',
  }),
  maskEpoch: Type.Number({
    more: true,
    title: 'Masked epoch',
    description: 'Middle of one of these transits, as a time of the time column.',
    default: 0,
    unit: 'time',
  }),
  maskDuration: Type.Number({
    more: true,
    title: 'Masked duration',
    description: 'Points within half of this of a transit are not used for the trend, which is still given there. 0 = nothing is masked.',
    default: 0,
    minimum: 0,
    unit: 'time',
    origin: 'wotan: transit_mask',
  }),
};

/** True for a unit of magnitudes. */
export function isMagnitude(unit: string | undefined): boolean {
  return unit !== undefined && /(^|[^a-z])m?mag|mag($|[^a-z])/i.test(unit);
}

/** Which side of the centre an outlier may lie on: the same for every detector of outlying values. */
export const sideParam = choice(['both', 'above', 'below', 'brighter', 'fainter'], {
  title: 'Side',
  description: 'Which outliers to flag. brighter and fainter know magnitudes (smaller is brighter) from fluxes by the unit of the value.',
  default: 'both',
});

export type Side = 'both' | 'above' | 'below' | 'brighter' | 'fainter';

/** The sides as directions of the number: brighter is below for a unit of magnitudes and above for any other. */
export function sidesOf(side: Side, unit: string | undefined): { readonly above: boolean; readonly below: boolean } {
  if (side === 'both') return { above: true, below: true };
  const isUp = side === 'above' || (side === 'brighter' && !isMagnitude(unit)) || (side === 'fainter' && isMagnitude(unit));
  return { above: isUp, below: !isUp };
}
