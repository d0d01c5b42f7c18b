import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { NumericArray } from '../../../src/core/model/column';
import { SATURATION_MAG, SENTINEL_HIGH, SENTINEL_LOW } from '../../../src/core/sample/observe';
import { makeSurvey } from '../../../src/core/sample/survey';
import type { SurveyTable } from '../../../src/core/sample/table-data';
import { foldedScatter, normalisedDifference } from './fold-check';

const decoder = new TextDecoder();

function numbers(table: SurveyTable, name: string): NumericArray {
  return [...table.batches(table.meta.rows)][0]!.chunks.get(name)!.data;
}
function texts(table: SurveyTable, name: string): string[] {
  const chunk = [...table.batches(table.meta.rows)][0]!.chunks.get(name)!;
  return Array.from({ length: chunk.length }, (_, i) => decoder.decode((chunk.data as Uint8Array).slice(chunk.offsets![i], chunk.offsets![i + 1])));
}
function digest(table: SurveyTable): string {
  const hash = createHash('sha256');
  for (const batch of table.batches(50_000)) {
    for (const [name, chunk] of batch.chunks) {
      hash.update(name);
      hash.update(new Uint8Array(chunk.data.buffer, chunk.data.byteOffset, chunk.data.byteLength));
      if (chunk.validity) hash.update(chunk.validity);
    }
  }
  return hash.digest('hex');
}

const survey = makeSurvey();
const det = {
  objid: numbers(survey.detections, 'objid') as BigInt64Array,
  mjd: numbers(survey.detections, 'mjd') as Float64Array,
  mag: numbers(survey.detections, 'mag') as Float64Array,
  magerr: numbers(survey.detections, 'magerr') as Float32Array,
  quality: numbers(survey.detections, 'quality') as Int32Array,
  ra: numbers(survey.detections, 'ra') as Float64Array,
  dec: numbers(survey.detections, 'dec') as Float64Array,
  band: texts(survey.detections, 'band'),
};
const truth = {
  objid: numbers(survey.truth, 'objid') as BigInt64Array,
  type: texts(survey.truth, 'type'),
  period: numbers(survey.truth, 'period') as Float64Array,
  epoch: numbers(survey.truth, 'epoch') as Float64Array,
  width: numbers(survey.truth, 'width') as Float64Array,
  amplitude: numbers(survey.truth, 'amplitude_r') as Float64Array,
  trend: numbers(survey.truth, 'trend') as Float64Array,
  gapStart: numbers(survey.truth, 'gap_start') as Float64Array,
  gapEnd: numbers(survey.truth, 'gap_end') as Float64Array,
  flares: numbers(survey.truth, 'flares') as Int32Array,
  rows: numbers(survey.truth, 'rows') as Int32Array,
};
const planted = {
  row: numbers(survey.planted, 'row') as Int32Array,
  effect: texts(survey.planted, 'effect'),
  clean: numbers(survey.planted, 'mag_clean') as Float64Array,
};
const firstRow = new Map<bigint, number>();
det.objid.forEach((id, row) => firstRow.has(id) || firstRow.set(id, row));
const plantedRows = new Set(planted.row);

/** Unplanted r-band points of one object, its drift taken out. */
function cleanCurve(i: number, band = 'r'): { t: number[]; y: number[]; e: number[] } {
  const out = { t: [] as number[], y: [] as number[], e: [] as number[] };
  const from = firstRow.get(truth.objid[i]!)!;
  for (let row = from; row < from + truth.rows[i]!; row++) {
    if (det.band[row] !== band || plantedRows.has(row)) continue;
    out.t.push(det.mjd[row]!);
    out.y.push(det.mag[row]! - (truth.trend[i]! * (det.mjd[row]! - 58300)) / 365.25);
    out.e.push(det.magerr[row]!);
  }
  return out;
}
const ofType = (...types: string[]): number[] => truth.type.flatMap((t, i) => (types.includes(t) ? [i] : []));

