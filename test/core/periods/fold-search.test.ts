import { describe, expect, it } from 'vitest';
import { checkParams } from '../../../src/core/operations/check-params';
import type { OperationDef, Series } from '../../../src/core/operations/definition';
import conditionalEntropy from '../../../src/core/operations/periods/conditional-entropy';
import pdm from '../../../src/core/operations/periods/pdm';
import stringLength from '../../../src/core/operations/periods/string-length';
import { drive, makeBatch, makeContext, seededRandom } from '../../../src/core/operations/runner';
import { AppError } from '../../../src/core/protocol/outcome';
import type { Params } from '../../conformance/harness';

const METHODS: readonly (readonly [string, OperationDef, string, Params])[] = [
  ['phase dispersion', pdm as unknown as OperationDef, 'theta', {}],
  ['string length', stringLength as unknown as OperationDef, 'string_length', {}],
  ['string length of Dworetsky', stringLength as unknown as OperationDef, 'string_length', { statistic: 'dworetsky' }],
  ['conditional entropy', conditionalEntropy as unknown as OperationDef, 'entropy', {}],
];

function search(def: OperationDef, columns: Record<string, ArrayLike<number>>, params: Params, preview = false) {
  const context = makeContext({ preview });
  const batch = makeBatch({ columns, units: { time: 'd' }, ordered: 'time' });
  const effect = drive(def.kernel(batch, checkParams(def, params), context));
  return { row: effect.results![0] as Record<string, number | undefined>, alerts: context.alerts, curve: effect.series![0] as Series | undefined };
}

/** A sawtooth of 0.6 with noise of 0.03, seen in uneven nights. */
function sawtooth(n: number, period: number, seed: number) {
  const random = seededRandom(seed);
  const time = Array.from({ length: n }, (_, i) => 58000 + Math.floor((i * 120) / n) + 0.35 * random());
  const value = time.map((t) => {
    const phase = (((t / period) % 1) + 1) % 1;
    return 15 + 0.6 * (phase < 0.15 ? 1 - phase / 0.15 : (phase - 0.15) / 0.85) + 0.03 * (random() + random() + random() - 1.5) * 2;
  });
  return { time, value };
}

describe.each(METHODS)('%s', (_name, def, statistic, params) => {
  const range = { minimumFrequency: 0.5, maximumFrequency: 4, ...params };

  it('finds the planted periods of 24 of 25 stars, and never anything but a period or its double', () => {
    const random = seededRandom(17);
    let found = 0;
    for (let k = 0; k < 25; k++) {
      // None in tune with the nights: those are seen at the same phases over and over, which is no fault of the method.
      const period = 1 / (1.1 + 0.3 * random() + Math.floor(2 * random()));
      const { row } = search(def, sawtooth(260, period, k + 1), range);
      const ratio = row['period']! / period;
      expect(Math.abs(ratio / Math.round(ratio) - 1), `${row['period']} for ${period}`).toBeLessThan(5e-4);
      expect(ratio).toBeLessThan(2.1);
      if (ratio < 1.5) found++;
      expect(row['sde']!).toBeGreaterThan(4);
      expect(row['frequency']! * row['period']!).toBeCloseTo(1, 14);
    }
    expect(found).toBeGreaterThanOrEqual(24);
  });

  it('does not depend on the order of rows, equal times included', () => {
    const { time, value } = sawtooth(120, 0.6131, 9);
    for (let i = 0; i < 40; i++) time[3 * i] = time[3 * i + 1]!;
    const order = time.map((_, i) => (i * 77) % 120);
    const turned = { time: order.map((i) => time[i]!), value: order.map((i) => value[i]!) };
    expect(search(def, turned, range).row).toEqual(search(def, { time, value }, range).row);
  });

  it('gives a curve whose lowest point is the best, with its peaks marked', () => {
    const { row, curve } = search(def, sawtooth(200, 0.6131, 4), { ...range, peaks: 4 });
    const [x, y] = [curve!.x.values, curve!.y.values];
    expect([curve!.name, curve!.x.unit, curve!.y.name, curve!.best]).toEqual(['periodogram', '1/d', statistic, 'lowest']);
    expect(x[0]).toBe(0.5);
    expect(x.every((f, i) => i === 0 || f > x[i - 1]!)).toBe(true);
    expect(row[statistic]!).toBeLessThanOrEqual(y.reduce((a, b) => Math.min(a, b)));
    expect(curve!.marks!.map((m) => m.y)).toEqual([row[statistic], row[`${statistic}_2`], row[`${statistic}_3`], row[`${statistic}_4`]]);
    expect(curve!.marks![0]!.label).toMatch(/^period 0\.613\d* d$/);
    expect(row['period_4']).toBe(1 / curve!.marks![3]!.x);
  });

  it('begins at two turns in the baseline and announces a long run', () => {
    const { time, value } = sawtooth(200, 0.6131, 4);
    const { curve } = search(def, { time, value }, { ...params, maximumFrequency: 1 });
    const baseline = Math.max(...time) - Math.min(...time);
    expect(curve!.x.values[0]).toBeCloseTo(2 / baseline, 12);
    const context = makeContext();
    const kernel = def.kernel(makeBatch({ columns: sawtooth(30_000, 0.6131, 4) }), checkParams(def, { ...params, maximumFrequency: 200 }), context);
    while (context.alerts.length === 0 && !kernel.next().done);
    kernel.return(undefined as never);
    expect(context.alerts[0]!.message).toMatch(/^30000 points × \d+ frequencies take about \d+ (s|min)$/);
  });

  it('previews 20 000 points in a moment, and says what it left out', () => {
    const data = sawtooth(20_000, 0.6131, 4);
    let best = Infinity;
    for (let k = 0; k < 3; k++) {
      const before = process.cpuUsage();
      const { row, alerts } = search(def, data, range, true);
      const used = process.cpuUsage(before);
      best = Math.min(best, (used.user + used.system) / 1000);
      expect(alerts[0]!.message).toMatch(/^preview: \d+ of 20000 points at \d+ of \d+ frequencies, up to /);
      expect(Math.abs(row['period']! / 0.6131 - 1)).toBeLessThan(1e-3);
    }
    console.info(`${def.id}: preview of 20 000 points ${best.toFixed(0)} ms`);
    expect(best, 'ms').toBeLessThan(300);
  });

  it('refuses what contradicts itself, and says why there is no period', () => {
    const data = sawtooth(60, 0.6131, 4);
    expect(() => search(def, data, { minimumFrequency: 3, maximumFrequency: 2 })).toThrow(
      /^invalid maximumFrequency: 2 \(must be above the minimum, 3\)$/,
    );
    expect(() => search(def, data, { minimumFrequency: 0 })).toThrow(AppError);
    expect(() => search(def, data, { maximumFrequency: 1e6 })).toThrow(/the grid has .* frequencies \(at most 2e\+7\)/);
    const none = search(def, { time: [1, 2, 3, 4], value: [1, 2, 3, 4] }, range);
    expect(none.row['period']).toBeUndefined();
    expect(none.alerts[0]!.message).toMatch(/fewer than 5 usable points/);
    expect(Object.keys(none.row)).toEqual(Object.keys(search(def, data, range).row));
  });
});
