import { describe, expect, it } from 'vitest';
import { checkParams } from '../../../src/core/operations/check-params';
import { drive, makeBatch, makeContext, seededRandom } from '../../../src/core/operations/runner';
import prewhiten from '../../../src/core/operations/periods/prewhiten';
import { addSinusoidsSteps, fitSinusoidsSteps } from '../../../src/core/numerics/sinusoids';
import { drain } from '../../../src/core/numerics/steps';
import { expectClose, golden } from '../../golden/load';

interface Golden {
  readonly magnitude: Readonly<Record<'time' | 'value' | 'error', readonly (number | null)[]>>;
  readonly prewhiten: {
    readonly frequencies: readonly number[];
    readonly terms: number;
    readonly fits: readonly { readonly frequency: number; readonly amplitudes: readonly number[]; readonly model: readonly number[] }[];
    readonly prewhitened: readonly number[];
  };
}
const G = golden<Golden>('periods.json');

function apply(columns: Record<string, ArrayLike<number>>, params: Record<string, unknown>) {
  const context = makeContext();
  const effect = drive(prewhiten.kernel(makeBatch({ columns }), checkParams(prewhiten, params), context));
  return {
    rows: effect.results!,
    column: (name: string): Float64Array => effect.columns!.find((c) => c.name === name)!.values as Float64Array,
    alerts: context.alerts.map((a) => a.message),
  };
}

describe('Prewhitening', () => {
  it('equals numpy’s least squares, one frequency after the other', () => {
    const { time, value, error } = G.magnitude;
    const keep = value.flatMap((v, i) => (v === null ? [] : [i]));
    const [t, rest, e] = [time, value, error].map((a) => Float64Array.from(keep, (i) => a[i]!)) as [Float64Array, Float64Array, Float64Array];
    for (const fit of G.prewhiten.fits) {
      const found = drain(fitSinusoidsSteps(t, rest, e, fit.frequency, G.prewhiten.terms))!;
      fit.amplitudes.forEach((a, k) => expectClose(found.amplitudes[k], a, 1e-9, `amplitude ${k}`));
      const model = new Float64Array(t.length);
      drain(addSinusoidsSteps(found, t, 1, model));
      fit.model.forEach((m, k) => expectClose(model[10 * k], m, 1e-9, `model ${k}`));
      drain(addSinusoidsSteps(found, t, -1, rest));
    }
    G.prewhiten.prewhitened.forEach((r, k) => expectClose(rest[10 * k], r, 1e-9, `rest ${k}`));
  });

  const random = seededRandom(8);
  const time = Array.from({ length: 400 }, () => 2_458_000 + 80 * random());
  const noise = time.map(() => 0.02 * (random() + random() + random() - 1.5));
  const wave = (period: number, amplitude: number) => (t: number) => amplitude * Math.sin((2 * Math.PI * t) / period);

  it('finds two periods, says their amplitudes and stops at the noise', () => {
    const value = time.map((t, i) => 14 + wave(0.7321, 0.3)(t) + wave(5.19, 0.1)(t) + noise[i]!);
    const { rows, column, alerts } = apply({ time, value }, { count: 5, maximumFrequency: 4 });
    expect(rows.length).toBe(2);
    expect(rows[0]!['period']).toBeCloseTo(0.7321, 4);
    expect(rows[0]!['amplitude_1']).toBeCloseTo(0.3, 2);
    expect(rows[1]!['period']).toBeCloseTo(5.19, 1);
    expect(rows[1]!['fap'] as number).toBeLessThan(1e-6);
    expect(alerts.join()).toContain('stopped after 2 of 5');
    const left = column('value_prewhitened');
    const mean = left.reduce((a, b) => a + b, 0) / left.length;
    expect(mean).toBeCloseTo(14, 1);
    expect(Math.sqrt(left.reduce((a, b) => a + (b - mean) ** 2, 0) / left.length)).toBeLessThan(0.012);
    const model = column('value_model');
    value.forEach((v, i) => expect(model[i]! + left[i]! - v).toBeCloseTo(mean, 2));
  });

  it('a limit of 1 goes on into the noise, a perfect fit ends it', () => {
    const noisy = apply({ time, value: noise }, { count: 3, maximumFrequency: 2, falseAlarmLimit: 1 });
    expect(noisy.rows.length).toBe(3);
    const t = time.map((x) => x - 2_458_000);
    const perfect = apply({ time: t, value: t.map((x) => 3 + wave(2, 1)(x)) }, { count: 3, period: 2, falseAlarmLimit: 1 });
    expect(perfect.rows.length).toBe(1);
    expect(perfect.alerts.join()).toContain('nothing is left after 1 of 3');
    expect(perfect.rows[0]).toMatchObject({ fap: undefined });
  });

  it('takes harmonics out of a skewed curve', () => {
    const skewed = time.map((t) => 14 + wave(0.55, 0.4)(t) + wave(0.275, 0.15)(t) + wave(0.55 / 3, 0.05)(t));
    const { rows } = apply({ time, value: skewed }, { terms: 3, maximumFrequency: 6 });
    expect(rows[0]!['period']).toBeCloseTo(0.55, 6);
    expect(rows[0]!['amplitude_3']).toBeCloseTo(0.05, 3);
    expect(rows[0]!['rest_std'] as number).toBeLessThan(1e-4);
  });
});
