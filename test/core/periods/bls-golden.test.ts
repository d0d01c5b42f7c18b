import { describe, expect, it } from 'vitest';
import type { BoxObjective } from '../../../src/core/numerics/box-fit';
import { BoxSearch } from '../../../src/core/numerics/box-least-squares';
import { boxPeriods, listPeriods } from '../../../src/core/numerics/box-periods';
import { boxStatisticsSteps } from '../../../src/core/numerics/box-statistics';
import { drain } from '../../../src/core/numerics/steps';
import { expectClose, golden, numbers } from '../../golden/load';

interface Case {
  durations: number[];
  objective: BoxObjective;
  errors: boolean;
  auto: number[];
  limited: number[];
  periods: number[];
  power: number[];
  depth: number[];
  depth_error: number[];
  duration: number[];
  epoch: number[];
  snr: number[];
  log_likelihood: number[];
  across: [number, number, number][];
}
interface Stats {
  errors: boolean;
  period: number;
  duration: number;
  epoch: number;
  depth: number;
  transits: number;
  depth_odd: [number, number];
  depth_even: [number, number];
  depth_phased: [number, number];
  sine: number;
}
const G = golden<{ time: number[]; value: number[]; error: number[]; cases: Case[]; stats: Stats[] }>('bls.json');
const points = (hasErrors: boolean) => ({ times: numbers(G.time), values: numbers(G.value), errors: hasErrors ? numbers(G.error) : undefined });

const named = G.cases.map((c) => [`${c.durations.length} durations, ${c.objective}, ${c.errors ? 'with' : 'without'} errors`, c] as const);

describe('box least squares against astropy', () => {
  it.each(named)('with %s', (_name, c) => {
    const search = drain(BoxSearch.prepareSteps({ ...points(c.errors), durations: c.durations, oversample: 10, objective: c.objective }));
    const power = drain(search.powerSteps(Float64Array.from(c.periods)));
    let same = 0;
    c.periods.forEach((period, k) => {
      const fit = drain(search.fitSteps(period))!;
      expect(fit.power, `${period}: the curve has what the fit has`).toBe(power[k]);
      expectClose(fit.power / Math.max(c.power[k]!, c.across[k]![0]), 1, 1e-9, `${period}: best of all boxes`);
      if (c.across[k]![0] > c.power[k]! * (1 + 1e-9)) {
        expect(c.durations.length).toBeGreaterThan(1);
        expectClose(fit.depth / c.across[k]![1], 1, 1e-9, `${period}: depth`);
        expectClose(fit.duration, c.across[k]![2], 1e-9, `${period}: duration`);
        return;
      }
      same++;
      expectClose(fit.depth / c.depth[k]!, 1, 1e-9, `${period}: depth`);
      expectClose(fit.depthError / c.depth_error[k]!, 1, 1e-9, `${period}: depth error`);
      expectClose(fit.snr / c.snr[k]!, 1, 1e-9, `${period}: snr`);
      expectClose(fit.logLikelihood / c.log_likelihood[k]!, 1, 1e-9, `${period}: log-likelihood`);
      expectClose(fit.duration, c.duration[k], 1e-12, `${period}: duration`);
      // An epoch is a time near 2.5e6: the nanosecond is its last digit.
      expect(Math.abs(fit.epoch - c.epoch[k]!), `${period}: epoch`).toBeLessThan(1e-9);
    });
    expect(same).toBeGreaterThan(c.durations.length > 1 ? 20 : 29);
  });

  it.each(named)('has its grid with %s', (_name, c) => {
    const shortestDuration = Math.min(...c.durations);
    const baseline = Math.max(...G.time) - Math.min(...G.time);
    const auto = listPeriods(
      boxPeriods(baseline, {
        shortestDuration,
        frequencyFactor: 1.5,
        minimumPeriod: 2 * Math.max(...c.durations),
        maximumPeriod: baseline / 2,
      }),
    );
    expect(auto.length).toBe(c.auto[0]);
    expectClose(auto[0], c.auto[1], 1e-12, 'first');
    expectClose(auto[auto.length - 1], c.auto[2], 1e-9, 'last');
    expectClose(auto[Math.floor(auto.length / 3)], c.auto[3], 1e-12, 'a third');
    const limited = listPeriods(boxPeriods(baseline, { shortestDuration, frequencyFactor: 1, minimumPeriod: 1.2, maximumPeriod: 9 }));
    expect(limited.length).toBe(c.limited[0]);
    expectClose(limited[limited.length - 1], c.limited[2], 1e-9, 'last');
  });

  it.each(G.stats)('has its vetting statistics (errors: $errors)', (s) => {
    const box = { ...s, depthError: 0, snr: 0, logLikelihood: 0, power: 0 };
    const made = drain(boxStatisticsSteps(points(s.errors), box));
    expect(made.transits).toBe(s.transits);
    expectClose(made.depthOdd / s.depth_odd[0], 1, 1e-9, 'odd');
    expectClose(made.depthEven / s.depth_even[0], 1, 1e-9, 'even');
    expectClose(made.secondaryDepth / s.depth_phased[0], 1, 1e-9, 'half a period later');
    expectClose(made.secondarySnr / (s.depth_phased[0] / s.depth_phased[1]), 1, 1e-9, 'its significance');
    expectClose(made.sineLogLikelihood / s.sine, 1, 1e-8, 'sine');
  });
});
