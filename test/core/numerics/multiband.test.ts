import { describe, expect, it } from 'vitest';
import { BandSum } from '../../../src/core/numerics/band-sum';
import { LombScargle } from '../../../src/core/numerics/lomb-scargle';
import { MultibandSearch } from '../../../src/core/numerics/multiband';
import { drain } from '../../../src/core/numerics/steps';
import { checkParams } from '../../../src/core/operations/check-params';
import multiband from '../../../src/core/operations/periods/multiband-lomb-scargle';
import { drive, makeBatch, makeContext, seededRandom } from '../../../src/core/operations/runner';
import { expectClose, golden } from '../../golden/load';

interface Golden {
  readonly bands: { readonly time: number[]; readonly value: number[]; readonly error: number[]; readonly band: string[] };
  readonly multiband: {
    readonly first: number;
    readonly step: number;
    readonly count: number;
    readonly every: number;
    readonly flexible: readonly {
      readonly errors: boolean;
      readonly termsBase: number;
      readonly termsBand: number;
      readonly regBase: number | null;
      readonly regBand: number;
      readonly power: readonly number[];
    }[];
    readonly sum: readonly { readonly errors: boolean; readonly terms: number; readonly power: readonly number[] }[];
  };
}
const G = golden<Golden>('periods.json');
const { first, step, count, every } = G.multiband;
const grid = { first, step, count };
const NAMES = ['g', 'i', 'r'];
const [t, y, e] = [G.bands.time, G.bands.value, G.bands.error].map((a) => Float64Array.from(a)) as [Float64Array, Float64Array, Float64Array];
const codes = G.bands.band.map((b) => NAMES.indexOf(b));

describe('Multiband periodogram', () => {
  it.each(G.multiband.flexible)('flexible equals astropy: errors $errors, $termsBase shared, $termsBand own, ridges $regBase $regBand', (c) => {
    const model = { ...c, regularizationBase: c.regBase ?? 0, regularizationBand: c.regBand };
    const search = drain(MultibandSearch.prepareSteps(t, y, c.errors ? e : undefined, codes, 3, model));
    const exact = drain(search.powerSteps(grid));
    const fast = drain(search.fastPowerSteps(grid));
    c.power.forEach((p, i) => {
      expectClose(exact[every * i], p, 1e-9, `power ${i}`);
    });
    exact.forEach((p, k) => expect(Math.abs(fast[k]! - p)).toBeLessThan(1e-8));
  });

  it.each(G.multiband.sum)('sum equals the bands of astropy weighted by chi²: errors $errors, $terms term(s)', (c) => {
    const searches = NAMES.map((_, b) => {
      const pick = (a: Float64Array): Float64Array => a.filter((_v, i) => codes[i] === b);
      return drain(LombScargle.prepareSteps(pick(t), pick(y), c.errors ? pick(e) : undefined, c.terms));
    });
    const power = drain(new BandSum(searches, 70).powerSteps(grid));
    c.power.forEach((p, i) => expectClose(power[every * i], p, 1e-9, `power ${i}`));
  });

  const random = seededRandom(12);
  const many = Array.from({ length: 600 }, () => 2_457_000 + 200 * random());
  const code = many.map((_, i) => (i < 10 ? 3 : i % 3));
  const value = many.map((x, i) => 15 + code[i]! + 0.2 * (1 + code[i]!) * Math.sin((2 * Math.PI * x) / 0.613) + 0.1 * random());

  it('fast sums of a long grid equal the exact ones to 1e-8, with a band of few points', () => {
    const model = { termsBase: 1, termsBand: 1, regularizationBase: 0, regularizationBand: 1e-6 };
    const search = drain(MultibandSearch.prepareSteps(Float64Array.from(many), Float64Array.from(value), undefined, code, 4, model));
    const long = { first: 0.0005, step: 0.001, count: 5000 };
    const [fast, exact] = [drain(search.fastPowerSteps(long)), drain(search.powerSteps(long))];
    let worst = 0;
    fast.forEach((p, k) => (worst = Math.max(worst, Math.abs(p - exact[k]!))));
    expect(worst).toBeLessThan(1e-8);
  });

  const apply = (columns: Record<string, ArrayLike<number>>, params: Record<string, unknown>) => {
    const context = makeContext();
    const batch = makeBatch({ columns: { ...columns }, units: { time: 'd' } });
    const effect = drive(multiband.kernel(batch, checkParams(multiband, params), context));
    return { row: effect.results![0]!, series: effect.series, alerts: context.alerts.map((a) => a.message) };
  };

  it.each(['flexible', 'sum'])('%s finds one period in bands of different levels and amplitudes', (model) => {
    const { row, series, alerts } = apply({ time: many, value, band: code }, { model, maximumFrequency: 4 });
    expect(row['period']).toBeCloseTo(0.613, 4);
    expect(row['bands']).toBe(4);
    expect(Object.keys(row).filter((k) => k.startsWith('fap'))).toEqual([]);
    expect(series![0]!.marks![0]!.label).toMatch(/^period 0\.61\d+ d/);
    expect(alerts).toEqual([]);
  });

  it('a shared phase is found where each band has too little', () => {
    const keep = [...many.keys()].filter((i) => i >= 10 && i < 40);
    const pick = (a: readonly number[]): number[] => keep.map((i) => a[i]!);
    const few = { time: pick(many), value: pick(value), band: pick(code) };
    const { row } = apply(few, { termsBand: 0, minimumFrequency: 1, maximumFrequency: 3 });
    expect(row['period']).toBeCloseTo(0.613, 3);
    const left = apply(few, { model: 'sum', termsBase: 5, minimumFrequency: 1, maximumFrequency: 3 });
    expect(left.row['period']).toBeUndefined();
    expect(left.alerts.join()).toContain('bands with fewer than 12 points');
  });
});
