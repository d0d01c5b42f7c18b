import type { ModelFit } from './period-models';

export interface VerdictOptions {
  /** 1 / baseline. */
  readonly width: number;
  /** A day in the unit of time, when known. */
  readonly day: number | undefined;
}

/** Two periods are multiples when they agree to this share of a peak's width. */
const AGREES = 0.3;
/** By how much the criterion of unequal eclipses must beat that of equal ones, seen at half the period. */
const UNEQUAL = 20;
/** With fewer turns than this, a shape that takes several to repeat is not believed. */
const FEW_TURNS = 6;
/** … when the short period reaches this share of its criterion. */
const ALMOST = 0.6;
/** A frequency this close to whole cycles a day is looked at with suspicion. */
const NEAR_DAY = 0.02;
/** … and a slow variation is preferred that reaches this share of its criterion. */
const SLOW = 0.8;

/** A simpler explanation than `winner`: a period that goes several times into it and does about as well. */
function simpler(winner: ModelFit, fits: readonly ModelFit[], { width }: VerdictOptions): ModelFit | undefined {
  return fits.find((fit) => {
    const times = Math.round(fit.frequency / winner.frequency);
    if (times < 2 || times > 6 || Math.abs(fit.frequency - times * winner.frequency) > AGREES * width) return false;
    const margin = winner.kind === 'eclipses' && fit.kind === 'transit' ? UNEQUAL : 0;
    const isFew = winner.frequency / width < FEW_TURNS;
    return fit.criterion < winner.criterion + margin || (isFew && fit.criterion < ALMOST * winner.criterion);
  });
}

/** The slow variation of which a frequency close to 1, 2, 3 … cycles a day is the alias. */
function slower(winner: ModelFit, fits: readonly ModelFit[], { width, day }: VerdictOptions): ModelFit | undefined {
  if (day === undefined) return undefined;
  const perDay = winner.frequency * day;
  const whole = Math.round(perDay);
  const slow = Math.abs(perDay - whole) / day;
  if (whole < 1 || slow * day > NEAR_DAY) return undefined;
  return fits.find((fit) => Math.abs(fit.frequency - slow) < 2 * AGREES * width && fit.criterion < SLOW * winner.criterion);
}

/**
 * Orders fits by their criterion and puts first the one to believe: the best, unless a period that goes a whole number of times into it does about as
 * well, or it is a daily alias of a slow variation that does nearly as well.
 */
export function settle(fits: readonly ModelFit[], options: VerdictOptions): ModelFit[] {
  const ordered = [...fits].sort((a, b) => a.criterion - b.criterion);
  for (const better of [simpler, simpler, simpler, slower]) {
    const found = better(ordered[0]!, ordered, options);
    if (!found) continue;
    ordered.splice(ordered.indexOf(found), 1);
    ordered.unshift(found);
  }
  return ordered;
}
