import type { ColumnMeta } from '../model/column';
import type { HeaderCard, TableMeta } from '../model/table';
import { BANDS, fieldVisits, type Visit } from './cadence';
import { DETECTION_COLUMNS, DETECTION_FLAGS, PLANTED_COLUMNS, TRUTH_COLUMNS } from './columns';
import { observe, type Detection } from './observe';
import { Random } from './random';
import { drawStar, FIELDS, POPULATION, type Star, type StarKind } from './stars';
import { tableOf, type ColumnData, type SurveyTable } from './table-data';

/** A simulated survey and everything that is true about it. */
export interface Survey {
  readonly detections: SurveyTable;
  /** One row an identifier: what the object is. */
  readonly truth: SurveyTable;
  /** One row for each detection something was planted in. */
  readonly planted: SurveyTable;
}

export const SAMPLE_SEED = 20260;

/** Stars that the survey's catalogue holds under two identifiers. */
const DUPLICATED_STARS = 15;
// Short, because people read them in a narrow list.
const FIRST_ID = 2_000_000n;

/** Streams of the generator: one a field, one a star, so that nothing shifts when one thing changes. */
const STREAM = { order: 0, field: 100, star: 1_000, visits: 100_000 } as const;

interface Entry {
  readonly id: bigint;
  readonly ra: number;
  readonly dec: number;
  readonly star: Star;
  readonly detections: readonly Detection[];
  duplicateOf: bigint | undefined;
}

/**
 * A simulated survey: 405 stars under 420 identifiers in three bands over four seasons, about 2.5·10⁵ detections. The same seed gives the
 * same bits. Planted, and listed in `planted` and `truth`: outliers, saturation, sentinels, NaN, good values under bad quality bits,
 * drifts, gaps, flares, and stars with two identifiers a fraction of an arcsecond apart.
 */
export function makeSurvey(seed = SAMPLE_SEED): Survey {
  const entries = drawEntries(seed);
  const rows = entries.reduce((n, e) => n + e.detections.length, 0);
  return { detections: detectionsTable(entries, rows, seed), truth: truthTable(entries, seed), planted: plantedTable(entries, seed) };
}

