import { SURVEY_START, type Band, type Visit } from './cadence';
import type { Random } from './random';
import type { Star } from './stars';

/** What was done to a detection on purpose. Exclusive: a row has one effect at most. */
export type PlantedEffect =
  'outlier' | 'saturated' | 'sentinel_high' | 'sentinel_low' | 'nan_mag' | 'nan_magerr' | 'flare' | 'bad_quality_good_value';

/** Bits of the `quality` column, by name. */
export const QUALITY_BITS = [
  { name: 'saturated', bit: 1, description: 'brighter than the saturation limit: the magnitude is a lower limit on the brightness' },
  { name: 'edge', bit: 2, description: 'within 20 pixels of the edge of the detector' },
  { name: 'cosmic_ray', bit: 4, description: 'a cosmic ray hit inside the aperture' },
  { name: 'cloudy', bit: 8, description: 'exposure taken through clouds; its error is larger and already says so' },
  { name: 'blended', bit: 16, description: 'a neighbour contributes to the flux' },
  { name: 'forced', bit: 32, description: 'forced photometry at the catalogue position' },
] as const;

const bitOf = (name: (typeof QUALITY_BITS)[number]['name']): number => QUALITY_BITS.find((b) => b.name === name)!.bit;
const SATURATED = bitOf('saturated');
const EDGE = bitOf('edge');
const COSMIC_RAY = bitOf('cosmic_ray');
const CLOUDY = bitOf('cloudy');
const BLENDED = bitOf('blended');
const FORCED = bitOf('forced');

export const SATURATION_MAG = 12.8;
/** Sentinels the survey writes where the photometry failed. */
export const SENTINEL_HIGH = 99.99;
export const SENTINEL_LOW = -99.99;

/** One detection, as the survey publishes it, and the truth about it. */
export interface Detection {
  readonly mjd: number;
  readonly band: Band;
  readonly mag: number;
  readonly magerr: number;
  readonly quality: number;
  readonly effect: PlantedEffect | undefined;
  /** What `mag` would be without the effect (noise and trend included). */
  readonly cleanMag: number;
}

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

/** Published error of a magnitude: 5 mmag systematic floor, photon noise, sky noise below 19. */
function errorOf(mag: number, band: Band, noiseFactor: number): number {
  const photon = 0.018 * 10 ** (0.2 * (mag - 18));
  const sky = 0.03 * 10 ** (0.4 * (mag - (band === 2 ? 19.3 : 19.8)));
  return Math.hypot(0.004, noiseFactor * Math.hypot(photon, sky));
}

/** The detections of one star in its field's visits, in time order, with effects planted. */
export function observe(random: Random, star: Star, visits: readonly Visit[]): readonly Detection[] {
  const out: Detection[] = [];
  for (const visit of visits) {
    if (random.chance(0.05)) continue;
    if (star.gap && visit.mjd >= star.gap[0] && visit.mjd < star.gap[1]) continue;
    const truth = star.magnitude(visit.mjd, visit.band);
    const sigma = errorOf(truth, visit.band, visit.noiseFactor);
    const trend = (star.trend * (visit.mjd - SURVEY_START)) / 365.25;
    const clean = round(truth + trend + sigma * random.normal(), 4);
    out.push(plant(random, star, visit, clean, round(sigma, 4)));
  }
  return out;
}

function plant(random: Random, star: Star, visit: Visit, clean: number, sigma: number): Detection {
  let quality = visit.cloudy ? CLOUDY : 0;
  if (random.chance(0.02)) quality |= EDGE;
  if (random.chance(0.015)) quality |= FORCED;
  const row = (effect: PlantedEffect | undefined, mag: number, magerr = sigma, bits = 0): Detection => ({
    mjd: visit.mjd,
    band: visit.band,
    mag,
    magerr,
    quality: quality | bits,
    effect,
    cleanMag: clean,
  });

  if (clean < SATURATION_MAG) return row('saturated', round(SATURATION_MAG + Math.abs(0.01 * random.normal()), 4), sigma, SATURATED);
  const draw = random.uniform();
  if (draw < 0.003) return row('sentinel_high', SENTINEL_HIGH, SENTINEL_HIGH);
  if (draw < 0.0045) return row('sentinel_low', SENTINEL_LOW, SENTINEL_LOW);
  if (draw < 0.0075) return row('nan_mag', NaN, NaN);
  if (draw < 0.0085) return row('nan_magerr', clean, NaN);
  if (draw < 0.0185) {
    // Cosmic rays and blends brighten; bad subtractions go both ways and carry no warning.
    const size = Math.max(0.25, sigma * random.between(7, 40));
    const kind = random.uniform();
    if (kind < 0.3) return row('outlier', round(clean - size, 4), sigma, COSMIC_RAY);
    if (kind < 0.45) return row('outlier', round(clean - size, 4), sigma, BLENDED);
    return row('outlier', round(clean + (random.chance(0.6) ? size : -size), 4));
  }
  if (draw < 0.0225) return row('bad_quality_good_value', clean, sigma, random.chance(0.5) ? COSMIC_RAY : BLENDED);
  // A flare is nature's, not the instrument's: it is listed so that a cleaning can be asked whether it kept it.
  const inFlare = star.flares.some((f) => visit.mjd >= f.mjd && visit.mjd - f.mjd < 3 * f.decay);
  return row(inFlare ? 'flare' : undefined, clean);
}
