import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argsortSteps, isSorted } from '../../../src/core/numerics/argsort';
import { LocalPolynomial, centreWeights } from '../../../src/core/numerics/local-polynomial';
import { LombScargle } from '../../../src/core/numerics/lomb-scargle';
import { movingMedianSteps } from '../../../src/core/numerics/moving-median';
import { findPeaks } from '../../../src/core/numerics/peaks';
import { selectKth, selectKthSteps } from '../../../src/core/numerics/quickselect';
import { median, medianSteps, percentile } from '../../../src/core/numerics/robust';
import { savitzkyGolaySteps } from '../../../src/core/numerics/savitzky-golay';
import { sigmaClipSteps } from '../../../src/core/numerics/sigma-clip';
import { drain, inBlocks, part } from '../../../src/core/numerics/steps';
import { cadenceSteps, fitPointsSteps } from '../../../src/core/numerics/time-segments';
import { SortedWindow } from '../../../src/core/numerics/sorted-window';
import { WindowMedian } from '../../../src/core/numerics/window-median';
import { seededRandom } from '../../../src/core/operations/runner';

// Multiples of 1/8 add up without rounding, so that shifting and scaling by powers of two is exact.
const number = fc.integer({ min: -4000, max: 4000 }).map((k) => k / 8);
const values = fc.array(number, { minLength: 1, maxLength: 200 }).map((a) => Float64Array.from(a));
const all = (n: number): Uint8Array => new Uint8Array(n).fill(1);
const sorted = (a: Float64Array): Float64Array => a.slice().sort();
const middle = (a: Float64Array): number => {
  const s = sorted(a);
  const k = s.length >> 1;
  return s.length % 2 ? s[k]! : (s[k - 1]! + s[k]!) / 2;
};

describe('selection', () => {
  it('finds every rank, and leaves the range partitioned', () => {
    fc.assert(
      fc.property(values, fc.nat(), (a, at) => {
        const k = at % a.length;
        const work = a.slice();
        expect(selectKth(work, k, 0, a.length - 1)).toBe(sorted(a)[k]);
        expect(work.slice(0, k).every((v) => v <= work[k]!)).toBe(true);
        expect(work.slice(k).every((v) => v >= work[k]!)).toBe(true);
        expect(median(a.slice())).toBe(middle(a));
        expect(percentile(a.slice(), 50)).toBeCloseTo(middle(a), 12);
      }),
    );
  });

  it.each(['random', 'ascending', 'descending', 'equal', 'organ pipe', 'two values'])('selects in slices: %s', (kind) => {
    const n = 700_001;
    const random = seededRandom(5);
    const make: Record<string, (i: number) => number> = {
      random: () => random(),
      ascending: (i) => i,
      descending: (i) => -i,
      equal: () => 4,
      'organ pipe': (i) => Math.min(i, n - i),
      'two values': (i) => i % 2,
    };
    const a = Float64Array.from({ length: n }, (_, i) => make[kind]!(i));
    const reference = sorted(a);
    for (const k of [0, 1000, n >> 1, n - 1]) expect(drain(selectKthSteps(a.slice(), k, 0, n - 1))).toBe(reference[k]);
    expect(drain(medianSteps(a.slice()))).toBe(reference[n >> 1]);
  });

  it('sorts stably with the missing last', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(NaN), fc.constant(-Infinity), fc.integer({ min: 0, max: 9 })), { maxLength: 60 }), (list) => {
        const a = Float64Array.from(list);
        const order = drain(argsortSteps(a));
        const expected = [...list.keys()].sort((i, j) => {
          const [x, y] = [list[i]!, list[j]!];
          if (x !== x || y !== y) return Number(x !== x) - Number(y !== y) || i - j;
          return x < y ? -1 : x > y ? 1 : i - j;
        });
        expect([...order]).toEqual(expected);
        expect(isSorted(a.map((_, i) => a[order[i]!]!))).toBe(true);
      }),
    );
  });
});

