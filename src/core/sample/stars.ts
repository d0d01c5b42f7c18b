import { SURVEY_START, type Band } from './cadence';
import type { Random } from './random';
import { detached, longPeriod, rrab, rrc, semiDetached, transit } from './templates';

export type StarKind = 'rr_lyrae_ab' | 'rr_lyrae_c' | 'eclipsing_ea' | 'eclipsing_eb' | 'transit' | 'long_period' | 'flare' | 'constant';

/** How many stars of each kind there are. */
export const POPULATION: Readonly<Record<StarKind, number>> = {
  rr_lyrae_ab: 90,
  rr_lyrae_c: 30,
  eclipsing_ea: 45,
  eclipsing_eb: 40,
  transit: 30,
  long_period: 50,
  flare: 15,
  constant: 105,
};

export interface Flare {
  readonly mjd: number;
  /** Brightening at the peak in g, mag. */
  readonly size: number;
  /** e-folding time of the decay, days. */
  readonly decay: number;
}

/** A star as it really is. Periods in days, epochs in MJD, magnitudes AB. */
export interface Star {
  readonly kind: StarKind;
  readonly field: number;
  readonly ra: number;
  readonly dec: number;
  /** Mean (non-variable: the) magnitude at brightest phase in g, r, i. */
  readonly bright: readonly [number, number, number];
  /** NaN for stars that have none. */
  readonly period: number;
  /** Maximum light of pulsators, mid-eclipse or mid-transit of the others; NaN without a period. */
  readonly epoch: number;
  /** Full amplitude (depth) in g, r, i, mag. */
  readonly amplitude: readonly [number, number, number];
  /** Eclipse or transit width as a fraction of the period; NaN for the others. */
  readonly width: number;
  /** Slow drift planted in the calibration of this star, mag a year; 0 for most. */
  readonly trend: number;
  /** MJD range without detections that its neighbours do have; undefined for most. */
  readonly gap: readonly [number, number] | undefined;
  readonly flares: readonly Flare[];
  /** Noise-free magnitude, without the planted trend. */
  magnitude(mjd: number, band: Band): number;
}

export const FIELDS = 6;
const FIELD_SIZE = 2;
const FIRST_RA = 148;

/** Six 2° × 2° fields in a row on the equator. */
function position(random: Random, field: number): { ra: number; dec: number } {
  const ra = FIRST_RA + FIELD_SIZE * (field + random.uniform());
  return { ra, dec: FIELD_SIZE * (random.uniform() - 0.5) };
}

interface Variation {
  readonly period: number;
  readonly amplitude: number;
  /** Amplitude in r and i over that in g. */
  readonly ratio: readonly [number, number];
  readonly width: number;
  readonly shape: (phase: number, cycle: number) => number;
}

function variationOf(random: Random, kind: StarKind): Variation | undefined {
  switch (kind) {
    case 'rr_lyrae_ab': {
      const rise = random.between(0.13, 0.22);
      return {
        period: random.between(0.44, 0.78),
        amplitude: random.between(0.6, 1.35),
        ratio: [0.72, 0.57],
        width: NaN,
        shape: (p) => rrab(p, rise),
      };
    }
    case 'rr_lyrae_c': {
      const rise = random.between(0.38, 0.47);
      return {
        period: random.between(0.24, 0.4),
        amplitude: random.between(0.3, 0.6),
        ratio: [0.7, 0.55],
        width: NaN,
        shape: (p) => rrc(p, rise),
      };
    }
    case 'eclipsing_ea': {
      const width = random.between(0.07, 0.16);
      const secondary = random.between(0.15, 0.8);
      return {
        period: random.logBetween(0.8, 6),
        amplitude: random.between(0.35, 1.1),
        ratio: [0.96, 0.93],
        width,
        shape: (p) => detached(p, width, secondary),
      };
    }
    case 'eclipsing_eb': {
      const width = random.between(0.2, 0.3);
      const secondary = random.between(0.3, 0.8);
      return {
        period: random.logBetween(0.35, 2.5),
        amplitude: random.between(0.3, 0.9),
        ratio: [0.97, 0.94],
        width,
        shape: (p) => semiDetached(p, width, secondary),
      };
    }
    case 'transit': {
      const period = random.logBetween(1.2, 6);
      const width = random.between(0.11, 0.16) / Math.cbrt(period);
      return { period, amplitude: random.between(0.012, 0.03), ratio: [1, 1], width, shape: (p) => transit(p, width) };
    }
    case 'long_period': {
      const rise = random.between(0.3, 0.45);
      const wobble = random.between(0, 0.15);
      return {
        period: random.logBetween(90, 480),
        amplitude: random.between(0.5, 2.8),
        ratio: [0.8, 0.55],
        width: NaN,
        shape: (p, cycle) => longPeriod(p, rise, cycle, wobble),
      };
    }
    default:
      return undefined;
  }
}

