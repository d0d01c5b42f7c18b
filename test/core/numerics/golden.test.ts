import { describe, expect, it } from 'vitest';
import { falseAlarm, falseAlarmLevel, type FalseAlarmMethod } from '../../../src/core/numerics/false-alarm';
import { LombScargle, type Normalization, autoFrequency } from '../../../src/core/numerics/lomb-scargle';
import { movingMedianSteps } from '../../../src/core/numerics/moving-median';
import { biweightLocation, biweightScale, madStd, median, medianDeviation, percentile, std } from '../../../src/core/numerics/robust';
import { savitzkyGolaySteps } from '../../../src/core/numerics/savitzky-golay';
import { type ClipCenter, type ClipSpread, clipBoundsSteps, growingClipSteps, sigmaClipSteps } from '../../../src/core/numerics/sigma-clip';
import { drain } from '../../../src/core/numerics/steps';
import { cadenceSteps, fitPointsSteps } from '../../../src/core/numerics/time-segments';
import { expectClose, golden, numbers } from '../../golden/load';

type Numbers = readonly (number | null)[];
interface Trend {
  readonly window: number;
  readonly order: number;
  readonly breakTolerance: number;
  readonly trend: Numbers;
}
interface Golden {
  readonly mag: { readonly time: Numbers; readonly value: Numbers; readonly error: Numbers };
  readonly flux: { readonly time: Numbers; readonly value: Numbers };
  readonly clips: readonly {
    readonly series: 'mag' | 'flux';
    readonly center: ClipCenter;
    readonly spread: ClipSpread;
    readonly lower: number;
    readonly upper: number;
    readonly iterations: number | null;
    readonly grow: number;
    readonly flagged: readonly number[];
  }[];
  readonly robust: {
    readonly median: number;
    readonly mad_std: number;
    readonly biweight_location: number;
    readonly biweight_scale: number;
    readonly std1: number;
    readonly percentiles: readonly (readonly [number, number])[];
  };
  readonly savgol: readonly Trend[];
  readonly savgol_uneven: readonly Trend[];
  readonly savgol_plain: { readonly value: Numbers; readonly trend: Numbers };
  readonly moving_median: readonly Trend[];
  readonly lomb_scargle: readonly {
    readonly normalization: Normalization;
    readonly errors: boolean;
    readonly terms: number;
    readonly first: number;
    readonly step: number;
    readonly count: number;
    readonly argmax: number;
    readonly at: readonly number[];
    readonly power: readonly number[];
    readonly fap?: readonly (Record<FalseAlarmMethod, number> & { readonly power: number })[];
  }[];
  readonly autofrequency: { readonly first: number; readonly step: number; readonly count: number };
}

const G = golden<Golden>('operations.json');
const mag = { time: numbers(G.mag.time), value: numbers(G.mag.value), error: numbers(G.mag.error) };
const flux = { time: numbers(G.flux.time), value: numbers(G.flux.value) };
const all = (n: number): Uint8Array => new Uint8Array(n).fill(1);
const indices = (mask: Uint8Array): number[] => [...mask.keys()].filter((i) => mask[i] === 1);
const finite = (values: Float64Array): Float64Array => values.filter((v) => Number.isFinite(v));

describe('sigma clipping equals astropy', () => {
  for (const c of G.clips)
    it(`${c.series} ${c.center} ${c.spread} -${c.lower} +${c.upper} iterations ${c.iterations ?? 'all'} grow ${c.grow}`, () => {
      const { value } = c.series === 'mag' ? mag : flux;
      const options = { sigmaLower: c.lower, sigmaUpper: c.upper, maxIterations: c.iterations ?? Infinity, center: c.center, spread: c.spread };
      const order = Uint32Array.from(value.keys());
      const { mask } = drain(
        c.grow > 0 ? growingClipSteps(value, all(value.length), order, c.grow, options) : sigmaClipSteps(value, all(value.length), options),
      );
      expect(indices(mask)).toEqual(c.flagged);
    });

  it('gives the bounds of METHODS', () => {
    const x = Float64Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 100, -50, 5.5, 4.9, 7.7, 11.3]);
    const options = { sigmaLower: 3, sigmaUpper: 3, maxIterations: 1, center: 'median', spread: 'std' } as const;
    const once = drain(clipBoundsSteps(x, all(15), options));
    expectClose(once.low, -79.33354053674762, 1e-12, 'low');
    expectClose(once.high, 90.33354053674762, 1e-12, 'high');
    const five = drain(clipBoundsSteps(x, all(15), { ...options, maxIterations: 5 }));
    expectClose(five.low, -2.83891568448197, 1e-12, 'low');
    expectClose(five.high, 13.83891568448197, 1e-12, 'high');
  });
});