describe('sigma clipping', () => {
  const options = { sigmaLower: 2, sigmaUpper: 2, maxIterations: Infinity, center: 'median', spread: 'std' } as const;
  const clip = (a: Float64Array, use = all(a.length)): Uint8Array => drain(sigmaClipSteps(a, use, options)).mask;

  it('rejects nothing more from what it kept', () => {
    fc.assert(
      fc.property(values, (a) => {
        const first = clip(a);
        const kept = a.filter((_, i) => first[i] === 0);
        // Bounds need not be nested: a value an early round rejected may lie inside the last bounds, as in astropy.
        const { bounds } = drain(sigmaClipSteps(a, all(a.length), options));
        const again = drain(sigmaClipSteps(kept, all(kept.length), options));
        if (kept.every((v) => v >= bounds.low && v <= bounds.high) && again.bounds.iterations === 1)
          expect(again.mask.every((m) => m === 0)).toBe(true);
        for (const v of kept) expect(v >= bounds.low && v <= bounds.high).toBe(true);
      }),
    );
  });

  it('does not depend on zero point and scale', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -64, max: 64 }), fc.constantFrom(0.25, 2, 1024), (a, shift, scale) => {
        expect(clip(a.map((v) => v * scale)), 'scaled').toEqual(clip(a));
        const moved = clip(a.map((v) => v + shift));
        const { low, high } = drain(sigmaClipSteps(a, all(a.length), options)).bounds;
        // A value on a bound may fall on either side of it by rounding.
        a.forEach((v, i) => {
          if (Math.min(Math.abs(v - low), Math.abs(v - high)) > 1e-6) expect(moved[i]).toBe(clip(a)[i]);
        });
      }),
    );
  });
});

describe('running medians', () => {
  it.each([
    ['sorted array', SortedWindow],
    ['heaps', WindowMedian],
  ])('%s agrees with brute force', (_name, Window) => {
    const capacity = 10;
    fc.assert(
      fc.property(fc.array(fc.tuple(number, fc.boolean()), { maxLength: 300 }), (moves) => {
        const window = new Window(capacity);
        const held: number[] = [];
        for (const [value, isDrop] of moves) {
          if ((isDrop || held.length === capacity) && held.length > 0) {
            window.shift();
            held.shift();
          } else {
            window.push(value);
            held.push(value);
          }
          expect(window.size).toBe(held.length);
          if (held.length > 0) expect(window.median()).toBe(middle(Float64Array.from(held)));
          else expect(window.median()).toBeNaN();
        }
      }),
    );
  });

  it('agrees with brute force for long windows over many points', () => {
    const random = seededRandom(8);
    const n = 6000;
    const time = Float64Array.from({ length: n }, (_, i) => i + 0.5 * random());
    const value = time.map(() => random());
    const points = drain(fitPointsSteps(time, value, all(n), Infinity));
    const trend = drain(movingMedianSteps(time, points, 2400));
    for (const i of [0, 1, 700, 3000, 5999]) expect(trend[i]).toBe(middle(value.filter((_, j) => Math.abs(time[j]! - time[i]!) <= 1200)));
  });
});

const uneven = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), number), { minLength: 8, maxLength: 80 }).map((steps) => {
  let now = 58000;
  const time = Float64Array.from(steps, ([dt]) => (now += dt / 16));
  return { time, value: Float64Array.from(steps, ([, v]) => v) };
});

function trends(time: Float64Array, value: Float64Array, window: number): readonly Float64Array[] {
  const points = drain(fitPointsSteps(time, value, all(time.length), window / 2));
  return [drain(movingMedianSteps(time, points, window)), drain(savitzkyGolaySteps(time, points, window, 2, drain(cadenceSteps(points))))];
}