function drawEntries(seed: number): readonly Entry[] {
  const order = new Random(seed, STREAM.order);
  const kinds = order.shuffle(Object.entries(POPULATION).flatMap(([kind, count]) => Array<StarKind>(count).fill(kind as StarKind)));
  const duplicated = new Set(order.shuffle(kinds.map((_, i) => i)).slice(0, DUPLICATED_STARS));
  const fields = Array.from({ length: FIELDS }, (_, f) => fieldVisits(new Random(seed, STREAM.field + f), 8 * f));
  const ids = order.shuffle(Array.from({ length: kinds.length + DUPLICATED_STARS }, (_, i) => FIRST_ID + BigInt(i) * 7n));
  const entries: Entry[] = [];
  kinds.forEach((kind, i) => {
    const random = new Random(seed, STREAM.star + i);
    const field = i % FIELDS;
    const visits: readonly Visit[] = fields[field]!;
    const star = drawStar(random, kind, visits, field);
    const detections = observe(new Random(seed, STREAM.visits + i), star, visits);
    const id = ids.pop()!;
    if (!duplicated.has(i)) {
      entries.push({ id, ra: star.ra, dec: star.dec, star, detections, duplicateOf: undefined });
      return;
    }
    // The catalogue split this star in two, a third of an arcsecond apart: its epochs are dealt out between the two identifiers.
    const other = ids.pop()!;
    const angle = random.between(0, 2 * Math.PI);
    const separation = random.between(0.2, 0.4) / 3600;
    const ra = Math.round((star.ra + (separation * Math.cos(angle)) / Math.cos((star.dec * Math.PI) / 180)) * 1e7) / 1e7;
    const dec = Math.round((star.dec + separation * Math.sin(angle)) * 1e7) / 1e7;
    const side = detections.map(() => random.chance(0.5));
    entries.push({ id, ra: star.ra, dec: star.dec, star, detections: detections.filter((_, k) => side[k]), duplicateOf: other });
    entries.push({ id: other, ra, dec, star, detections: detections.filter((_, k) => !side[k]), duplicateOf: id });
  });
  return entries.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function metaOf(name: string, rows: number, columns: readonly ColumnMeta[], seed: number, fields: Partial<TableMeta> = {}): TableMeta {
  const header: HeaderCard[] = [
    { key: 'ORIGIN', value: 'Skysift sample survey', comment: 'simulated; no such stars' },
    { key: 'SEED', value: seed, comment: 'seed of the generator' },
  ];
  return { name, rows, columns, header, fileFlags: [], ...fields };
}

const MJD = { timeOrigin: 2400000.5, timeSystem: 'MJD' } as const;

function detectionsTable(entries: readonly Entry[], rows: number, seed: number): SurveyTable {
  const objid = new BigInt64Array(rows);
  const ra = new Float64Array(rows);
  const dec = new Float64Array(rows);
  const mjd = new Float64Array(rows);
  const mag = new Float64Array(rows);
  const magerr = new Float32Array(rows);
  const quality = new Int32Array(rows);
  const band: string[] = [];
  let row = 0;
  for (const entry of entries) {
    for (const detection of entry.detections) {
      objid[row] = entry.id;
      ra[row] = entry.ra;
      dec[row] = entry.dec;
      mjd[row] = detection.mjd;
      mag[row] = detection.mag;
      magerr[row] = detection.magerr;
      quality[row] = detection.quality;
      band.push(BANDS[detection.band]);
      row++;
    }
  }
  const numbers = { objid, ra, dec, mjd, mag, magerr, quality };
  const columns = new Map<string, ColumnData>(Object.entries(numbers).map(([name, values]) => [name, { numbers: values }]));
  columns.set('band', { text: band });
  return tableOf(metaOf('sample_survey', rows, DETECTION_COLUMNS, seed, { fileFlags: DETECTION_FLAGS, ...MJD }), columns);
}

function truthTable(entries: readonly Entry[], seed: number): SurveyTable {
  const numbers = (of: (entry: Entry) => number): ColumnData => ({ numbers: Float64Array.from(entries, of) });
  const counts = (of: (entry: Entry) => number): ColumnData => ({ numbers: Int32Array.from(entries, of) });
  const columns = new Map<string, ColumnData>([
    ['objid', { numbers: BigInt64Array.from(entries, (e) => e.id) }],
    ['ra', numbers((e) => e.ra)],
    ['dec', numbers((e) => e.dec)],
    ['type', { text: entries.map((e) => e.star.kind) }],
    ['period', numbers((e) => e.star.period)],
    ['epoch', numbers((e) => e.star.epoch)],
    ...BANDS.flatMap((name, b): [string, ColumnData][] => [
      [`mag_${name}`, numbers((e) => e.star.bright[b]!)],
      [`amplitude_${name}`, numbers((e) => e.star.amplitude[b]!)],
    ]),
    ['width', numbers((e) => e.star.width)],
    ['trend', numbers((e) => e.star.trend)],
    ['gap_start', numbers((e) => e.star.gap?.[0] ?? NaN)],
    ['gap_end', numbers((e) => e.star.gap?.[1] ?? NaN)],
    ['flares', counts((e) => e.star.flares.length)],
    [
      'duplicate_of',
      {
        numbers: BigInt64Array.from(entries, (e) => e.duplicateOf ?? 0n),
        present: Uint8Array.from(entries, (e) => (e.duplicateOf === undefined ? 0 : 1)),
      },
    ],
    ['rows', counts((e) => e.detections.length)],
  ]);
  return tableOf(metaOf('sample_truth', entries.length, TRUTH_COLUMNS, seed), columns);
}

function plantedTable(entries: readonly Entry[], seed: number): SurveyTable {
  const planted: { row: number; id: bigint; detection: Detection }[] = [];
  let row = 0;
  for (const entry of entries) {
    for (const detection of entry.detections) {
      if (detection.effect) planted.push({ row, id: entry.id, detection });
      row++;
    }
  }
  const columns = new Map<string, ColumnData>([
    ['row', { numbers: Int32Array.from(planted, (p) => p.row) }],
    ['objid', { numbers: BigInt64Array.from(planted, (p) => p.id) }],
    ['mjd', { numbers: Float64Array.from(planted, (p) => p.detection.mjd) }],
    ['band', { text: planted.map((p) => BANDS[p.detection.band]) }],
    ['effect', { text: planted.map((p) => p.detection.effect) }],
    ['mag_clean', { numbers: Float64Array.from(planted, (p) => p.detection.cleanMag) }],
  ]);
  return tableOf(metaOf('sample_planted', planted.length, PLANTED_COLUMNS, seed, MJD), columns);
}
