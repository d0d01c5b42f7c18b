import { describe, expect, it } from 'vitest';
import { NestedHarmonics } from '../../../src/core/numerics/nested-harmonics';
import { parabolaThrough } from '../../../src/core/numerics/period-change';
import { drain } from '../../../src/core/numerics/steps';
import { type TemplateBand, TemplateModels } from '../../../src/core/numerics/template-search';
import { expectClose, golden } from '../../golden/load';

interface Band {
  readonly time: readonly number[];
  readonly value: readonly number[];
  readonly error: readonly number[];
}

interface Fit {
  readonly frequency: number;
  readonly shape: number;
  readonly score: number;
  readonly shift: number;
  readonly amplitudes: readonly number[];
}

const { bands, fits, few, few_fits, nested, parabola } = golden<{
  bands: readonly Band[];
  fits: readonly Fit[];
  few: Band;
  few_fits: readonly Fit[];
  nested: readonly { frequency: number; powers: readonly number[] }[];
  parabola: {
    cycle: readonly number[];
    delay: readonly number[];
    error: readonly number[];
    coefficients: readonly number[];
    sigma: number;
    chi2: number;
  };
}>('templates.json');

function bandOf({ time, value, error }: Band): TemplateBand {
  const raw = Float64Array.from(error, (e) => 1 / (e * e));
  const weight = raw.reduce((a, b) => a + b, 0);
  return { times: Float64Array.from(time), values: Float64Array.from(value), weights: raw.map((w) => w / weight), weight };
}

describe('against numpy and scipy', () => {
  it.each([
    ['three bands', bands, fits],
    ['nine points', [few], few_fits],
  ] as const)('template fits of %s', (_, of, expected) => {
    const models = drain(TemplateModels.prepareSteps(of.map(bandOf)));
    for (const fit of expected) {
      const made = drain(models.fitSteps(fit.frequency));
      expect(made.shape, `${fit.frequency}`).toBe(fit.shape);
      expectClose(made.score, fit.score, 1e-9, `score at ${fit.frequency}`);
      const shift = -((made.epoch - of[0]!.time[0]!) * fit.frequency);
      const apart = shift - fit.shift - Math.round(shift - fit.shift);
      // A shift is known to the square root of what its score is known to.
      expectClose(apart, 0, 1e-5, `shift at ${fit.frequency}`);
      fit.amplitudes.forEach((a, b) => expectClose(made.amplitudes[b], a, 1e-4, `amplitude at ${fit.frequency}, band ${b}`));
    }
  });

  it('1 to 8 harmonics at once explain what astropy finds one by one', () => {
    const fit = drain(NestedHarmonics.prepareSteps(bandOf(bands[0]!), 8));
    for (const { frequency, powers } of nested) {
      const made = drain(fit.fitSteps(frequency));
      powers.forEach((p, k) => expectClose(made[k + 1], p, 1e-9, `${k + 1} harmonics at ${frequency}`));
    }
  });

  it('the parabola of delays', () => {
    const { cycle, delay, error } = parabola;
    const made = parabolaThrough(cycle.map((c, k) => ({ cycle: c, time: c, delay: { value: delay[k]!, error: error[k]! } })))!;
    made.coefficients.forEach((c, k) => expect(Math.abs(c / parabola.coefficients[k]! - 1)).toBeLessThan(1e-9));
    expect(Math.abs(made.error / parabola.sigma - 1)).toBeLessThan(1e-9);
    expectClose(made.chi2, parabola.chi2, 1e-9, 'chi²');
  });
});
