import { describe, expect, it } from 'vitest';
import { transitShapeSteps } from '../../../src/core/numerics/transit-shape';
import { drain } from '../../../src/core/numerics/steps';
import { seededRandom } from '../../../src/core/operations/runner';

const TRUTH = { period: 3.1234, epoch: 1501.3, width: 0.12, flank: 0.03 };

/** Transits with straight flanks, 0.01 deep, in Gaussian noise of `sigma`. */
function transits(sigma: number, seed: number) {
  const random = seededRandom(seed);
  const times = Float64Array.from({ length: 6000 }, (_, i) => 1500 + 0.0045 * i + 0.001 * random());
  const values = times.map((t) => {
    const dt = Math.abs(t - TRUTH.epoch - TRUTH.period * Math.round((t - TRUTH.epoch) / TRUTH.period));
    const inside = Math.min(1, Math.max(0, ((TRUTH.width + TRUTH.flank) / 2 - dt) / TRUTH.flank));
    const gauss = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return 1 - 0.01 * inside + sigma * gauss;
  });
  return { times, values };
}

const near = { period: TRUTH.period + 0.002, epoch: TRUTH.epoch - 0.004, duration: 0.15 };
const cyclesOff = (middle: number): number => (middle - TRUTH.epoch) / TRUTH.period - Math.round((middle - TRUTH.epoch) / TRUTH.period);

describe('the shape of a transit', () => {
  it('is found without noise', () => {
    const shape = drain(transitShapeSteps(transits(0, 1), near, 1e-5))!;
    expect(Math.abs(shape.period / TRUTH.period - 1)).toBeLessThan(2e-6);
    expect(Math.abs(cyclesOff(shape.middle)) * TRUTH.period).toBeLessThan(2e-5);
  });

  it('has a period within its error, which is neither too large nor too small', () => {
    const pulls = Array.from({ length: 30 }, (_, k) => {
      const shape = drain(transitShapeSteps(transits(0.002, k + 1), near, 0.002))!;
      return (shape.period - TRUTH.period) / shape.periodError;
    });
    const rms = Math.sqrt(pulls.reduce((s, p) => s + p * p, 0) / pulls.length);
    console.info(`errors of the period: rms ${rms.toFixed(2)} of what they say`);
    expect(rms).toBeGreaterThan(0.5);
    expect(rms).toBeLessThan(2);
  });

  it('is none where nothing falls', () => {
    const { times } = transits(0, 1);
    expect(drain(transitShapeSteps({ times, values: times.map(() => 1) }, near, 1))).toBeUndefined();
  });
});
