import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResultValue } from '../../../src/core/operations/definition';
import { checkParams } from '../../../src/core/operations/check-params';
import { operations } from '../../../src/core/operations/registry';
import { seededRandom } from '../../../src/core/operations/runner';
import { type Params, run } from '../../conformance/harness';

const vote = operations.get('periods.vote')!;

type Row = Readonly<Record<string, ResultValue>>;

interface Setting {
  readonly n?: number;
  readonly sigma?: number;
  readonly seed?: number;
  /** Days of the first and last night. */
  readonly span?: number;
}

/** Observed at night: times within a third of a day, errors as they are. */
function observed(shape: (t: number, random: () => number) => number, { n = 300, sigma = 0.02, seed = 5, span = 900 }: Setting = {}) {
  const random = seededRandom(seed);
  const noise = (): number => Array.from({ length: 12 }, random).reduce((a, b) => a + b, -6);
  const time = Array.from({ length: n }, () => 58_000 + Math.floor(span * random()) + 0.3 * random()).sort((a, b) => a - b);
  return { time, value: time.map((t) => shape(t, random) + sigma * noise()), error: time.map(() => sigma) };
}

function rowOf(columns: Record<string, readonly (number | string)[]>, params: Params = {}, unit = 'mag'): Row {
  return run(vote, { columns: columns as never, units: { time: 'd', value: unit } }, checkParams(vote, params) as Params).effect.results![0]!;
}

const phaseOf = (t: number, period: number): number => {
  const cycles = (t - 58_000) / period;
  return cycles - Math.floor(cycles);
};
/** Eclipses of a tenth of the period, of these depths. */
const binary = (period: number, deep: number, shallow: number) => (t: number) => {
  const p = phaseOf(t, period);
  return 14 + (p < 0.05 || p > 0.95 ? deep : Math.abs(p - 0.5) < 0.05 ? shallow : 0);
};
const close = (row: Row, period: number): void => expect(Math.abs((row['period'] as number) / period - 1), String(row['reason'])).toBeLessThan(3e-4);

describe('periods.vote', () => {
  it('finds a sinusoid; all methods but those that see multiples agree', () => {
    const row = rowOf(observed((t) => 15 + 0.2 * Math.sin(2 * Math.PI * phaseOf(t, 0.737))));
    close(row, 0.737);
    expect(row['class']).toBe('sinusoidal');
    expect(row['relation_ls']).toBe('same');
    expect(row['votes']).toBeGreaterThanOrEqual(4);
  });

  it('gives unequal eclipses their whole period, and says that one sinusoid sees another', () => {
    const row = rowOf(observed(binary(2.3417, 0.5, 0.35)));
    close(row, 2.3417);
    expect(row['class']).toBe('eclipse');
    expect(row['relation_ls']).not.toBe('same');
    // Of the first eclipse at or after the first point.
    expect(Math.abs(phaseOf(row['epoch'] as number, 2.3417) - Math.round(phaseOf(row['epoch'] as number, 2.3417)))).toBeLessThan(0.01);
  });

  it('gives equal eclipses half of it: no more is in the data', () => {
    close(rowOf(observed(binary(2.3417, 0.5, 0.5))), 2.3417 / 2);
  });

  it('finds shallow transits under a drift and among outliers', () => {
    const shape = (t: number, random: () => number): number => {
      const inTransit = phaseOf(t, 3.1234) < 0.06;
      return 14 + (inTransit ? 0.02 : 0) + (0.1 * (t - 58_000)) / 365 + (random() < 0.015 ? 0.5 * (random() - 0.3) : 0);
    };
    const row = rowOf(observed(shape, { n: 500, sigma: 0.004 }));
    close(row, 3.1234);
    expect(row['class']).toBe('transit');
  });

  it('prefers a slow variation to its alias of the day', () => {
    const row = rowOf(observed((t) => 12 + Math.sin(2 * Math.PI * phaseOf(t, 280)) + 0.3 * Math.cos(4 * Math.PI * phaseOf(t, 280)), { span: 1500 }));
    expect(Math.abs(1 / (row['period'] as number) - 1 / 280)).toBeLessThan(0.1 / 1500);
  });

  it('does not believe a constant star', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const row = rowOf(observed(() => 16, { seed, n: 200 }));
      expect(row['class'], `seed ${seed}: evidence ${String(row['evidence'])}`).toBe('none');
      expect(row['period']).toBeGreaterThan(0);
    }
  });

  it('takes all bands together, whatever their levels and amplitudes', () => {
    const star = observed((t) => Math.exp(-3 * phaseOf(t, 0.5831)), { n: 45, sigma: 0 });
    const bands = star.time.map((_, i) => 'gri'[i % 3]!);
    const level = { g: 17, r: 16.2, i: 16.1 } as Record<string, number>;
    const amplitude = { g: 1.1, r: 0.8, i: 0.6 } as Record<string, number>;
    const value = star.value.map((v, i) => level[bands[i]!]! - amplitude[bands[i]!]! * v);
    const row = rowOf({ time: star.time, value, error: star.time.map(() => 0.01), band: bands });
    close(row, 0.5831);
    expect(row['class']).toBe('pulsator');
  });

  it('knows dips of a flux from those of a magnitude', () => {
    const { time, value, error } = observed(binary(2.3417, 0.5, 0.35), { sigma: 0.01 });
    const flux = rowOf({ time, value: value.map((m) => 10 ** (-0.4 * (m - 14))), error }, {}, 'e-/s');
    close(flux, 2.3417);
    expect(flux['class']).toBe('eclipse');
    const turned = rowOf({ time, value, error }, { brightness: 'fluxes' });
    expect(turned['class'] === 'eclipse' && Math.abs((turned['period'] as number) - 2.3417) < 1e-3 && turned['relation_box'] === 'same').toBe(false);
  });

  it('does not depend on the level, the size or the zero of time', () => {
    const star = observed((t) => 15 + 0.3 * Math.exp(-3 * phaseOf(t, 0.5831)), { n: 120 });
    const before = rowOf(star, {}, 'x')['frequency'] as number;
    fc.assert(
      fc.property(
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.integer({ min: -3000, max: 3000 }),
        (level, size, days) => {
          const moved = {
            time: star.time.map((t) => t + days),
            value: star.value.map((v) => level + size * v),
            error: star.error.map((e) => size * e),
          };
          expect(Math.abs((rowOf(moved, {}, 'x')['frequency'] as number) - before)).toBeLessThan(1e-5);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('says what is wrong with too few points, and with limits that cross', () => {
    const few = run(vote, { columns: observed(() => 15, { n: 6 }) }, checkParams(vote, {}) as Params);
    expect(few.effect.results![0]!['period']).toBeUndefined();
    expect(few.alerts[0]!.message).toContain('fewer than 10');
    expect(() =>
      rowOf(
        observed(() => 15),
        { minimumFrequency: 2, maximumFrequency: 1 },
      ),
    ).toThrow(/maximumFrequency: 1/);
  });

  it('averages many points and finds the same', () => {
    const star = observed((t) => 15 + 0.2 * Math.sin(2 * Math.PI * phaseOf(t, 4.37)), { n: 30_000, span: 90 });
    const { effect, alerts } = run(vote, { columns: star, units: { value: 'mag' } }, checkParams(vote, {}) as Params);
    expect(alerts.some((a) => a.message.includes('averaged'))).toBe(true);
    close(effect.results![0]!, 4.37);
  });
});