describe('robust statistics equal numpy and astropy', () => {
  const a = finite(mag.value);
  it('median, MAD, biweight, std, percentiles', () => {
    const middle = median(a.slice());
    const mad = medianDeviation(a, a.length, middle, new Float64Array(a.length));
    expectClose(middle, G.robust.median, 0, 'median');
    expectClose(madStd(a.slice()), G.robust.mad_std, 1e-12, 'mad_std');
    expectClose(biweightLocation(a, a.length, middle, mad), G.robust.biweight_location, 1e-12, 'location');
    expectClose(biweightScale(a, a.length, middle, mad), G.robust.biweight_scale, 1e-12, 'scale');
    expectClose(std(a, a.length, 1), G.robust.std1, 1e-12, 'std');
    for (const [q, value] of G.robust.percentiles) expectClose(percentile(a.slice(), q), value, 1e-12, `percentile ${q}`);
  });
});

function savgol(series: { time: Float64Array; value: Float64Array }, window: number, order: number, breakTolerance: number): Float64Array {
  const points = drain(fitPointsSteps(series.time, series.value, all(series.time.length), breakTolerance));
  return drain(savitzkyGolaySteps(series.time, points, window, order, drain(cadenceSteps(points))));
}

describe('Savitzky–Golay', () => {
  const cadence = 0.0204340278;
  for (const c of G.savgol)
    it(`equals scipy on even sampling: ${c.window} points, order ${c.order}`, () => {
      // Any width that holds this odd number of points is the same filter.
      for (const extra of [0.02, 0.5, 0.95]) {
        const trend = savgol(flux, (c.window - 1 + extra * 2) * cadence, c.order, Infinity);
        c.trend.forEach((v, i) => expectClose(trend[i], v, 1e-9, `row ${i}`));
      }
    });
  it('equals scipy on the values of METHODS', () => {
    const value = numbers(G.savgol_plain.value);
    const trend = savgol({ time: Float64Array.from(value.keys()), value }, 11, 2, Infinity);
    G.savgol_plain.trend.forEach((v, i) => expectClose(trend[i], v, 1e-9, `row ${i}`));
    for (const [row, v] of [
      [0, 10.375631240390772],
      [5, 10.005303115145779],
      [100, 10.122823826181607],
      [199, 9.738521886593968],
    ] as const)
      expectClose(trend[row], v, 1e-9, `row ${row}`);
  });
  for (const c of G.savgol_uneven)
    it(`equals numpy's least squares on uneven times, window ${c.window} d, order ${c.order}`, () => {
      const trend = savgol(mag, c.window, c.order, c.breakTolerance);
      let compared = 0;
      c.trend.forEach((v, i) => {
        // The brute force gives no value near the ends, where ours uses the outermost complete window.
        if (v === null) return;
        expectClose(trend[i], v, 1e-9, `row ${i}`);
        compared++;
      });
      expect(compared).toBeGreaterThan(80);
      expect(trend.every((v) => Number.isFinite(v))).toBe(true);
    });
});

describe('moving median equals brute force', () => {
  for (const c of G.moving_median)
    it(`window ${c.window} d, breaks ${c.breakTolerance} d`, () => {
      const points = drain(fitPointsSteps(mag.time, mag.value, all(mag.time.length), c.breakTolerance));
      const trend = drain(movingMedianSteps(mag.time, points, c.window));
      c.trend.forEach((v, i) => expectClose(trend[i], v, 0, `row ${i}`));
    });
});

