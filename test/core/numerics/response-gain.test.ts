import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coveredEpoch } from '../../../src/core/numerics/covered-epoch';
import { responseGain } from '../../../src/core/numerics/response-gain';

const values = Float64Array.from({ length: 300 }, (_, i) => 100 + 3 * Math.sin(i / 7) + (i % 5) * 0.1);
const trend = Float64Array.from({ length: 300 }, (_, i) => 100 + 3 * Math.sin(i / 7));

describe('the gain of a response', () => {
  it('is 1 where a trend is subtracted, c / trend where it is divided by', () => {
    const subtracted = values.map((v, i) => v - trend[i]!);
    expect([...responseGain(values, subtracted, trend)].every((g) => g === 1)).toBe(true);
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 500, noNaN: true }), (level) => {
        const gain = responseGain(
          values,
          values.map((v, i) => (v / trend[i]!) * level),
          trend,
        );
        gain.forEach((g, i) => expect(g).toBeCloseTo(level / trend[i]!, 9));
      }),
    );
  });

  it('is the slope of a scaling, and 1 for what is no scaling', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 50, noNaN: true }), fc.double({ min: -1e3, max: 1e3, noNaN: true }), (a, b) => {
        const gain = responseGain(
          values,
          values.map((v) => a * v + b),
          undefined,
        );
        expect(gain[7]).toBeCloseTo(a, 6);
      }),
    );
    const smoothed = values.map((_, i) => (values[Math.max(0, i - 1)]! + values[i]!) / 2);
    expect(responseGain(values, smoothed, undefined)[0]).toBe(1);
  });

  it('looks past missing values', () => {
    const holes = values.map((v, i) => (i % 3 === 0 ? NaN : v));
    const after = holes.map((v, i) => v - trend[i]!);
    expect(responseGain(holes, after, trend)[0]).toBe(1);
  });
});

describe('the epoch that is covered best', () => {
  it('lies where the points are, whatever the phase', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.9, noNaN: true }), (phase) => {
        // Twenty nights; in each phase bin one point, and thirty more in a burst.
        const times = Float64Array.from({ length: 400 }, (_, i) => (i % 20) * 3 + (i < 100 ? (i / 100) * 3 : 3 * phase + (i / 400) * 0.2));
        const epoch = coveredEpoch(times, new Uint8Array(400).fill(1), 3, 0.3);
        const near = times.filter((t) => Math.abs((t - epoch) / 3 - Math.round((t - epoch) / 3)) * 3 <= 0.15).length;
        expect(near).toBeGreaterThan(200);
      }),
    );
  });

  it('is missing when no row can be used', () => {
    expect(coveredEpoch(Float64Array.of(1, 2), Uint8Array.of(0, 0), 1, 0.1)).toBeNaN();
  });
});