describe('sample survey', () => {
  it('is the same bit for bit for the same seed, whatever the batch size, and another for another seed', () => {
    const again = makeSurvey();
    expect(digest(again.detections)).toBe(digest(survey.detections));
    expect(digest(again.truth)).toBe(digest(survey.truth));
    expect(digest(again.planted)).toBe(digest(survey.planted));
    expect(digest(makeSurvey(7).detections)).not.toBe(digest(survey.detections));
    const small = [...survey.detections.batches(1000)];
    expect(small.reduce((n, b) => n + b.rows, 0)).toBe(survey.detections.meta.rows);
    expect(small[3]!.chunks.get('mjd')!.data).toEqual(det.mjd.slice(3000, 4000));
  });

  it('has the size it promises, with units, UCDs, roles and descriptions on its columns', () => {
    expect(survey.truth.meta.rows).toBe(420);
    expect(survey.detections.meta.rows).toBeGreaterThan(1e5);
    expect(survey.detections.meta.rows).toBeLessThan(3e5);
    expect(survey.detections.meta.columns.map((c) => c.role)).toEqual(['object', 'ra', 'dec', 'time', 'band', 'value', 'error', 'quality']);
    for (const table of [survey.detections, survey.truth, survey.planted]) {
      const [batch] = [...table.batches(table.meta.rows)];
      expect([...batch!.chunks.keys()].sort()).toEqual(table.meta.columns.map((c) => c.name).sort());
      for (const c of table.meta.columns) expect(c.description, c.name).toBeTruthy();
    }
    const perBand = ofType('constant').map((i) => cleanCurve(i).t.length);
    perBand.sort((a, b) => a - b);
    expect(perBand[perBand.length >> 1]).toBeGreaterThan(150);
  });

  it('lists each object in a block of rising time, with the gaps it says', () => {
    const wrong: number[] = [];
    truth.objid.forEach((id, i) => {
      const from = firstRow.get(id)!;
      for (let row = from; row < from + truth.rows[i]!; row++) {
        const rising = row === from || det.mjd[row]! >= det.mjd[row - 1]!;
        const inGap = det.mjd[row]! >= truth.gapStart[i]! && det.mjd[row]! < truth.gapEnd[i]!;
        if (det.objid[row] !== id || !rising || inGap) wrong.push(row);
      }
    });
    expect(wrong).toEqual([]);
    expect(truth.gapStart.filter((g) => g === g).length).toBeGreaterThan(20);
  });

  it('planted what it lists, and nothing else', () => {
    const effects = new Map(planted.effect.map((e, k) => [planted.row[k]!, { effect: e, clean: planted.clean[k]! }]));
    const counts: Record<string, number> = {};
    const wrong: number[] = [];
    for (let row = 0; row < det.mag.length; row++) {
      const mag = det.mag[row]!;
      const what = effects.get(row);
      if (what) counts[what.effect] = (counts[what.effect] ?? 0) + 1;
      const agrees =
        (mag === SENTINEL_HIGH) === (what?.effect === 'sentinel_high') &&
        (mag === SENTINEL_LOW) === (what?.effect === 'sentinel_low') &&
        Number.isNaN(mag) === (what?.effect === 'nan_mag') &&
        ((det.quality[row]! & 1) !== 0) === (what?.effect === 'saturated') &&
        (what?.effect !== 'saturated' || mag >= SATURATION_MAG) &&
        (what?.effect !== 'outlier' || Math.abs(mag - what.clean) > 0.2499) &&
        (!['flare', 'bad_quality_good_value', 'nan_magerr'].includes(what?.effect ?? '') || mag === what?.clean);
      if (!agrees) wrong.push(row);
    }
    expect(wrong).toEqual([]);
    expect(Object.keys(counts).sort()).toEqual(
      ['bad_quality_good_value', 'flare', 'nan_mag', 'nan_magerr', 'outlier', 'saturated', 'sentinel_high', 'sentinel_low'].sort(),
    );
    expect(counts['outlier']! / det.mag.length).toBeCloseTo(0.01, 2);
    expect(counts['flare']).toBeGreaterThanOrEqual(ofType('flare').length);
  });

  it('has errors that are the scatter: a constant star varies by what its errors say', () => {
    const spread = ofType('constant').map((i) => normalisedDifference(cleanCurve(i)));
    expect(spread.reduce((a, b) => a + b, 0) / spread.length).toBeGreaterThan(0.93);
    expect(spread.reduce((a, b) => a + b, 0) / spread.length).toBeLessThan(1.07);
  });

  it('folds at its true periods and at no others', () => {
    for (const i of ofType('rr_lyrae_ab', 'rr_lyrae_c', 'eclipsing_ea', 'eclipsing_eb', 'long_period')) {
      const curve = cleanCurve(i);
      if (curve.t.length < 100) continue;
      const at = foldedScatter(curve, truth.period[i]!, truth.epoch[i]!);
      const beside = foldedScatter(curve, truth.period[i]! * 1.0137 + 0.0113, truth.epoch[i]!);
      if (truth.type[i] !== 'long_period') expect(at, `${truth.type[i]} ${truth.objid[i]}`).toBeLessThan(0.75 * beside);
      else expect(at).toBeLessThan(0.5);
    }
  });

  it('has transits of the depth and at the epochs it says', () => {
    for (const i of ofType('transit')) {
      let weight = 0;
      let sum = 0;
      for (const band of ['g', 'r', 'i']) {
        const { t, y, e } = cleanCurve(i, band);
        const phase = t.map((x) => Math.abs((((((x - truth.epoch[i]!) / truth.period[i]! + 0.5) % 1) + 1) % 1) - 0.5) / (truth.width[i]! / 2));
        const out = y.filter((_, k) => phase[k]! > 1.05).sort((a, b) => a - b);
        const level = out[out.length >> 1]!;
        phase.forEach((p, k) => {
          if (p > 0.75) return;
          weight += 1 / e[k]! ** 2;
          sum += (y[k]! - level) / e[k]! ** 2;
        });
      }
      expect(weight, `transit ${truth.objid[i]} is seen`).toBeGreaterThan(0);
      // In the flat part the shape is 0.85 to 1 of the depth; allow four standard errors.
      expect(Math.abs(sum / weight - 0.95 * truth.amplitude[i]!)).toBeLessThan(0.06 * truth.amplitude[i]! + 4 / Math.sqrt(weight));
    }
  });

  it('holds fifteen stars twice, within 0.4 arcsec, their epochs interleaved', () => {
    const chunk = [...survey.truth.batches(420)][0]!.chunks.get('duplicate_of')!;
    const index = new Map([...truth.objid].map((id, i) => [id, i]));
    const pairs = [...truth.objid].flatMap((id, i) => ((chunk.validity![i >> 3]! >> (i & 7)) & 1 ? [[id, chunk.data[i] as bigint] as const] : []));
    expect(pairs.length).toBe(30);
    for (const [a, b] of pairs) {
      const ia = firstRow.get(a)!;
      const ib = firstRow.get(b)!;
      const dx = (det.ra[ia]! - det.ra[ib]!) * Math.cos((det.dec[ia]! * Math.PI) / 180);
      const separation = Math.hypot(dx, det.dec[ia]! - det.dec[ib]!) * 3600;
      expect(separation).toBeGreaterThan(0.15);
      expect(separation).toBeLessThan(0.45);
      expect(truth.type[index.get(a)!]).toBe(truth.type[index.get(b)!]);
      const endA = det.mjd[ia + truth.rows[index.get(a)!]! - 1]!;
      const endB = det.mjd[ib + truth.rows[index.get(b)!]! - 1]!;
      expect(det.mjd[ia]!).toBeLessThan(endB);
      expect(det.mjd[ib]!).toBeLessThan(endA);
    }
  });
});