describe('Lomb–Scargle equals astropy', () => {
  const keep = [...mag.value.keys()].filter((i) => Number.isFinite(mag.value[i]));
  const pick = (a: Float64Array): Float64Array => Float64Array.from(keep, (i) => a[i]!);
  const [t, y, e] = [pick(mag.time), pick(mag.value), pick(mag.error)];

  it('autofrequency', () => {
    const baseline = t.at(-1)! - t[0]!;
    const grid = autoFrequency(baseline, t.length, { samplesPerPeak: 5, nyquistFactor: 5 });
    expect(grid.count).toBe(G.autofrequency.count);
    expectClose(grid.first / G.autofrequency.first, 1, 1e-12, 'first');
    expectClose(grid.step / G.autofrequency.step, 1, 1e-9, 'step');
  });

  for (const c of G.lomb_scargle)
    it(`${c.normalization}, ${c.errors ? 'errors' : 'no errors'}, ${c.terms} term(s)`, () => {
      const search = drain(LombScargle.prepareSteps(t, y, c.errors ? e : undefined, c.terms));
      const grid = autoFrequency(search.baseline, search.points, { samplesPerPeak: 5, nyquistFactor: 5, maximum: 0.6 });
      expect(grid.count).toBe(c.count);
      const power = drain(search.powerSteps(grid)).map((p) => search.normalize(p, c.normalization));
      expect(power.indexOf(Math.max(...power))).toBe(c.argmax);
      // astropy's own normal equations lose digits for many terms where the frequency is close to 0.
      c.at.forEach((k, i) => expectClose(power[k], c.power[i], c.terms > 1 && k < 40 ? 1e-7 : 1e-9, `power ${k}`));
      const setting = {
        points: search.points,
        baseline: search.baseline,
        timeVariance: search.timeVariance,
        maximumFrequency: grid.first + (grid.count - 1) * grid.step,
        normalization: c.normalization,
      };
      for (const f of c.fap ?? [])
        for (const method of ['baluev', 'davies', 'naive'] as const)
          if (f[method] === 0) expect(falseAlarm(f.power, setting, method)).toBe(0);
          else expectClose(falseAlarm(f.power, setting, method) / f[method], 1, 1e-8, `${method} at ${f.power}`);
      if (c.fap) for (const p of [0.1, 0.001]) expectClose(falseAlarm(falseAlarmLevel(p, setting), setting), p, 1e-9, `level of ${p}`);
    });

  it('gives the values of METHODS (astropy 8.0.1)', () => {
    const n = 200;
    const time = Float64Array.from({ length: n }, (_, i) => 0.37 * i + 0.05 * Math.sin(i));
    const value = time.map((x, i) => 10 + Math.sin((2 * Math.PI * x) / 2.1) + 0.1 * Math.cos(7 * i));
    const error = time.map((_, i) => 0.1 + 0.01 * (i % 3));
    const search = drain(LombScargle.prepareSteps(time, value, error, 1));
    const grid = autoFrequency(search.baseline, n, { samplesPerPeak: 5, nyquistFactor: 5, maximum: 1.2 });
    expect(grid.count).toBe(442);
    expectClose(grid.first, 0.001358955809895038, 1e-14, 'f0');
    const power = drain(search.powerSteps(grid));
    const expected: Record<Normalization, readonly [number, number]> = {
      standard: [0.9784229829110508, 0.0007699880897953316],
      model: [45.345609120926994, 0.0007705814283173535],
      log: [3.836126554426815, 0.000770284682883087],
      psd: [4171.011572048012, 3.282454816545783],
    };
    for (const [name, [peak, start]] of Object.entries(expected)) {
      expectClose(search.normalize(power[175]!, name as Normalization), peak, 1e-9, name);
      expectClose(search.normalize(power[0]!, name as Normalization), start, 1e-9, name);
    }
    expectClose(Math.max(...drain(drain(LombScargle.prepareSteps(time, value, error, 2)).powerSteps(grid))), 0.984639586032851, 1e-9, 'two terms');
    const noise = time.map((x, i) => {
      const s = Math.sin(12.9898 * i + 1) * 43758.5453;
      return 10 + 0.12 * Math.sin((2 * Math.PI * x) / 2.1) + (s - Math.floor(s)) - 0.5;
    });
    const noisy = drain(LombScargle.prepareSteps(time, noise, new Float64Array(n).fill(0.5), 1));
    const z = Math.max(...drain(noisy.powerSteps(grid)));
    expectClose(z, 0.09280887952307934, 1e-8, 'z');
    // astropy counts up to the last frequency of its grid, not to the maximum asked for.
    const maximumFrequency = grid.first + (grid.count - 1) * grid.step;
    const { baseline, timeVariance } = noisy;
    const setting = { points: n, baseline, timeVariance, maximumFrequency, normalization: 'standard' } as const;
    expectClose(falseAlarm(z, setting, 'baluev'), 0.019550836058670678, 1e-8, 'baluev');
    expectClose(falseAlarm(z, setting, 'davies'), 0.0197444794456342, 1e-8, 'davies');
    expectClose(falseAlarm(z, setting, 'naive'), 0.00599792023559914, 1e-8, 'naive');
  });
});
