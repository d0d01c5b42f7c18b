import { BandSum } from '../numerics/band-sum';
import type { SumMethod } from '../numerics/fast-lomb-scargle';
import { type FrequencyGrid, LombScargle } from '../numerics/lomb-scargle';
import type { PowerSearch } from '../numerics/lomb-scargle-peaks';
import { MultibandSearch } from '../numerics/multiband';
import { inBlocks, part } from '../numerics/steps';
import type { Progress } from '../protocol/outcome';
import type { Batch, Context } from './definition';

/** What the multiband model is. */
export interface BandParams {
  readonly model: 'flexible' | 'sum';
  readonly termsBase: number;
  readonly termsBand: number;
  readonly regularizationBase: number;
  readonly regularizationBand: number;
}

/** Usable rows with the number of their band. */
export interface BandPoints {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly errors: Float64Array | undefined;
  readonly bandOf: Uint16Array;
  readonly bands: readonly string[];
  /** Of the rows in each band. */
  readonly counts: readonly number[];
}

/** Live rows with time, value, band and, when errors are bound, an error above 0. Bands in alphabetical order: the order of the rows is not to
 * matter. Without a band column all are one. */
export function* bandPointsSteps(input: Batch, context: Context): Generator<Progress, BandPoints> {
  const [t, y, e] = [input.role('time')!, input.role('value')!, input.role('error')];
  const column = input.nameOf('band');
  const texts = column === undefined ? undefined : input.text(column);
  const bandAt = (i: number): string | undefined => (texts ? texts[i] : '');
  const names = new Set<string>();
  const keep = new Uint8Array(input.length);
  const [badErrors, bandless] = [[0], [0]] as [[number], [number]];
  let n = 0;
  const looking = inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (input.live[i] !== 1 || t[i]! - t[i]! !== 0 || y[i]! - y[i]! !== 0) continue;
      if (bandAt(i) === undefined) bandless[0]++;
      else if (e && !(e[i]! > 0 && e[i]! < Infinity)) badErrors[0]++;
      else {
        keep[i] = 1;
        names.add(bandAt(i)!);
        n++;
      }
    }
  });
  yield* part(looking, 0, 0.5);
  const bands = [...names].sort();
  const codes = new Map(bands.map((name, k) => [name, k]));
  const points = { times: new Float64Array(n), values: new Float64Array(n), errors: e && new Float64Array(n), bandOf: new Uint16Array(n), bands };
  const counts = bands.map(() => 0);
  let at = 0;
  const taking = inBlocks(input.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (keep[i] === 0) continue;
      const code = codes.get(bandAt(i)!)!;
      points.times[at] = t[i]!;
      points.values[at] = y[i]!;
      if (points.errors) points.errors[at] = e![i]!;
      points.bandOf[at++] = code;
      counts[code]!++;
    }
  });
  yield* part(taking, 0.5, 1);
  if (!texts) context.alert({ severity: 'info', message: 'no band column is bound: all rows are one band' });
  if (bandless[0] > 0) context.alert({ severity: 'warning', message: 'rows without a band are left out', rows: bandless[0] });
  if (badErrors[0] > 0)
    context.alert({
      severity: 'warning',
      message: 'rows without an error above 0 are left out',
      rows: badErrors[0],
      hint: 'unbind the error column to use them',
    });
  return { ...points, counts };
}

/** A periodogram of all bands that can be computed by either method. */
export interface BandSearch extends PowerSearch {
  readonly variance: number;
  readonly weightSum: number;
  readonly gridSteps: (grid: FrequencyGrid) => Generator<Progress, Float64Array>;
  readonly seconds: (count: number) => number;
}

function* prepareFlexible(points: BandPoints, params: BandParams, method: SumMethod): Generator<Progress, BandSearch> {
  const { times, values, errors, bandOf, bands } = points;
  const search = yield* MultibandSearch.prepareSteps(times, values, errors, bandOf, bands.length, params);
  const isFast = (count: number): boolean => method === 'fast' || (method === 'auto' && search.seconds(count).fast < search.seconds(count).exact);
  return {
    baseline: search.baseline,
    variance: search.variance,
    weightSum: search.weightSum,
    powerAtSteps: (f) => search.powerAtSteps(f),
    powerSteps: (grid) => search.powerSteps(grid),
    gridSteps: (grid) => (grid.step > 0 && isFast(grid.count) ? search.fastPowerSteps(grid) : search.powerSteps(grid)),
    seconds: (count) => search.seconds(count)[isFast(count) ? 'fast' : 'exact'],
  };
}

/** Each band by itself; those with too few points for the terms are left out. */
function* prepareSum(points: BandPoints, params: BandParams, method: SumMethod, context: Context): Generator<Progress, BandSearch | undefined> {
  const { times, values, errors, bandOf, bands, counts } = points;
  const terms = Math.max(1, params.termsBase, params.termsBand);
  const least = 2 * terms + 2;
  const few = bands.filter((_, b) => counts[b]! < least);
  if (few.length > 0)
    context.alert({ severity: 'warning', message: `bands with fewer than ${least} points are left out: ${few.join(', ')}`, hint: 'use fewer terms' });
  const searches: LombScargle[] = [];
  let [low, high] = [Infinity, -Infinity];
  for (const [b, count] of counts.entries()) {
    if (count < least) continue;
    const [t, y, e] = [new Float64Array(count), new Float64Array(count), errors && new Float64Array(count)];
    let at = 0;
    const taking = inBlocks(times.length, (from, to) => {
      for (let i = from; i < to; i++) {
        if (bandOf[i] !== b) continue;
        low = Math.min(low, times[i]!);
        high = Math.max(high, times[i]!);
        t[at] = times[i]!;
        y[at] = values[i]!;
        if (e) e[at] = errors![i]!;
        at++;
      }
    });
    yield* part(taking, b / bands.length, (b + 0.5) / bands.length);
    searches.push(yield* part(LombScargle.prepareSteps(t, y, e, terms), (b + 0.5) / bands.length, (b + 1) / bands.length));
  }
  if (searches.length === 0) return undefined;
  const sum = new BandSum(searches, high - low);
  return {
    baseline: sum.baseline,
    variance: sum.variance,
    weightSum: sum.weightSum,
    powerAtSteps: (f) => sum.powerAtSteps(f),
    powerSteps: (grid) => sum.powerSteps(grid),
    gridSteps: (grid) => sum.gridPowerSteps(grid, method),
    seconds: (count) => sum.seconds(count, method),
  };
}

/** The search that the parameters ask for; undefined when no band has enough points. */
export function prepareBandSearch(
  points: BandPoints,
  params: BandParams,
  method: SumMethod,
  context: Context,
): Generator<Progress, BandSearch | undefined> {
  return params.model === 'sum' ? prepareSum(points, params, method, context) : prepareFlexible(points, params, method);
}
