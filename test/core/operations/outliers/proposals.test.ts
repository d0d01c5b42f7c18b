import { describe, expect, it } from 'vitest';
import { checkParams } from '../../../../src/core/operations/check-params';
import type { Effect } from '../../../../src/core/operations/definition';
import proposals from '../../../../src/core/operations/outliers/proposals';
import { type BatchSpec, drive, makeBatch, makeContext, seededRandom } from '../../../../src/core/operations/runner';
import { type SurveyObject, surveyObjects } from './survey-objects';

function propose(spec: BatchSpec, params: Record<string, unknown> = {}): { flagged: number[]; effect: Effect; alerts: string[] } {
  const context = makeContext();
  const effect = drive(proposals.kernel(makeBatch(spec), checkParams(proposals, params), context));
  const flagged = [...effect.flags![0]!.mask].flatMap((v, i) => (v ? [i] : []));
  return { flagged, effect, alerts: context.alerts.map((a) => a.message) };
}

interface Tally {
  found: number;
  missed: number;
  wrong: number;
  events: number;
  eventsFlagged: number;
  flares: number;
  flaresFlagged: number;
  goodValuesFlagged: number;
}

/** Counts over the objects, with the default parameters. Sentinels and saturated values are bad, too: flagging them is neither right nor wrong. */
function tally(objects: readonly SurveyObject[]): Tally {
  const t: Tally = { found: 0, missed: 0, wrong: 0, events: 0, eventsFlagged: 0, flares: 0, flaresFlagged: 0, goodValuesFlagged: 0 };
  for (const { columns, effects, events } of objects) {
    const flagged = new Set(propose({ columns, units: { value: 'mag' } }).flagged);
    effects.forEach((effect, i) => {
      const isHit = flagged.has(i);
      if (effect === 'outlier') {
        if (isHit) t.found++;
        else t.missed++;
        return;
      }
      if (effect.startsWith('sentinel') || effect === 'saturated' || effect === 'nan_mag') return;
      if (isHit) t.wrong++;
      if (isHit && effect === 'bad_quality_good_value') t.goodValuesFlagged++;
      if (events[i] === '') return;
      t.events++;
      if (isHit) t.eventsFlagged++;
      if (events[i] !== 'flare') return;
      t.flares++;
      if (isHit) t.flaresFlagged++;
    });
  }
  return t;
}

function expectGood(name: string, t: Tally): void {
  const recall = t.found / (t.found + t.missed);
  const precision = t.found / (t.found + t.wrong);
  const share = t.eventsFlagged / t.events;
  console.info(
    `${name}: recall ${recall.toFixed(4)}, precision ${precision.toFixed(4)}, flagged of the points in transits, eclipses and flares ` +
      `${(100 * share).toFixed(2)} % (${t.eventsFlagged} of ${t.events}), of flares alone ${t.flaresFlagged} of ${t.flares}`,
  );
  expect(t.found + t.missed).toBeGreaterThan(100);
  expect(t.events).toBeGreaterThan(1000);
  expect(recall, 'recall').toBeGreaterThanOrEqual(0.9);
  expect(precision, 'precision').toBeGreaterThanOrEqual(0.9);
  expect(share, 'events').toBeLessThan(0.02);
  expect(t.goodValuesFlagged, 'good values under bad bits').toBeLessThanOrEqual(0.01 * t.found);
}

describe('on the sample survey, against its truth', () => {
  it('finds the planted outliers and keeps transits, eclipses and flares', { timeout: 600_000 }, () => {
    const t = tally(surveyObjects());
    expectGood('sample survey', t);
    // A lone flare is a lone point: two thirds are known by their companions, or by the star.
    expect(t.flaresFlagged / t.flares).toBeLessThan(0.35);
  });

  it.each([7, 123456])('does so for another seed: %d', { timeout: 600_000 }, (seed) => {
    expectGood(`60 objects of seed ${seed}`, tally(surveyObjects(seed).slice(0, 60)));
  });

  it('without errors, finds most and keeps the events', { timeout: 600_000 }, () => {
    const bare = surveyObjects()
      .slice(0, 40)
      .map((o) => ({ ...o, columns: { time: o.columns.time, value: o.columns.value, band: o.columns.band } as unknown as SurveyObject['columns'] }));
    const t = tally(bare);
    expect(t.found / (t.found + t.missed)).toBeGreaterThan(0.8);
    expect(t.found / (t.found + t.wrong)).toBeGreaterThan(0.9);
    expect(t.eventsFlagged / t.events).toBeLessThan(0.02);
  });
});

