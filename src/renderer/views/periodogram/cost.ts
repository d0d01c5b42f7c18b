import { boxPeriods } from '../../../core/numerics/box-periods';
import { autoFrequency } from '../../../core/numerics/lomb-scargle';
import { boxSetting } from '../../../core/operations/box-setting';

/** Up to so many seconds a periodogram is computed by itself. */
export const AUTOMATIC_UP_TO = 1;

export interface Sampling {
  readonly points: number;
  readonly first: number;
  readonly last: number;
}

/** The trial frequencies of a search, evenly from `low` to `high`. */
export interface TrialGrid {
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly count: number;
}

type Params = Readonly<Record<string, unknown>>;

const numberOf = (params: Params, name: string): number | undefined => (typeof params[name] === 'number' ? params[name] : undefined);

function boxGrid(params: Params, { first, last }: Sampling, unit: string | undefined): TrialGrid | undefined {
  const range = {
    durations: params['durations'] as readonly number[] | undefined,
    minimumPeriod: numberOf(params, 'minimumPeriod'),
    maximumPeriod: numberOf(params, 'maximumPeriod'),
    minimumTransits: numberOf(params, 'minimumTransits') ?? 3,
  };
  try {
    const setting = boxSetting(range, last - first, unit);
    if ('reason' in setting) return undefined;
    const grid = boxPeriods(last - first, {
      ...setting,
      shortestDuration: Math.min(...setting.durations),
      frequencyFactor: numberOf(params, 'frequencyFactor') ?? 1,
      count: numberOf(params, 'periods'),
    });
    return { low: grid.highest - (grid.count - 1) * grid.step, high: grid.highest, step: grid.step, count: grid.count };
  } catch {
    // What is wrong with the limits is said by the search itself.
    return undefined;
  }
}

/**
 * The frequencies that a search with these parameters tries; undefined when the data have no length or the limits leave none.
 *
 * @param unit of the time
 */
export function trialGrid(params: Params, sampling: Sampling, unit?: string): TrialGrid | undefined {
  const baseline = sampling.last - sampling.first;
  if (!(baseline > 0) || sampling.points === 0) return undefined;
  if ('minimumTransits' in params) return boxGrid(params, sampling, unit);
  const [shortest, longest] = [numberOf(params, 'minimumPeriod'), numberOf(params, 'maximumPeriod')];
  const { first, step, count } = autoFrequency(baseline, sampling.points, {
    samplesPerPeak: numberOf(params, 'samplesPerPeak') ?? 5,
    nyquistFactor: numberOf(params, 'nyquistFactor') ?? 5,
    minimum: longest ? 1 / longest : numberOf(params, 'minimumFrequency'),
    maximum: shortest ? 1 / shortest : numberOf(params, 'maximumFrequency'),
    count: numberOf(params, 'frequencies') ?? numberOf(params, 'periods'),
  });
  return count > 0 ? { low: first, high: first + (count - 1) * step, step, count } : undefined;
}

/** Seconds of a pair of point and frequency when nothing was measured yet. */
const START = 1 / 3e8;
/** Its preview tries as many of the periods as there is time for. */
const START_OF: Readonly<Record<string, number>> = { 'periods.bls': 1 / 1e11 };
const measured = new Map<string, number>();

/** The size of a search, in what its time grows with. */
export function workOf(params: Params, points: number, frequencies: number): number {
  return frequencies * points * Math.max(1, numberOf(params, 'terms') ?? 1);
}

/** Remembers how fast a method was. */
export function learnSpeed(method: string, work: number, milliseconds: number): void {
  // Short runs measure the messages between processes, not the sums.
  if (work > 1e6 && milliseconds > 20) measured.set(method, milliseconds / 1000 / work);
}

export function expectedSeconds(method: string, work: number): number {
  return work * (measured.get(method) ?? START_OF[method] ?? START);
}

/** Variable stars below two hours are rare: what a first look at unevenly sampled data reaches, in cycles a day. */
const FIRST_LOOK_PER_DAY = 12;

/**
 * The highest frequency of a first look. The mean Nyquist frequency says little about uneven data (75 points in eight years give 0.06 per
 * day), so the look goes on to 12 cycles a day, as far as that is cheap. Undefined = the operation's own choice.
 *
 * @param seconds how long a search of so many frequencies takes
 * @param day a day in the unit of time; undefined when not known, and then nothing is proposed
 */
export function firstLookMaximum(grid: TrialGrid, seconds: (frequencies: number) => number, day: number | undefined): number | undefined {
  if (day === undefined || grid.step === 0) return undefined;
  const cheap = grid.low + (AUTOMATIC_UP_TO / seconds(1)) * grid.step;
  const reach = Math.min(FIRST_LOOK_PER_DAY / day, cheap * 0.999);
  return reach > grid.high ? Number(reach.toPrecision(3)) : undefined;
}
