import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPACECRAFT_FREQUENCIES, aliasLabel, aliasesOf, dayIn } from '../../../src/core/numerics/aliases';

describe('aliases', () => {
  const frequency = 1.759;

  it('are |f ± n·F|, in the unit of the time', () => {
    const all = aliasesOf(frequency, { day: 1 });
    const formulas = (f: number): string[] => all.filter((a) => Math.abs(a.frequency - f) < 1e-12).map((a) => a.formula);
    expect(formulas(0.759)).toEqual(['f − 1/d']);
    expect(formulas(2 - 1.759)).toEqual(['2·1/d − f']);
    expect(formulas(2 * 1.759)).toEqual(['2f']);
    const inSeconds = aliasesOf(frequency / 86_400, { day: 86_400 });
    inSeconds.forEach((a, k) => expect(a.frequency * 86_400).toBeCloseTo(all[k]!.frequency, 9));
  });

  it('without a known unit there are harmonics and peaks of the window only', () => {
    expect(new Set(aliasesOf(2, { windowPeaks: [0.25] }).map((a) => a.label))).toEqual(new Set(['harmonic', 'window']));
    expect(aliasesOf(2, {}).map((a) => a.frequency)).toEqual([2 / 3, 1, 4, 6]);
  });

  it('name a peak by the simplest that fits', () => {
    const label = (f: number, options = {}): string | undefined => aliasLabel(f, frequency, 0.002, { day: 1, ...options });
    expect(label(2.7591)).toBe('daily alias');
    expect(label(frequency + 1.00274)).toBe('sidereal alias');
    expect(label(frequency / 2)).toBe('half the frequency');
    expect(label(frequency + 1 / 29.53)).toBe('lunar alias');
    expect(label(0.241)).toBe('daily alias');
    expect(label(3.1)).toBeUndefined();
    expect(label(frequency + 1440 / 95.4, { known: SPACECRAFT_FREQUENCIES })).toBe('Hubble orbit alias');
    expect(label(frequency + 0.31, { windowPeaks: [0.31] })).toBe('window alias');
  });

  it('see each other', () => {
    const frequencies = fc.double({ min: 0.01, max: 20, noNaN: true });
    fc.assert(
      fc.property(frequencies, fc.constantFrom(-3, -2, -1, 1, 2, 3), (f, n) => {
        const seen = Math.abs(f + n);
        fc.pre(seen > 1e-3);
        expect(aliasLabel(seen, f, 1e-6, { day: 1 })).toMatch(/alias|frequency/);
        expect(aliasLabel(f, seen, 1e-6, { day: 1 })).toMatch(/alias|frequency/);
      }),
    );
  });

  it('a day is known in the units of time', () => {
    expect(['d', 'h', 's', 'min', 'wk', 'yr', 'furlong', undefined].map((u) => dayIn(u))).toEqual([
      1,
      24,
      86_400,
      1440,
      1 / 7,
      1 / 365.25,
      undefined,
      undefined,
    ]);
  });
});