describe('on a dense light curve', () => {
  const random = seededRandom(5);
  const gauss = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const n = 3000;
  const time = Float64Array.from({ length: n }, (_, i) => 2454900 + 0.0204 * i + (i > 1400 ? 3 : 0));
  const value = Float64Array.from({ length: n }, (_, i) => 1e4 + 30 * Math.sin(i / 300) + 5 * gauss() - (i % 400 < 12 ? 60 : 0));
  for (const at of [510, 1730, 2555]) for (let k = 0; k < 20; k++) value[at + k]! += 200 * Math.exp(-k / 4);
  const bad = [101, 777, 1402, 1950, 2111, 2860];
  bad.forEach((i, k) => (value[i]! += k % 2 ? 80 : -80));
  const error = new Float64Array(n).fill(5);
  const spec = { columns: { time, value, error }, units: { value: 'e-/s' } };

  it('flags single cadences, not transits or flares', () => {
    const { flagged, effect, alerts } = propose(spec);
    expect(bad.filter((i) => !flagged.includes(i))).toEqual([]);
    const others = flagged.filter((i) => !bad.includes(i));
    expect(others.length, `${others}`).toBeLessThanOrEqual(2);
    expect(effect.results!.some((r) => r['kept_as'] === 'flare')).toBe(true);
    expect(alerts).toEqual([]);
  });

  it('ranks by impact, suggested first, with the columns it says', () => {
    const results = propose(spec).effect.results!;
    expect(Object.keys(results[0]!)).toEqual(
      'rank time value band sigma votes score scatter_change power_change impact model period kept_as suggested'.split(' '),
    );
    expect(results.map((r) => r['rank'])).toEqual(results.map((_, k) => k + 1));
    const key = results.map((r) => (r['suggested'] ? 10 : 0) + (r['impact'] as number));
    expect(key).toEqual([...key].sort((a, b) => b - a));
    expect(results.filter((r) => r['suggested']).length).toBe(propose(spec).flagged.length);
  });

  it('without the guard, flags the flares too', () => {
    const flagged = propose(spec, { eventWindow: 0 }).flagged;
    expect([510, 1730, 2555].filter((i) => flagged.includes(i)).length).toBeGreaterThanOrEqual(2);
  });

  it('says when a table is no light curve', () => {
    const rows = 500_001;
    const long = { columns: { time: new Float64Array(rows), value: new Float64Array(rows) } };
    const { flagged, alerts } = propose(long);
    expect(flagged).toEqual([]);
    expect(alerts.join()).toContain('too many rows for one light curve');
  });
});

describe('a known period', () => {
  it('keeps a repeating dip that nothing else would', () => {
    const random = seededRandom(9);
    const time = Float64Array.from({ length: 400 }, (_, i) => 58000 + i + 0.3 * random());
    const value = time.map((t) => 12 + 0.01 * (random() - 0.5) + ((t / 7.3) % 1 < 0.03 ? 0.5 : 0));
    const error = new Float64Array(400).fill(0.004);
    const spec = { columns: { time, value, error }, units: { value: 'mag' } };
    const dips = (flagged: readonly number[]): number => flagged.filter((i) => value[i]! > 12.3).length;
    expect(dips(propose(spec, { maximumFrequency: 0 }).flagged)).toBeGreaterThan(3);
    expect(dips(propose(spec, { period: 7.3 }).flagged)).toBeLessThanOrEqual(1);
    expect(dips(propose(spec).flagged)).toBeLessThanOrEqual(1);
  });
});
