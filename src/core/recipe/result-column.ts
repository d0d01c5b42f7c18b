/** What operations call the values they make of a value column, the ones that say most about its scatter first. */
const RESULTS = ['detrended', 'corrected', 'residual', 'normalized', 'smoothed', 'binned', 'filled'];
const CURVES = ['trend', 'fit'];

const firstOf = (names: readonly string[], value: string, endings: readonly string[]): string | undefined =>
  endings.map((ending) => `${value}_${ending}`).find((name) => names.includes(name));

/** The column a step makes in the place of `value`: a new version of it, or `<value>_detrended`, `<value>_smoothed` …; undefined when there is none. */
export function resultColumn(names: readonly string[], value: string): string | undefined {
  return names.includes(value) ? value : firstOf(names, value, RESULTS);
}

/** The column with the curve a step fitted to `value`: its trend, its fit. */
export function curveColumn(names: readonly string[], value: string): string | undefined {
  return firstOf(names, value, CURVES);
}
