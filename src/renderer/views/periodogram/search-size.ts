import { dayIn } from '../../../core/numerics/aliases';
import { boxPeriods } from '../../../core/numerics/box-periods';
import { lombScargleSeconds } from '../../../core/numerics/fast-lomb-scargle';
import { autoFrequency } from '../../../core/numerics/lomb-scargle';
import { boxSetting } from '../../../core/operations/box-setting';

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

/** What a search is asked to do: its operation, parameters, light curve, and the unit of the time. */
export interface Asked {
  readonly method: string;
  readonly params: Params;
  readonly sampling: Sampling;
  readonly unit?: string | undefined;
}

/** How large a method's searches are. */
interface Size {
  grid(a: Asked): TrialGrid | undefined;
  /** Seconds of one core for so many frequencies, before anything was measured. */
  seconds(a: Asked, frequencies: number): number;
}

const numberOf = (params: Params, name: string): number | undefined => (typeof params[name] === 'number' ? params[name] : undefined);
const baselineOf = ({ sampling }: Asked): number => sampling.last - sampling.first;

function evenGrid(low: number, step: number, count: number): TrialGrid | undefined {
  return count > 0 ? { low, high: low + (count - 1) * step, step, count } : undefined;
}

/** The grid of the searches that share astropy's frequency parameters. */
function frequencyGrid(a: Asked): TrialGrid | undefined {
  const { params, sampling } = a;
  const { first, step, count } = autoFrequency(baselineOf(a), sampling.points, {
    samplesPerPeak: numberOf(params, 'samplesPerPeak') ?? 5,
    nyquistFactor: numberOf(params, 'nyquistFactor') ?? 5,
    minimum: numberOf(params, 'minimumFrequency'),
    maximum: numberOf(params, 'maximumFrequency'),
    count: numberOf(params, 'frequencies'),
  });
  return evenGrid(first, step, count);
}

/** A method that looks at so many points times frequencies a second. */
const pairwise = (speed: number): Size => ({
  grid: frequencyGrid,
  seconds: ({ sampling }, frequencies) => (frequencies * sampling.points) / speed,
});

const lombScargle: Size = {
  grid: frequencyGrid,
  seconds: ({ params, sampling }, frequencies) => {
    const { fast, exact } = lombScargleSeconds(sampling.points, frequencies, numberOf(params, 'terms') ?? 1);
    const once = params['method'] === 'exact' ? exact : params['method'] === 'fast' ? fast : Math.min(fast, exact);
    return once * (params['falseAlarm'] === 'bootstrap' ? 1 + (numberOf(params, 'resamples') ?? 0) : 1);
  },
};

/** Durations and limits of a search for boxes; undefined where there are none: what is wrong with them is said by the search itself. */
function boxesOf(a: Asked) {
  const { params } = a;
  const range = {
    durations: params['durations'] as readonly number[] | undefined,
    minimumPeriod: numberOf(params, 'minimumPeriod'),
    maximumPeriod: numberOf(params, 'maximumPeriod'),
    minimumTransits: numberOf(params, 'minimumTransits') ?? 3,
  };
  try {
    const setting = boxSetting(range, baselineOf(a), a.unit);
    return 'reason' in setting ? undefined : setting;
  } catch {
    return undefined;
  }
}

/** Points and boxes a second. */
const BOX_SPEED = 4e8;
const boxes: Size = {
  grid: (a) => {
    const setting = boxesOf(a);
    if (!setting) return undefined;
    const { highest, step, count } = boxPeriods(baselineOf(a), {
      ...setting,
      shortestDuration: Math.min(...setting.durations),
      frequencyFactor: numberOf(a.params, 'frequencyFactor') ?? 1,
      count: numberOf(a.params, 'periods'),
    });
    return evenGrid(highest - (count - 1) * step, step, count);
  },
  seconds: (a, frequencies) => {
    const setting = boxesOf(a);
    if (!setting) return 0;
    const period = Math.sqrt(setting.minimumPeriod * setting.maximumPeriod);
    const bins = ((numberOf(a.params, 'oversample') ?? 10) * period) / Math.min(...setting.durations);
    return (frequencies * (a.sampling.points + bins * setting.durations.length)) / BOX_SPEED;
  },
};

/** Days. */
const RR_LYRAE_PERIODS = [0.2, 1.2] as const;
const templates: Size = {
  grid: (a) => {
    const day = dayIn(a.unit) ?? 1;
    const [shortest, longest] = [numberOf(a.params, 'minimumPeriod'), numberOf(a.params, 'maximumPeriod')];
    const [low, high] = [1 / (longest ?? RR_LYRAE_PERIODS[1] * day), 1 / (shortest ?? RR_LYRAE_PERIODS[0] * day)];
    const step = 1 / ((numberOf(a.params, 'samplesPerPeak') ?? 5) * baselineOf(a));
    return evenGrid(low, step, Math.ceil((high - low) / step) + 1);
  },
  seconds: ({ sampling }, frequencies) => 4e-6 * frequencies + 5e-4 * Math.min(sampling.points, 5000),
};

const SIZES: Readonly<Record<string, Size>> = {
  'periods.lomb-scargle': lombScargle,
  'periods.bls': boxes,
  'periods.rrlyrae-template': templates,
  'periods.pdm': pairwise(1.5e8),
  'periods.conditional-entropy': pairwise(1.5e8),
  'periods.string-length': pairwise(3e7),
};
const OTHERS = pairwise(1e8);
const sizeOf = ({ method }: Asked): Size => SIZES[method] ?? OTHERS;

/** The frequencies that a search tries; undefined when the data have no length or the limits leave none. */
export function trialGrid(a: Asked): TrialGrid | undefined {
  return baselineOf(a) > 0 && a.sampling.points > 0 ? sizeOf(a).grid(a) : undefined;
}

/** Seconds of one core for a search of so many frequencies, as its operation announces them. */
export function announcedSeconds(a: Asked, frequencies: number): number {
  return sizeOf(a).seconds(a, frequencies);
}
