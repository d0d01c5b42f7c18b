import { describe, expect, it } from 'vitest';
import type { Series } from '../../../src/core/operations/definition';
import { checkParams } from '../../../src/core/operations/check-params';
import lombScargle from '../../../src/core/operations/periods/lomb-scargle';
import { drive, makeBatch, makeContext, seededRandom } from '../../../src/core/operations/runner';

function apply(columns: Record<string, ArrayLike<number>>, params: Record<string, unknown>) {
  const context = makeContext({ seed: 3 });
  const effect = drive(lombScargle.kernel(makeBatch({ columns, units: { time: 'd' } }), checkParams(lombScargle, params), context));
  return {
    row: effect.results![0] as Record<string, number>,
    series: effect.series as readonly Series[],
    alerts: context.alerts.map((a) => a.message),
  };
}

const random = seededRandom(21);
/** Two hours around the same time of the night, for three months. */
const time = Array.from({ length: 180 }, (_, i) => 2_458_300 + Math.floor(i / 2) + 0.1 * random());
const star = time.map((t) => 14 + 0.2 * Math.sin((2 * Math.PI * t) / 0.7321) + 0.03 * (random() - 0.5));
const noise = time.map(() => random() + random() + random());

describe('Lomb–Scargle', () => {
  it('reports the same peaks by the fast and the exact method', () => {
    for (const normalization of ['standard', 'psd']) {
      const error = time.map((_, i) => 0.02 + 0.001 * (i % 7));
      const [fast, exact] = ['fast', 'exact'].map((method) => apply({ time, value: star, error }, { method, normalization, maximumFrequency: 4 }));
      for (const [key, value] of Object.entries(exact!.row))
        expect(Math.abs(fast!.row[key]! - value), key).toBeLessThanOrEqual(1e-9 * Math.abs(value));
    }
  });

  it('names the aliases of its peaks', () => {
    const { row, series } = apply({ time, value: star }, { maximumFrequency: 4, peaks: 4, window: true });
    expect(row['period']).toBeCloseTo(0.7321, 4);
    const labels = series[0]!.marks!.map((m) => m.label);
    expect(labels[0]).toMatch(/^period 0\.732\d+ d, FAP /);
    expect(labels[1]).toMatch(/(daily|sidereal) alias of #1$/);
    expect(Math.abs(1 / row['period_2']! - 1 / row['period']!)).toBeCloseTo(1, 2);
    const window = series[1]!;
    expect(window.name).toBe('window');
    expect(window.y.values.length).toBe(series[0]!.y.values.length);
    expect(window.marks![0]!.x).toBeCloseTo(1, 2);
    expect(window.marks![0]!.label).toMatch(/^repeats every (0\.99|1\.0)/);
  });

  it('judges noise alike by Baluev and by the bootstrap, naively lower', () => {
    const fap = (falseAlarm: string): number => apply({ time, value: noise }, { maximumFrequency: 3, falseAlarm, resamples: 300 }).row['fap']!;
    const [baluev, davies, naive, bootstrap] = ['baluev', 'davies', 'naive', 'bootstrap'].map(fap) as [number, number, number, number];
    expect(baluev).toBeGreaterThan(0.01);
    expect(davies).toBeGreaterThanOrEqual(baluev);
    expect(naive).toBeLessThan(davies);
    // Night after night the frequencies above 1/d repeat those below: the true probability is below the limit.
    expect(bootstrap).toBeLessThanOrEqual(baluev + 0.1);
    expect(bootstrap).toBeGreaterThan(0);
    expect(fap('bootstrap')).toBe(bootstrap);
  });

  it('gives levels the probabilities they are labelled with, and a signal no chance', () => {
    const { row, series } = apply({ time, value: star }, { maximumFrequency: 3, falseAlarm: 'bootstrap', resamples: 200, terms: 2 });
    expect(row['fap']).toBe(0);
    expect(series[0]!.levels!.map((l) => l.label)).toEqual(['FAP 10 %', 'FAP 1 %']);
    expect(series[0]!.levels![1]!.y).toBeGreaterThan(series[0]!.levels![0]!.y);
    const { levels } = apply({ time, value: star }, { maximumFrequency: 3, falseAlarm: 'naive' }).series[0]!;
    expect(levels!.length).toBe(3);
  });

  it('has no formula for a mean that is neither fitted nor taken out', () => {
    const { row } = apply({ time, value: star }, { maximumFrequency: 3, fitMean: false, centerData: false });
    expect(row['fap']).toBeUndefined();
    expect(row['power']).toBeGreaterThan(0);
    expect(apply({ time, value: star }, { maximumFrequency: 3, fitMean: false }).row['fap']).toBeLessThan(1e-6);
  });
});