describe('trends', () => {
  it('of a constant is the constant', () => {
    fc.assert(
      fc.property(uneven, number, (series, level) => {
        for (const trend of trends(series.time, series.value.fill(level), 6)) for (const v of trend) if (v === v) expect(v).toBeCloseTo(level, 9);
      }),
    );
  });

  it('follows zero point and scale', () => {
    fc.assert(
      fc.property(uneven, (series) => {
        const before = trends(series.time, series.value, 6);
        const after = trends(
          series.time,
          series.value.map((v) => 4 * v + 100),
          6,
        );
        before.forEach((trend, k) =>
          trend.forEach((v, i) => {
            if (v === v) expect(Math.abs(after[k]![i]! - (4 * v + 100)) / 2000).toBeLessThan(1e-9);
            else expect(after[k]![i]).toBeNaN();
          }),
        );
      }),
    );
  });

  it('reproduces a polynomial of its order at any times', () => {
    const random = seededRandom(2);
    const time = Float64Array.from({ length: 60 }, (_, i) => 2457000 + 0.5 * i + 0.3 * random());
    const value = time.map((t) => 3 - 0.2 * (t - 2457000) + 0.01 * (t - 2457000) ** 2);
    const points = drain(fitPointsSteps(time, value, all(60), Infinity));
    const trend = drain(savitzkyGolaySteps(time, points, 8, 2, drain(cadenceSteps(points))));
    trend.forEach((v, i) => expect(v).toBeCloseTo(value[i]!, 8));
  });

  it('has no value where the window holds too few points, and says nothing else', () => {
    const time = Float64Array.from([0, 1, 2, 3, 50, 100, 101, 102, 103, NaN]);
    const value = Float64Array.from([1, 1, 1, 1, 9, 2, 2, 2, 2, 5]);
    const points = drain(fitPointsSteps(time, value, all(10), 10));
    expect([...points.starts]).toEqual([0, 4, 5, 9]);
    const trend = drain(savitzkyGolaySteps(time, points, 3.5, 2, 1));
    expect([...trend].map((v) => Math.round(v * 1e6) / 1e6)).toEqual([1, 1, 1, 1, NaN, 2, 2, 2, 2, NaN]);
  });

  it('does not fit a curve through fewer distinct times than it has coefficients', () => {
    const fit = new LocalPolynomial(2);
    expect(fit.fit(Float64Array.from([1, 1, 2, 2]), Float64Array.from([1, 2, 3, 4]), 0, 4, 1.5, 1)).toBe(false);
    expect(fit.fit(Float64Array.from([1, 2, 3]), Float64Array.from([1, 4, 9]), 0, 3, 2, 1)).toBe(true);
    expect(fit.valueAt(2.5)).toBeCloseTo(6.25, 12);
    expect([...centreWeights(2, 2)].map((w) => Math.round(w * 35))).toEqual([-3, 12, 17, 12, -3]);
  });
});

describe('periodogram', () => {
  const random = seededRandom(12);
  const time = Float64Array.from({ length: 80 }, () => 100 * random());
  const value = time.map((t) => Math.sin((2 * Math.PI * t) / 7.3) + 0.2 * random());
  const power = (t: Float64Array, y: Float64Array, terms = 1): Float64Array =>
    drain(drain(LombScargle.prepareSteps(t, y, undefined, terms)).powerSteps({ first: 0.01, step: 0.002, count: 400 }));

  it('does not depend on the zero points of time and value, nor on the scale', () => {
    const reference = power(time, value);
    power(
      time.map((t) => t + 4096),
      value.map((v) => 8 * v + 20),
    ).forEach((p, k) => expect(p).toBeCloseTo(reference[k]!, 8));
    expect(Math.max(...reference)).toBeLessThanOrEqual(1);
    expect(Math.min(...reference)).toBeGreaterThanOrEqual(0);
  });

  it('never loses power with more terms, and agrees with itself off the grid', () => {
    const one = power(time, value, 1);
    power(time, value, 3).forEach((p, k) => expect(p).toBeGreaterThanOrEqual(one[k]! - 1e-9));
    const search = drain(LombScargle.prepareSteps(time, value, undefined, 1));
    for (const k of [0, 127, 128, 129, 399]) expect(drain(search.powerAtSteps(0.01 + k * 0.002))).toBeCloseTo(one[k]!, 11);
  });

  it('finds the highest maxima apart from each other', () => {
    const curve = Float64Array.from([0, 5, 1, 4, 1, 0, 3, 3, 0, 9]);
    expect(findPeaks(curve, 5, 1)).toEqual([1, 3, 6]);
    expect(findPeaks(curve, 5, 2)).toEqual([1, 6]);
    expect(findPeaks(curve, 1, 0)).toEqual([1]);
    expect(findPeaks(Float64Array.from([1, 2, 3]), 3, 0)).toEqual([2]);
    expect(findPeaks(new Float64Array(0), 3, 0)).toEqual([]);
  });
});

describe('steps', () => {
  it('scales the progress of a part', () => {
    const seen: number[] = [];
    const work = part(
      inBlocks(10, () => undefined, 4),
      0.5,
      1,
    );
    for (let s = work.next(); !s.done; s = work.next()) seen.push(s.value.fraction);
    expect(seen).toEqual([0.7, 0.9]);
  });
});
