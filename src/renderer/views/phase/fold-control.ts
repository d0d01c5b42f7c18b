import type { Fold } from '../../client/session';

/** A slider step, in cycles that the phase of the last point drifts against the first. */
const FREQUENCY_STEP = 0.01;
/** Steps to each side: three cycles of drift. */
export const SLIDER_END = 300;
/** A coarse step by key, in fine ones. */
export const COARSE = 10;

type Span = readonly [number, number];

/** The fold at `steps` fine steps of frequency from a middle one. Never a period of zero or less. */
export function slidFold(middle: Fold, steps: number, baseline: number): Fold {
  if (!(baseline > 0)) return middle;
  const frequency = 1 / middle.period + (steps * FREQUENCY_STEP) / baseline;
  return frequency > 0 ? { period: 1 / frequency, epoch: middle.epoch } : middle;
}

/**
 * The same fold with its epoch moved by whole periods next to the middle of the data: when the period changes, the curve stays where it is and
 * only sharpens or smears. About an epoch far from the data it would race past.
 */
export function anchoredFold(fold: Fold, [first, last]: Span): Fold {
  const turns = Math.round(((first + last) / 2 - fold.epoch) / fold.period);
  return Number.isFinite(turns) ? { period: fold.period, epoch: fold.epoch + turns * fold.period } : fold;
}

/** The fold when the end of the data is pulled by so many cycles to the right against their middle. */
export function pulledFold(fold: Fold, cycles: number, baseline: number): Fold {
  return slidFold(fold, (2 * cycles) / FREQUENCY_STEP, baseline);
}

export function scaledFold(fold: Fold, factor: number): Fold {
  return { period: fold.period * factor, epoch: fold.epoch };
}

/**
 * A period with the digits that matter and no fewer than a typed one had: two more than the slider's step changes, six after the first digit at
 * least. `baseline` is the length of the data; 0 when not known.
 */
export function periodText(period: number, baseline: number): string {
  if (!(period > 0) || !Number.isFinite(period)) return '';
  const resolution = baseline > 0 ? (FREQUENCY_STEP * period ** 2) / baseline : Infinity;
  const decimals = Math.max(Math.ceil(-Math.log10(resolution)) + 2, 6 - Math.floor(Math.log10(period)), 0);
  return String(Number(period.toFixed(Math.min(12, decimals))));
}

/** A typed period; a sentence when it is none. `1/1.96697` is read as a frequency turned round. */
export function foldFromText(text: string, epoch: number | undefined): Fold | string {
  const plain = text
    .trim()
    .replace(/[\s\u202f]/g, '')
    .replace(',', '.');
  const inverse = /^1\/(.+)$/.exec(plain);
  const value = inverse ? 1 / Number(inverse[1]) : Number(plain);
  if (plain === '' || !Number.isFinite(value) || value <= 0) return `invalid period: ${text.trim() || 'nothing'} (must be a number > 0)`;
  return { period: value, epoch: epoch ?? NaN };
}

/** The time of the phase, within half a period of the old epoch. */
export function epochAtPhase(fold: Fold, phase: number): Fold {
  return { period: fold.period, epoch: fold.epoch + phase * fold.period };
}
