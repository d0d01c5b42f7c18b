import { describe, expect, it } from 'vitest';
import { fastPowerSteps } from '../../../src/core/numerics/fast-lomb-scargle';
import { LombScargle, autoFrequency } from '../../../src/core/numerics/lomb-scargle';
import { windowPowerSteps } from '../../../src/core/numerics/spectral-window';
import { drain } from '../../../src/core/numerics/steps';
import { expectClose, golden, numbers } from '../../golden/load';

type Numbers = readonly (number | null)[];
const NORMALIZATIONS = ['standard', 'model', 'log', 'psd'] as const;
interface Curve {
  readonly time: Numbers;
  readonly value: Numbers;
  readonly error: Numbers;
}
interface Golden {
  readonly magnitude: Curve;
  readonly flux: Curve;
  readonly lomb_scargle: readonly ({
    readonly data: 'magnitude' | 'flux';
    readonly errors: boolean;
    readonly terms: number;
    readonly fitMean: boolean;
    readonly centerData: boolean;
    readonly first: number;
    readonly step: number;
    readonly count: number;
    readonly argmax: number;
    readonly at: readonly number[];
  } & Readonly<Record<(typeof NORMALIZATIONS)[number], readonly number[]>>)[];
  readonly window: { readonly first: number; readonly step: number; readonly count: number; readonly power: readonly number[] };
}
const G = golden<Golden>('periods.json');

function usable({ time, value, error }: Curve): { t: Float64Array; y: Float64Array; e: Float64Array } {
  const keep = value.flatMap((v, i) => (v === null ? [] : [i]));
  const pick = (a: Numbers): Float64Array => Float64Array.from(keep, (i) => a[i]!);
  return { t: pick(time), y: pick(value), e: pick(error) };
}

describe('Lomb–Scargle equals astropy', () => {
  it.each(G.lomb_scargle)('$data, errors $errors, $terms term(s), floating mean $fitMean, centred $centerData', (c) => {
    const { t, y, e } = usable(G[c.data]);
    const search = drain(LombScargle.prepareSteps(t, y, c.errors ? e : undefined, c.terms, c));
    const grid = autoFrequency(search.baseline, t.length, { samplesPerPeak: 4, nyquistFactor: 5, maximum: c.data === 'flux' ? 6 : 1.3 });
    expect(grid.count).toBe(c.count);
    expectClose(grid.first / c.first, 1, 1e-12, 'first');
    const exact = drain(search.powerSteps(grid));
    const fast = drain(fastPowerSteps(search, grid));
    expect(exact.indexOf(Math.max(...exact))).toBe(c.argmax);
    c.at.forEach((k, i) => {
      for (const norm of NORMALIZATIONS) {
        expectClose(search.normalize(exact[k]!, norm), c[norm][i], 1e-9, `${norm} at ${k}`);
      }
      expect(Math.abs(fast[k]! - exact[k]!)).toBeLessThan(1e-9);
    });
  });
});

describe('Spectral window', () => {
  it('is the square of the mean phasor', () => {
    const { t, y, e } = usable(G.magnitude);
    const { first, step, count, power } = G.window;
    const search = drain(LombScargle.prepareSteps(t, y, e, 1));
    drain(windowPowerSteps(search, { first, step, count })).forEach((p, k) => expectClose(p, power[k], 1e-9, `window at ${k}`));
    // On a finer grid the same by fast transforms.
    const fine = drain(windowPowerSteps(search, { first, step: step / 16, count: 16 * count }));
    power.forEach((p, k) => expectClose(fine[16 * k], p, 1e-9, `fine window at ${k}`));
    expect(numbers(G.magnitude.time).length).toBeGreaterThan(t.length);
  });
});
