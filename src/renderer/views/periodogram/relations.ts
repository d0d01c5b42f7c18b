import { aliasLabel, aliasesOf } from '../../../core/numerics/aliases';
import type { Series } from '../../../core/operations/definition';
import { findPeaks, peakBetween, type Best } from './peaks';
import type { Curve } from './zoom';

/** What is needed to tell what a frequency has to do with another one. */
export interface Repetitions {
  /** A day in the unit of time; undefined when not known. */
  readonly day: number | undefined;
  /** 1 / baseline: how far two peaks are apart at least. */
  readonly resolution: number;
  /** Frequencies at which the sampling repeats itself, strongest first. */
  readonly windowPeaks: readonly number[];
}

const MULTIPLES: Readonly<Record<string, string>> = {
  'twice the frequency': '½ P',
  'half the frequency': '2 P',
  'three times the frequency': '⅓ P',
  'a third of the frequency': '3 P',
};

/** `twice the frequency` → `½ P`; other words as they are. */
export const multipleWords = (words: string): string => MULTIPLES[words] ?? words;

/** `½ P` (its first harmonic), `2 P`, `daily alias`: what a frequency has to do with the best one; undefined when nothing that is known. */
export function relationOf(frequency: number, best: number, { resolution, day, windowPeaks }: Repetitions): string | undefined {
  // The Earth's repetitions first: they say more than that the window has a peak there.
  const words = aliasLabel(frequency, best, resolution, { day }) ?? aliasLabel(frequency, best, resolution, { day, windowPeaks });
  return words && multipleWords(words);
}

/** Peaks of a spectral window that make aliases worth a name: at least this share of the strongest. */
const STRONG = 0.5;
const MOST_WINDOW_PEAKS = 6;

/** The frequencies at which the sampling repeats itself, from its spectral window. */
export function windowPeaksOf(window: Series | undefined, resolution: number): readonly number[] {
  if (!window) return [];
  // About frequency 0 lies the window's own peak.
  const peaks = findPeaks(window.x.values, window.y.values, MOST_WINDOW_PEAKS).filter((p) => p.frequency > 2 * resolution);
  return peaks.filter((p) => p.power >= STRONG * (peaks[0]?.power ?? 0)).map((p) => p.frequency);
}

/** A place of the curve where the best peak shows again. */
export interface Echo {
  readonly frequency: number;
  readonly power: number;
  readonly label: string;
}

/** More names than these hide the curve. */
const MOST_ECHOES = 8;
/** An echo is pointed at where the curve reaches at least this share of the best peak … */
const NOTEWORTHY = 0.1;
/** … and rises so many times as high above the middle of the curve as one in twenty of its points do. */
const ABOVE_NOISE = 2;
const SAMPLE = 2000;

/** The middle of a curve, and the height that an echo must have above it to be told from the noise. */
function noiseOf(power: Float64Array, best: Best): { readonly middle: number; readonly height: number } {
  const stride = Math.max(1, Math.floor(power.length / SAMPLE));
  const sample = power.filter((v, i) => i % stride === 0 && v - v === 0).sort();
  const at = (share: number): number => sample[Math.floor(share * (sample.length - 1))] ?? NaN;
  const middle = at(0.5);
  return { middle, height: ABOVE_NOISE * Math.abs((best === 'lowest' ? at(0.05) : at(0.95)) - middle) };
}

/** The aliases and harmonics of the best peak that stand out of the curve, each named once by the simplest formula. */
export function echoesOf(
  curve: Curve,
  first: { readonly frequency: number; readonly power: number },
  best: Best,
  { resolution, day }: Repetitions,
): readonly Echo[] {
  const { middle, height } = noiseOf(curve.power, best);
  const strength = (power: number): number => (best === 'lowest' ? middle - power : power - middle);
  const least = Math.max(height, NOTEWORTHY * strength(first.power));
  const [low, high] = [curve.frequency[0]!, curve.frequency.at(-1)!];
  const reach = Math.max(resolution, (high - low) / 2000);
  // `2f` before `f + 1/d` before `f + 2·1/sidereal d`.
  const known = aliasesOf(first.frequency, { day }).sort((a, b) => rankOf(a.label) - rankOf(b.label) || a.formula.length - b.formula.length);
  const found: Echo[] = [];
  for (const { frequency, formula } of known) {
    if (frequency < low || frequency > high || Math.abs(frequency - first.frequency) < 2 * reach) continue;
    const peak = peakBetween(curve.frequency, curve.power, frequency - reach, frequency + reach, best);
    const about = peakBetween(curve.frequency, curve.power, frequency - 3 * reach, frequency + 3 * reach, best);
    // The flank of another peak is no echo.
    if (!peak || peak.frequency !== about?.frequency || strength(peak.power) < least) continue;
    if (found.some((e) => Math.abs(e.frequency - frequency) < 2 * reach)) continue;
    found.push({ frequency, power: peak.power, label: formula });
  }
  return found.sort((a, b) => strength(b.power) - strength(a.power)).slice(0, MOST_ECHOES);
}

const ORDER = ['harmonic', 'daily', 'sidereal', 'yearly', 'lunar'];
const rankOf = (label: string): number => ORDER.indexOf(label);
