/** What operations call the values they make of a value column, the ones that say most about its scatter first. */
const RESULTS = ['detrended', 'corrected', 'residual', 'normalized', 'smoothed', 'binned', 'filled'];
const CURVES = ['trend', 'fit'];

const firstOf = (names: readonly string[], value: string, endings: readonly string[]): string | undefined =>
  endings.map((ending) => `${value}_${ending}`).find((name) => names.includes(name));

/** The column a step makes in the place of `value`: a new version of it, or `<value>_detrended`, `<value>_smoothed` …; undefined when there is none. */
export function resultColumn(names: readonly string[], value: string): string | undefined {
  return names.includes(value) ? value : firstOf(names, value, RESULTS);
}

/** What is after the name of a measured column in the names of what steps made of it: `_detrended`, `_detrended_smoothed`; '' for the column itself. */
const madeOf = (name: string): string => new RegExp(`(_(${RESULTS.join('|')}))*$`).exec(name)![0];

/** The errors that steps made along with this value, as the errors bound now were made: `flux_err_detrended` for `flux_detrended`. undefined = those bound. */
export function errorColumn(names: readonly string[], value: string, error: string | undefined): string | undefined {
  if (error === undefined) return undefined;
  const name = error.slice(0, error.length - madeOf(error).length) + madeOf(value);
  return name !== error && names.includes(name) ? name : undefined;
}

/** The column with the curve a step fitted to `value`: its trend, its fit. */
export function curveColumn(names: readonly string[], value: string): string | undefined {
  return firstOf(names, value, CURVES);
}
