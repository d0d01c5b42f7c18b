import { falseAlarm } from '../numerics/false-alarm';
import type { CurvePoints } from '../numerics/features/curve-points';
import { type HarmonicFit, harmonicFitSteps } from '../numerics/features/harmonic-fit';
import { momentSteps } from '../numerics/features/moments';
import { successiveSteps } from '../numerics/features/successive';
import { gridPowerSteps, lombScargleSeconds } from '../numerics/fast-lomb-scargle';
import { type FrequencyGrid, LombScargle } from '../numerics/lomb-scargle';
import { type FrequencyPeak, lombScarglePeaksSteps } from '../numerics/lomb-scargle-peaks';
import { phaseOrderSteps } from '../numerics/phase-order';
import { inBlocks, part } from '../numerics/steps';
import type { Progress } from '../protocol/outcome';
import { announceSearch } from './announce-search';
import type { Context, ResultValue, Series } from './definition';
import type { CurveFacts, Reasons } from './feature-list';
import { peakMarks, warnOfEdge } from './lomb-scargle-result';
import { frequencyAxis } from './period-curve';
import { type GridParams, MOST_FREQUENCIES, falseAlarmSetting, searchGrid } from './search-grid';

export interface PeriodOptions extends GridParams {
  readonly harmonics: number;
}

interface Best extends FrequencyPeak {
  readonly fap: number;
  readonly grid: FrequencyGrid;
  /** On the grid. */
  readonly curve: Float64Array;
}

/** Fewest points a period is looked for in. */
const LEAST = 4;

/** The frequency of the highest power of the one-term periodogram, refined between grid points. */
function* bestSteps(points: CurvePoints, options: PeriodOptions, context: Context): Generator<Progress, Best> {
  const { times, values, errors } = points;
  const search = yield* part(LombScargle.prepareSteps(times, values, errors, 1), 0, 0.02);
  const grid = searchGrid(search.baseline, times.length, options, Infinity);
  const { fast, exact } = lombScargleSeconds(times.length, grid.count, 1);
  const hint = 'lower the maximum frequency or the samples per peak';
  announceSearch(
    { points: times.length, trials: grid.count, what: 'frequencies', seconds: Math.min(fast, exact), most: MOST_FREQUENCIES, hint },
    context,
  );
  const power = yield* part(gridPowerSteps(search, grid), 0.02, 0.95);
  const best = (yield* part(lombScarglePeaksSteps(search, grid, power, 1), 0.95, 1))[0]!;
  return { ...best, fap: falseAlarm(best.power, falseAlarmSetting(search, grid, 'standard')), grid, curve: power };
}

/** von Neumann's η and the range of the cumulative sum with the points in order of phase instead of time. */
function* foldedSteps({ times, values }: CurvePoints, frequency: number): Generator<Progress, { psiEta: number; psiCs: number }> {
  const n = times.length;
  const order = yield* part(phaseOrderSteps(times, frequency), 0, 0.8);
  const folded = new Float64Array(n);
  const gathering = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) folded[i] = values[order[i]!]!;
  });
  yield* part(gathering, 0.8, 0.85);
  const moments = yield* part(momentSteps(folded), 0.85, 0.95);
  const { eta } = yield* part(successiveSteps({ times, values: folded }, moments), 0.95, 1);
  return { psiEta: eta, psiCs: moments.sumRange / (n * moments.std) };
}

/** Names of the harmonics' columns, their values from a fit. */
function harmonicRow(terms: number, fit: HarmonicFit | undefined): Record<string, ResultValue> {
  const row: Record<string, ResultValue> = {};
  for (let k = 1; k <= terms; k++) {
    row[`amplitude_${k}`] = fit?.amplitudes[k - 1];
    row[`amplitude_${k}_error`] = fit?.amplitudeErrors[k - 1];
  }
  for (let k = 2; k <= terms; k++) {
    row[`r${k}1`] = fit?.ratios[k - 2];
    row[`r${k}1_error`] = fit?.ratioErrors[k - 2];
    row[`phi${k}1`] = fit?.phases[k - 2];
    row[`phi${k}1_error`] = fit?.phaseErrors[k - 2];
  }
  return row;
}

function periodogramOf(best: Best, unit: string | undefined): Series {
  return {
    name: 'periodogram',
    x: frequencyAxis(best.grid, unit),
    y: { name: 'power (standard)', values: best.curve },
    marks: peakMarks([best], unit, 0, { day: undefined }),
  };
}

function whyNone({ points, hasSpread, baseline }: CurveFacts): string | undefined {
  if (points < LEAST) return `fewer than ${LEAST} points`;
  if (!hasSpread) return 'all values are equal';
  return baseline > 0 ? undefined : 'all times are equal';
}

/**
 * The features of the best period: the period with its error (Montgomery & O'Donoghue 1999, Delta Scuti Star Newsletter 13, 28: white noise), power and
 * false-alarm probability, the Fourier decomposition at it, and the order of the folded curve. The same keys for every curve.
 */
export function* periodFeatureSteps(
  points: CurvePoints,
  facts: CurveFacts,
  options: PeriodOptions,
  reasons: Reasons,
  context: Context,
  /** Of the time. */
  unit: string | undefined,
): Generator<Progress, { readonly row: Record<string, ResultValue>; readonly series: readonly Series[] }> {
  const none = whyNone(facts);
  const best = none === undefined ? yield* part(bestSteps(points, options, context), 0, 0.9) : undefined;
  if (best) warnOfEdge([best], context);
  const fit = best && (yield* part(harmonicFitSteps(points, best.frequency, options.harmonics), 0.9, 0.96));
  const folded = best && (yield* part(foldedSteps(points, best.frequency), 0.96, 1));
  const n = points.times.length;
  const frequencyError = fit && (Math.sqrt(6 / n) * fit.scatter) / (Math.PI * facts.baseline * fit.amplitudes[0]!);
  const row: Record<string, ResultValue> = {
    period: best && 1 / best.frequency,
    period_error: best && frequencyError !== undefined ? frequencyError / best.frequency ** 2 : undefined,
    period_power: best?.power,
    period_fap: best?.fap,
    ...harmonicRow(options.harmonics, fit),
    psi_eta: folded?.psiEta,
    psi_cs: folded?.psiCs,
  };
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'number' && Number.isFinite(value)) continue;
    row[name] = undefined;
    reasons.add(none ?? (fit ? 'divided by 0, or too large a number' : `no fit of ${options.harmonics} harmonics`), name);
  }
  return { row, series: best ? [periodogramOf(best, unit)] : [] };
}
