import type { Random } from './random';

export const BANDS = ['g', 'r', 'i'] as const;
export type Band = 0 | 1 | 2;

/** One exposure of one field. Clouds make it noisier for everything in it. */
export interface Visit {
  readonly mjd: number;
  readonly band: Band;
  readonly noiseFactor: number;
  readonly cloudy: boolean;
}

export const SURVEY_START = 58300;
const SEASONS = 4;
const YEAR = 365.25;
const SEASON_DAYS = 215;

/** The camera was off: no field has visits between these MJDs, in the third season. */
export const OUTAGE = [SURVEY_START + 2 * YEAR + 90, SURVEY_START + 2 * YEAR + 118] as const;

/** Visits each night in each band, on average over the moon's month. */
const NIGHTLY = [0.24, 0.28, 0.2] as const;

/**
 * The visits of one field, in time order: four seasons of 215 days shifted by the field's right ascension, uneven nights, fewer g visits
 * near full moon, some nights in two or three bands minutes apart, one outage.
 */
export function fieldVisits(random: Random, seasonShift: number): readonly Visit[] {
  const visits: Visit[] = [];
  for (let season = 0; season < SEASONS; season++) {
    for (let day = 0; day < SEASON_DAYS; day++) {
      const night = SURVEY_START + season * YEAR + seasonShift + day;
      if (night >= OUTAGE[0] && night < OUTAGE[1]) continue;
      // Bad weather comes in runs: one closed night makes the following one likelier to be closed.
      if (random.chance(0.12)) {
        day += random.below(4);
        continue;
      }
      const moon = 0.5 * (1 + Math.cos((2 * Math.PI * (night - SURVEY_START)) / 29.53));
      // Hour angle drifts through the season: earlier in the night as the season ages.
      let time = Math.floor(night) + 0.44 - (0.22 * day) / SEASON_DAYS + 0.05 * random.normal();
      for (const band of [0, 1, 2] as const) {
        const wanted = NIGHTLY[band] * (band === 0 ? 1.4 - 0.8 * moon : 1) * 1.35;
        if (!random.chance(wanted)) continue;
        const cloudy = random.chance(0.04);
        const seeing = Math.exp(0.18 * random.normal()) * (1 + 0.25 * moon * (2 - band));
        visits.push({ mjd: Math.round(time * 1e5) / 1e5, band, noiseFactor: seeing * (cloudy ? 2.5 : 1), cloudy });
        time += 0.002 + 0.03 * random.uniform();
      }
    }
  }
  return visits;
}
