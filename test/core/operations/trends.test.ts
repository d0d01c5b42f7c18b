import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkParams } from '../../../src/core/operations/check-params';
import { operations } from '../../../src/core/operations/registry';
import { type BatchSpec, drive, makeBatch, makeContext } from '../../../src/core/operations/runner';
import { AppError } from '../../../src/core/protocol/outcome';

const IDS = ['moving-average', 'moving-median', 'savgol', 'biweight', 'polynomial', 'spline', 'lowess'].map((name) => `trends.${name}`);

function trendOf(id: string, spec: BatchSpec, params: Record<string, unknown>): { trend: Float64Array; detrended: Float64Array; alerts: string } {
  const def = operations.get(id)!;
  const context = makeContext();
  const { columns } = drive(def.kernel(makeBatch({ ...spec, ordered: 'time' }), checkParams(def, params), context));
  const named = (suffix: string): Float64Array => columns!.find((c) => c.name === `value_${suffix}`)!.values as Float64Array;
  return { trend: named('trend'), detrended: named('detrended'), alerts: context.alerts.map((a) => a.message).join('; ') };
}

function refusal(id: string, params: Record<string, unknown>): string {
  try {
    trendOf(id, { columns: { time: [1, 2, 3], value: [1, 2, 3] } }, params);
  } catch (error) {
    if (error instanceof AppError) return error.fields.message;
    throw error;
  }
  throw new Error('was not refused');
}

const time = Array.from({ length: 480 }, (_, i) => 100 + i / 48);
const slow = time.map((t) => 5 * Math.sin(t / 4));
const inTransit = (t: number): boolean => Math.abs(t - 101 - 3 * Math.round((t - 101) / 3)) <= 0.4;
const dipped = time.map((t, i) => slow[i]! - (inTransit(t) ? 20 : 0));

describe.each(IDS)('%s', (id) => {
  const params = id === 'trends.polynomial' ? { order: 9 } : { window: 2 };

  it('does not follow masked transits, and is given in them', () => {
    const mask = { maskPeriod: 3, maskEpoch: 101, maskDuration: 0.9 };
    const least = { ...params, ...(id === 'trends.spline' || id === 'trends.polynomial' || id === 'trends.lowess' ? { iterations: 0 } : {}) };
    const masked = trendOf(id, { columns: { time, value: dipped } }, { ...least, ...mask });
    const plain = trendOf(id, { columns: { time, value: dipped } }, least);
    const clean = trendOf(id, { columns: { time, value: slow } }, least);
    const worst = (found: Float64Array): number => Math.max(...found.map((v, i) => (inTransit(time[i]!) ? Math.abs(v - clean.trend[i]!) : 0)));
    expect(masked.trend.every((v) => Number.isFinite(v))).toBe(true);
    expect(worst(masked.trend)).toBeLessThan(1);
    if (!['trends.biweight', 'trends.moving-median'].includes(id)) expect(worst(plain.trend)).toBeGreaterThan(2);
    // What lies in a masked transit has no say in the trend.
    const other = trendOf(id, { columns: { time, value: dipped.map((v, i) => (inTransit(time[i]!) ? 1e6 : v)) } }, { ...least, ...mask });
    expect([...other.trend]).toEqual([...masked.trend]);
  });

  it('masks once without a period', () => {
    const value = time.map((t, i) => slow[i]! - (Math.abs(t - 104) <= 0.2 ? 20 : 0));
    const least = { ...params, ...(id === 'trends.spline' || id === 'trends.polynomial' || id === 'trends.lowess' ? { iterations: 0 } : {}) };
    const { trend } = trendOf(id, { columns: { time, value } }, { ...least, maskEpoch: 104, maskDuration: 0.4 + 1e-9 });
    const clean = trendOf(id, { columns: { time, value: slow } }, least);
    expect(Math.max(...trend.map((v, i) => Math.abs(v - clean.trend[i]!)))).toBeLessThan(0.6);
  });

  it('refuses masks that make no sense', () => {
    expect(refusal(id, { maskPeriod: 3, maskDuration: 3 })).toContain('invalid maskDuration: 3 (must be <');
    expect(refusal(id, { maskPeriod: 3 })).toContain('invalid maskDuration: 0');
  });

  it('moves and scales with its values, zero and below included', () => {
    fc.assert(
      fc.property(fc.integer({ min: -64, max: 64 }), fc.constantFrom(-2, -0.5, 0.25, 4), (shift, factor) => {
        const noisy = slow.map((v, i) => v + Math.sin(i * i));
        const base = trendOf(id, { columns: { time, value: noisy } }, params).trend;
        const moved = trendOf(id, { columns: { time, value: noisy.map((v) => factor * (v + shift)) } }, params).trend;
        base.forEach((v, i) => expect(Math.abs(moved[i]! - factor * (v + shift))).toBeLessThan(1e-6 * Math.max(1, Math.abs(factor * shift))));
      }),
      { numRuns: 12 },
    );
  });

  it('uses the last point of a segment', () => {
    const value = slow.map((v, i) => (i === time.length - 1 ? v + 3 : v));
    const least = { ...params, ...(id === 'trends.spline' || id === 'trends.polynomial' || id === 'trends.lowess' ? { iterations: 0 } : {}) };
    const { trend } = trendOf(id, { columns: { time, value } }, least);
    const without = trendOf(id, { columns: { time, value: slow } }, least);
    expect(trend.some((v, i) => v !== without.trend[i])).toBe(true);
  });
});

describe('single trends', () => {
  it('moving average weighs by errors, and counts what has none', () => {
    const spec = { columns: { time: [0, 1, 2, 3], value: [1, 2, 3, 100], error: [1, 2, NaN, 0] } };
    const { trend, alerts } = trendOf('trends.moving-average', spec, { window: 20, weights: 'errors' });
    expect(trend[3]).toBeCloseTo((1 + 2 / 4) / (1 + 1 / 4), 12);
    expect(alerts).toContain('without a positive error');
    expect(refusal('trends.moving-average', { weights: 'errors' })).toContain('no error column');
  });

  it('polynomial cuts long segments, and gives nothing far from its points', () => {
    const value = time.map((t) => Math.abs(t - 105));
    const { detrended } = trendOf('trends.polynomial', { columns: { time, value } }, { order: 1, window: 5, breakTolerance: 1 });
    expect(Math.max(...detrended.map(Math.abs))).toBeLessThan(0.03);
    const far = { columns: { time: [0, 1, 2, 3, 30], value: [1, 2, 3, 4, NaN] } };
    const reached = trendOf('trends.polynomial', far, { order: 1, breakTolerance: 5 });
    expect(reached.trend[4]).toBeNaN();
    expect(reached.alerts).toContain('too few points near them');
    expect(trendOf('trends.polynomial', far, { order: 1 }).trend[4]).toBeCloseTo(31, 9);
  });

  it('spline leaves out knots without points between them, and segments of too few', () => {
    const gappy = time.map((t, i) => (i > 100 && i < 300 ? NaN : t));
    const { trend } = trendOf('trends.spline', { columns: { time: gappy, value: slow } }, { window: 0.5, breakTolerance: 20, iterations: 0 });
    const held = trend.filter((v) => Number.isFinite(v));
    expect(held.length).toBe(time.length - 199);
    const few = trendOf('trends.spline', { columns: { time: [0, 1, 2], value: [1, 2, 3] } }, { window: 10 });
    expect([...few.trend]).toEqual([NaN, NaN, NaN]);
    expect(few.alerts).toContain('too few points near them');
  });
});
