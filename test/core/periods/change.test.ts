import { describe, expect, it } from 'vitest';
import { operations } from '../../../src/core/operations/registry';
import { seededRandom } from '../../../src/core/operations/runner';
import { run } from '../../conformance/harness';

const change = operations.get('periods.change')!;

const random = seededRandom(31);
/** Gaussian noise by the sum of twelve. */
const noise = (): number => Array.from({ length: 12 }, random).reduce((a, b) => a + b, -6);

/** A saw-toothed star whose cycle E begins at P·E + ½·P·rate·E². */
function star(n: number, period: number, rate: number, sigma: number): { time: number[]; value: number[]; error: number[] } {
  const time = Array.from({ length: n }, () => 2_455_000 + 1000 * random()).sort((a, b) => a - b);
  const value = time.map((t) => {
    const x = t - 2_455_000;
    // The root of the parabola in E.
    const cycles = rate === 0 ? x / period : (-1 + Math.sqrt(1 + (2 * rate * x) / period)) / rate;
    const phase = cycles - Math.floor(cycles);
    return 15 - 0.3 * Math.cos(2 * Math.PI * phase) - 0.12 * Math.cos(4 * Math.PI * phase + 0.4) + sigma * noise();
  });
  return { time, value, error: time.map(() => sigma) };
}

const params = { period: 0.61, terms: 3, groups: 10, brightness: 'auto' };
const resultOf = (columns: Record<string, number[]>): Record<string, number> =>
  run(change, { columns, units: { time: 'd', value: 'mag' } }, params).effect.results![0] as Record<string, number>;

describe('periods.change', () => {
  it('sees no change where there is none, with errors that are right', () => {
    const pulls: number[] = [];
    const parabolas: number[] = [];
    for (let k = 0; k < 30; k++) {
      const r = resultOf(star(300, 0.61, 0, 0.03));
      expect(Math.abs(r['period']! - 0.61)).toBeLessThan(5 * r['period_error']!);
      pulls.push(r['change']! / r['change_error']!);
      parabolas.push(r['dp_dt']! / r['dp_dt_error']!);
    }
    const rms = (a: number[]): number => Math.sqrt(a.reduce((s, v) => s + v * v, 0) / a.length);
    // The standard deviation of 30 numbers is known to 13 %.
    expect(rms(pulls)).toBeGreaterThan(0.6);
    expect(rms(pulls)).toBeLessThan(1.4);
    expect(rms(parabolas)).toBeGreaterThan(0.5);
    expect(rms(parabolas)).toBeLessThan(1.4);
  });

  it('measures a period that grows, by halves and by the parabola', () => {
    const rate = 1e-7;
    const r = resultOf(star(600, 0.61, rate, 0.02));
    expect(Math.abs(r['dp_dt']! - rate)).toBeLessThan(4 * r['dp_dt_error']!);
    expect(r['dp_dt_significance']).toBeGreaterThan(10);
    // The halves are half the time span apart.
    expect(Math.abs(r['change']! - rate * 500)).toBeLessThan(4 * r['change_error']!);
    expect(r['significance']).toBeGreaterThan(5);
  });

  it('draws the delays with their parabola', () => {
    const { effect } = run(change, { columns: star(600, 0.61, 1e-7, 0.02), units: { time: 'd', value: 'mag' } }, params);
    const [points, fit] = effect.series!;
    expect(points!.name).toBe('O−C');
    expect(points!.x.values).toHaveLength(10);
    // The middle comes early, both ends late.
    expect(points!.y.values[0]).toBeGreaterThan(points!.y.values[5]!);
    expect(points!.y.values[9]).toBeGreaterThan(points!.y.values[5]!);
    expect(fit!.y.values[50]).toBeLessThan(fit!.y.values[0]!);
  });

  it('finds the period itself', () => {
    const columns = star(300, 0.61, 0, 0.03);
    const found = run(change, { columns, units: { time: 'd', value: 'mag' } }, { ...params, period: undefined }).effect.results![0]!;
    expect(Math.abs((found['period'] as number) - 0.61)).toBeLessThan(1e-5);
  });

  it('says so when there are not two turns', () => {
    const { effect, alerts } = run(change, { columns: star(100, 0.61, 0, 0.03) }, { ...params, period: 800 });
    expect(effect.results![0]!['period']).toBeUndefined();
    expect(alerts.some((a) => a.message.includes('two turns'))).toBe(true);
  });
});
