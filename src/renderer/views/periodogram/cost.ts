import { boxPeriods } from '../../../core/numerics/box-periods';
import { lombScargleSeconds } from '../../../core/numerics/fast-lomb-scargle';
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

/** Durations and limits of a search for boxes; undefined where there are none: what is wrong with them is said by the search itself. */
function boxesOf(params: Params, { first, last }: Sampling, unit: string | undefined) {
  const range = {
    durations: params['durations'] as readonly number[] | undefined,
    minimumPeriod: numberOf(params, 'minimumPeriod'),
    maximumPeriod: numberOf(params, 'maximumPeriod'),
    minimumTransits: numberOf(params, 'minimumTransits') ?? 3,
  };
  try {
    const setting = boxSetting(range, last - first, unit);
    return 'reason' in setting ? undefined : setting;
  } catch {
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
  if ('minimumTransits' in params) {
    const boxes = boxesOf(params, sampling, unit);
    if (!boxes) return undefined;
    const frequencyFactor = numberOf(params, 'frequencyFactor') ?? 1;
    const shortestDuration = Math.min(...boxes.durations);
    const { highest, step, count } = boxPeriods(baseline, { ...boxes, shortestDuration, frequencyFactor, count: numberOf(params, 'periods') });
    return { low: highest - (count - 1) * step, high: highest, step, count };
  }
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

/** Points times frequencies a second of the methods that look at every point at every frequency. */
const SPEED = 1e8;
const SPEED_OF: Readonly<Record<string, number>> = {
  'periods.pdm': 1.5e8,
  'periods.conditional-entropy': 1.5e8,
  'periods.string-length': 3e7,
};
/** Points and boxes a second. */
const BOX_SPEED = 4e8;

/** Seconds of one core before anything was measured. */
function firstGuess(method: string, params: Params, sampling: Sampling, frequencies: number, unit: string | undefined): number {
  const { points } = sampling;
  if (method === 'periods.lomb-scargle') {
    const { fast, exact } = lombScargleSeconds(points, frequencies, numberOf(params, 'terms') ?? 1);
    const once = params['method'] === 'exact' ? exact : params['method'] === 'fast' ? fast : Math.min(fast, exact);
    return once * (params['falseAlarm'] === 'bootstrap' ? 1 + (numberOf(params, 'resamples') ?? 0) : 1);
  }
  const boxes = 'minimumTransits' in params ? boxesOf(params, sampling, unit) : undefined;
  if (boxes) {
    const oversample = numberOf(params, 'oversample') ?? 10;
    const period = Math.sqrt(boxes.minimumPeriod * boxes.maximumPeriod);
    const bins = (oversample * period) / Math.min(...boxes.durations);
    return (frequencies * (points + bins * boxes.durations.length)) / BOX_SPEED;
  }
  return (frequencies * points) / (SPEED_OF[method] ?? SPEED);
}

/** How much longer a method took than guessed. */
const slowness = new Map<string, number>();

/** Seconds a search of so many frequencies takes, as far as is known. */
export function expectedSeconds(method: string, params: Params, sampling: Sampling, frequencies: number, unit?: string): number {
  return firstGuess(method, params, sampling, frequencies, unit) * (slowness.get(method) ?? 1);
}

/** Remembers how long a search took that was expected to take so many seconds. */
export function learnSpeed(method: string, expected: number, milliseconds: number): void {
  // Short runs measure what comes before and after the search, and code that is not warm yet.
  if (milliseconds < 300 || !(expected > 0)) return;
  slowness.set(method, ((slowness.get(method) ?? 1) * milliseconds) / 1000 / expected);
}

/** Variable stars below two hours are rare: what a first look at unevenly sampled data reaches, in cycles a day. */
const FIRST_LOOK_PER_DAY = 12;

/**
 * The highest frequency of a first look. The mean Nyquist frequency says little about uneven data (75 points in eight years give 0.06 per
 * day), so the look goes on to 12 cycles a day, or half, a quarter … of that, as far as that is quick. Undefined = the operation's own choice.
 *
 * @param seconds how long a search of so many frequencies takes
 * @param day a day in the unit of time; undefined when not known, and then nothing is proposed
 */
export function firstLookMaximum(grid: TrialGrid, seconds: (frequencies: number) => number, day: number | undefined): number | undefined {
  if (day === undefined || !(grid.step > 0)) return undefined;
  for (let reach = FIRST_LOOK_PER_DAY / day; reach > grid.high; reach /= 2)
    if (seconds((reach - grid.low) / grid.step + 1) < AUTOMATIC_UP_TO) return Number(reach.toPrecision(3));
  return undefined;
}
