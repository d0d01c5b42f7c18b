import { Type } from '@sinclair/typebox';
import { orderTiesSteps } from '../numerics/features/order-ties';
import { type FoldPoints, type FoldStatistic, foldCurveSteps, foldPointsSteps, refineFoldSteps } from '../numerics/fold-statistic';
import { type FrequencyGrid, autoFrequency } from '../numerics/lomb-scargle';
import { findPeaks } from '../numerics/peaks';
import { part } from '../numerics/steps';
import { timeUnit } from '../model/time-unit';
import { AppError, type Progress } from '../protocol/outcome';
import { announceSearch } from './announce-search';
import type { Batch, Context, Effect, OperationDef, ResultValue } from './definition';
import { frequencyParams } from './frequency-params';
import { periodCurve, standsOut } from './period-curve';
import { type GridParams, MOST_FREQUENCIES } from './search-grid';
import { usableSteps } from './usable-points';

/** A preview searches so many points (chosen at random) at most … */
const PREVIEW_POINTS = 400;
/** … and points times frequencies a second of the method times this. */
const PREVIEW_SECONDS = 0.04;
const LEAST_POINTS = 5;

/** The grid and the peaks to report: the same for every search by folding. */
export const foldSearchParams = {
  ...frequencyParams,
  minimumFrequency: Type.Optional(
    Type.Number({
      title: 'Minimum frequency',
      description: 'Where the search begins; absent = two turns in the baseline: at lower ones every light curve folds well.',
      exclusiveMinimum: 0,
      unit: '1/time',
    }),
  ),
  peaks: Type.Integer({ title: 'Peaks', description: 'How many to report.', default: 3, minimum: 1, maximum: 20, slider: [1, 10] }),
};

/** What all definitions of searches by folding say alike. */
export const foldSearchShape = {
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value' },
  ],
  writes: 'table',
  scope: ['object-band', 'object', 'table'],
  ordered: 'time',
  figure: { data: 'magnitude', params: { maximumFrequency: 6 } },
  produces: () => ({}),
} as const satisfies Partial<OperationDef>;

/** The paragraphs of the help about what {@link foldSearchKernel} does. */
export const foldSearchHelp = `Frequencies: from two turns in the baseline to nyquistFactor times the mean Nyquist frequency in steps of 1/(baseline · samplesPerPeak), unless you set the limits or the number. For uneven sampling real periods may be shorter than that: set the maximum frequency. A long run is announced with its size and about how long it takes; a preview searches some of the points at some of the frequencies and says so.

The lowest points of the curve are refined between grid points: period, frequency and the statistic of the best, then period_2 … of the next, none within 1/baseline of a better one. sde = (mean of the curve - best) / its standard deviation: how far the best stands out. Rows without a time or value and flagged rows take no part.`;

/** Five phases of a period of 2.5, and the frequencies around it. */
export const foldSearchExample = {
  title: 'Period 2.5, five values',
  columns: {
    time: Array.from({ length: 60 }, (_, i) => 0.5 * i),
    value: Array.from({ length: 60 }, (_, i) => [10, 12, 11, 9, 8][i % 5]!),
  },
  params: { minimumFrequency: 0.3, maximumFrequency: 0.5, frequencies: 21, peaks: 1 },
};

export interface FoldSearchParams extends GridParams {
  readonly peaks: number;
}

export interface FoldMethod {
  /** Name of the statistic: of its result column and of the curve. */
  readonly statistic: string;
  /** Points times frequencies a second that one core does. */
  readonly speed: number;
  readonly make: (points: FoldPoints) => FoldStatistic;
}

interface FoundPeak {
  readonly frequency: number;
  readonly value: number;
}

function resultRow(method: FoldMethod, most: number, peaks: readonly FoundPeak[], sde: number): Record<string, ResultValue> {
  const row: Record<string, ResultValue> = {};
  for (let k = 0; k < most; k++) {
    const suffix = k === 0 ? '' : `_${k + 1}`;
    const peak = peaks[k];
    row[`period${suffix}`] = peak && 1 / peak.frequency;
    if (k === 0) row['frequency'] = peak?.frequency;
    row[`${method.statistic}${suffix}`] = peak?.value;
    if (k === 0) row['sde'] = sde - sde === 0 ? sde : undefined;
  }
  return row;
}

