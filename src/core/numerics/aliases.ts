/** A frequency that the sampling of light curves repeats with. */
export interface KnownFrequency {
  /** Cycles a day. */
  readonly frequency: number;
  readonly label: string;
}

/** The Earth's: night and day, the stars' nights, the Moon, the seasons. */
export const GROUND_FREQUENCIES: readonly KnownFrequency[] = [
  { frequency: 1, label: 'daily' },
  { frequency: 1.002737909350795, label: 'sidereal' },
  { frequency: 1 / 29.530589, label: 'lunar' },
  { frequency: 1 / 365.2422, label: 'yearly' },
];

/** Orbits and manoeuvres of space telescopes, rounded as they drift: Hubble's and CHEOPS's orbit, TESS's orbit, Kepler's momentum dumps, K2's thrusters. */
export const SPACECRAFT_FREQUENCIES: readonly KnownFrequency[] = [
  { frequency: 1440 / 95.4, label: 'Hubble orbit' },
  { frequency: 1440 / 98.8, label: 'CHEOPS orbit' },
  { frequency: 1 / 13.7, label: 'TESS orbit' },
  { frequency: 1 / 3, label: 'Kepler momentum dump' },
  { frequency: 24 / 5.88, label: 'K2 thruster' },
];

export interface AliasOptions {
  /** A day in the unit of time; undefined = the unit is not known, so only harmonics and peaks of the window are. */
  readonly day?: number | undefined;
  /** Which repetitions of the sampling; absent = {@link GROUND_FREQUENCIES}. */
  readonly known?: readonly KnownFrequency[] | undefined;
  /** Peaks of the spectral window, in 1/time: this light curve's own repetitions. */
  readonly windowPeaks?: readonly number[] | undefined;
}

/** A frequency at which a signal shows again. */
export interface Alias {
  /** In 1/time, above 0. */
  readonly frequency: number;
  /** What makes it: `daily`, `window`, `harmonic`. */
  readonly label: string;
  /** `f + 1/d`, `2f`, `f/2`, `2/d − f`. */
  readonly formula: string;
}

const HARMONICS: readonly (readonly [number, string])[] = [
  [2, '2f'],
  [1 / 2, 'f/2'],
  [3, '3f'],
  [1 / 3, 'f/3'],
];

/** Multiples of a repetition that are looked at: those of a day are strong, those of slow repetitions are not. */
const ORDERS = [1, 2, 3];

/**
 * The frequencies where a signal of `frequency` (1/time) may show as well: its harmonics and subharmonics, and |f ± n·F| for every repetition F of the
 * sampling and n of 1, 2, 3, ascending. Pure: what is in the light curve is not looked at. A view draws those inside its range as faint lines with their
 * `formula`; {@link aliasLabel} names a peak.
 */
export function aliasesOf(frequency: number, { day, known = GROUND_FREQUENCIES, windowPeaks = [] }: AliasOptions): Alias[] {
  const found: Alias[] = HARMONICS.map(([factor, formula]) => ({ frequency: factor * frequency, label: 'harmonic', formula }));
  const repetitions = [
    ...(day === undefined ? [] : known.map((k) => ({ at: k.frequency / day, label: k.label, name: nameOf(k) }))),
    ...windowPeaks.map((at) => ({ at, label: 'window', name: at.toPrecision(4) })),
  ];
  for (const { at, label, name } of repetitions)
    for (const n of ORDERS) {
      const times = n === 1 ? name : `${n}·${name}`;
      found.push({ frequency: frequency + n * at, label, formula: `f + ${times}` });
      const below = frequency - n * at;
      if (below !== 0) found.push({ frequency: Math.abs(below), label, formula: below > 0 ? `f − ${times}` : `${times} − f` });
    }
  return found.sort((a, b) => a.frequency - b.frequency);
}

const NAMES: Readonly<Record<string, string>> = { daily: '1/d', sidereal: '1/sidereal d', lunar: '1/29.5 d', yearly: '1/yr' };
const nameOf = ({ label }: KnownFrequency): string => NAMES[label] ?? `1/${label}`;

/**
 * What `frequency` is of the signal at `of`, when it is something within `tolerance` (half the width of a peak is 0.5/baseline): the words for a mark,
 * `daily alias`, `twice the frequency`, `half the frequency`; undefined when it is nothing known. Of several the simplest that fits, of equally simple
 * ones the closest.
 */
export function aliasLabel(frequency: number, of: number, tolerance: number, options: AliasOptions): string | undefined {
  let best: Alias | undefined;
  let least = Infinity;
  for (const alias of aliasesOf(of, options)) {
    const distance = Math.abs(alias.frequency - frequency);
    if (distance > tolerance) continue;
    // A higher multiple has to be clearly closer to be believed.
    const order = /^(f [+−] )?([23])·/.exec(alias.formula)?.[2];
    const penalty = distance + 0.5 * tolerance * (order === undefined ? 0 : Number(order) - 1);
    if (penalty < least) {
      best = alias;
      least = penalty;
    }
  }
  if (!best) return undefined;
  if (best.label !== 'harmonic') return `${best.label} alias`;
  return { '2f': 'twice the frequency', 'f/2': 'half the frequency', '3f': 'three times the frequency' }[best.formula] ?? 'a third of the frequency';
}

/** Julian dates and modified ones of this age of astronomy: 1968 to 2050. */
const isJulian = (time: number): boolean => (time > 40_000 && time < 70_000) || (time > 2_440_000 && time < 2_470_000);

/**
 * A day in a unit of time, as `timeUnit` gives it; undefined when it is not known to be one. Times without a unit are days when one of them,
 * `time`, reads as a Julian date.
 */
export function dayIn(unit: string | undefined, time = NaN): number | undefined {
  if (unit === undefined) return isJulian(time) ? 1 : undefined;
  if (/^(d|days?)$/i.test(unit)) return 1;
  if (/^(s|sec|seconds?)$/i.test(unit)) return 86_400;
  if (/^(min|minutes?)$/i.test(unit)) return 1440;
  if (/^(h|hr|hours?)$/i.test(unit)) return 24;
  if (/^(wk|weeks?)$/i.test(unit)) return 1 / 7;
  if (/^(a|yr|years?)$/i.test(unit)) return 1 / 365.25;
  return undefined;
}