function brightness(random: Random, kind: StarKind): [number, number, number] {
  const r = kind === 'transit' ? random.between(13.6, 15) : kind === 'long_period' ? random.between(12.6, 16.5) : 20 - 5.5 * random.uniform() ** 1.6;
  const redness = kind === 'long_period' ? random.between(1.1, 1.7) : kind === 'flare' ? random.between(1.2, 1.5) : random.between(0.15, 0.9);
  return [r + redness, r, r - 0.35 * redness - random.between(0, 0.1)];
}

/** Draws one star. `visits` are the times its field is observed: flares are put where at least one exposure sees them. */
export function drawStar(random: Random, kind: StarKind, visits: readonly { readonly mjd: number }[], field: number): Star {
  const { ra, dec } = position(random, field);
  const bright = brightness(random, kind);
  const variation = variationOf(random, kind);
  const epoch = variation ? SURVEY_START + variation.period * random.uniform() : NaN;
  const trend = random.chance(0.14) ? random.between(0.03, 0.14) * (random.chance(0.5) ? 1 : -1) : 0;
  const gapStart = SURVEY_START + 365.25 * random.below(4) + random.between(40, 110);
  const gap = random.chance(0.1) ? ([gapStart, gapStart + random.between(45, 80)] as const) : undefined;
  const flares: Flare[] = [];
  if (kind === 'flare') {
    const count = 3 + random.below(5);
    for (let k = 0; k < count; k++) {
      const seen = visits[random.below(visits.length)]!.mjd;
      flares.push({ mjd: seen - 0.01 * random.uniform(), size: random.between(0.5, 2.2), decay: random.between(0.02, 0.08) });
    }
    flares.sort((a, b) => a.mjd - b.mjd);
  }
  const amplitude: [number, number, number] = variation
    ? [variation.amplitude, variation.amplitude * variation.ratio[0], variation.amplitude * variation.ratio[1]]
    : [0, 0, 0];
  return {
    kind,
    field,
    ra: Math.round(ra * 1e7) / 1e7,
    dec: Math.round(dec * 1e7) / 1e7,
    bright,
    period: variation?.period ?? NaN,
    epoch,
    amplitude,
    width: variation?.width ?? NaN,
    trend,
    gap,
    flares,
    magnitude(mjd, band) {
      let mag = bright[band];
      if (variation) {
        const cycles = (mjd - epoch) / variation.period;
        const cycle = Math.floor(cycles);
        mag += amplitude[band] * variation.shape(cycles - cycle, cycle);
      }
      for (const flare of flares) {
        const since = mjd - flare.mjd;
        if (since >= 0 && since < 12 * flare.decay) mag -= flare.size * FLARE_COLOUR[band] * Math.exp(-since / flare.decay);
      }
      return mag;
    },
  };
}

/** Flares are blue: their brightening in g, r, i relative to g. */
const FLARE_COLOUR = [1, 0.45, 0.2] as const;