function makeGrid(params: FoldSearchParams, baseline: number, points: number): FrequencyGrid {
  const { minimumFrequency: minimum = 2 / baseline, maximumFrequency: maximum } = params;
  if (maximum !== undefined && maximum <= minimum)
    throw new AppError({
      code: 'invalid-argument',
      message: `invalid maximumFrequency: ${maximum} (must be above the minimum, ${minimum})`,
      hint: 'a period must fit twice into the light curve, unless you set the minimum frequency',
    });
  return autoFrequency(baseline, points, { ...params, minimum, maximum, count: params.frequencies });
}

/** What a preview works on: some of the points, and a grid it has time for. */
function forPreview(times: Float64Array, values: Float64Array, grid: FrequencyGrid, speed: number, context: Context) {
  const share = PREVIEW_POINTS / times.length;
  const chosen = Uint8Array.from(times, () => (share >= 1 || context.random() < share ? 1 : 0));
  const pick = (a: Float64Array): Float64Array => a.filter((_, i) => chosen[i] === 1);
  const [t, v] = share >= 1 ? [times, values] : [pick(times), pick(values)];
  const most = Math.max(100, Math.round((speed * PREVIEW_SECONDS) / t.length));
  const stride = grid.count > most ? 2 : 1;
  const count = Math.min(most, Math.ceil(grid.count / stride));
  if (share < 1 || stride > 1)
    context.alert({
      severity: 'info',
      message: `preview: ${t.length} of ${times.length} points at ${count} of ${grid.count} frequencies, up to ${(grid.first + grid.step * stride * (count - 1)).toPrecision(3)}`,
    });
  const isMixed = t.some((x) => x !== t[0]) && v.some((x) => x !== v[0]);
  return { times: isMixed ? t : times, values: isMixed ? v : values, grid: { first: grid.first, step: grid.step * stride, count } };
}

/**
 * What all searches for a period by folding share: usable points, the grid (announced when it takes long), the curve, its lowest points refined between
 * grid points, one result row a light curve.
 */
export function* foldSearchKernel(input: Batch, params: FoldSearchParams, context: Context, method: FoldMethod): Generator<Progress, Effect> {
  const { hasSpread, ...usable } = yield* part(usableSteps(input, context, { withErrors: false }), 0, 0.01);
  // The order of rows must not matter.
  const { times, values } = yield* part(orderTiesSteps(usable), 0.01, 0.02);
  const nothing = (message: string): Effect => {
    context.alert({ severity: 'warning', message, rows: times.length });
    return { results: [resultRow(method, params.peaks, [], NaN)], series: [] };
  };
  const baseline = times.length === 0 ? 0 : times[times.length - 1]! - times[0]!;
  if (times.length < LEAST_POINTS) return nothing(`fewer than ${LEAST_POINTS} usable points: no period`);
  if (!hasSpread) return nothing('all values are equal: no period');
  if (!(baseline > 0)) return nothing('all times are equal: no period');
  const full = makeGrid(params, baseline, times.length);
  const seconds = (times.length * full.count) / method.speed;
  const hint = 'lower the maximum frequency or the samples per peak';
  announceSearch({ points: times.length, trials: full.count, what: 'frequencies', seconds, most: MOST_FREQUENCIES, hint }, context);
  const { grid, ...points } = context.preview ? forPreview(times, values, full, method.speed, context) : { grid: full, times, values };
  const folded = yield* part(foldPointsSteps(points.times, points.values), 0.02, 0.04);
  yield { fraction: 0.04 };
  const searched = method.make(folded);
  yield { fraction: 0.04 };
  const curve = yield* part(foldCurveSteps(searched, grid), 0.04, 0.9);
  const upturned = curve.map((v) => -v);
  const tops = findPeaks(upturned, params.peaks, 1 / (baseline * grid.step));
  const peaks: FoundPeak[] = [];
  for (const [k, top] of tops.entries()) {
    if (curve[top]! - curve[top]! !== 0) continue;
    const refining = refineFoldSteps(searched, grid.first + top * grid.step, grid.step);
    peaks.push(yield* part(refining, 0.9 + (0.1 * k) / tops.length, 0.9 + (0.1 * (k + 1)) / tops.length));
  }
  if (peaks.length === 0) return nothing('the statistic says nothing at any frequency: no period');
  // Refinement may change the order of close rivals.
  peaks.sort((a, b) => a.value - b.value);
  yield { fraction: 1 };
  const unit = timeUnit(input.unit(input.nameOf('time')!));
  const drawn = peaks.map((p) => ({ frequency: p.frequency, height: p.value }));
  const series = periodCurve({ frequencies: grid, values: curve, statistic: method.statistic, best: 'lowest', unit, peaks: drawn });
  return { results: [resultRow(method, params.peaks, peaks, standsOut(curve, peaks[0]!.value))], series: [series] };
}
