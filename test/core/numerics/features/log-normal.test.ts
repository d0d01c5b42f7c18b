import { describe, expect, it } from 'vitest';
import { logNormalTail } from '../../../../src/core/numerics/log-normal-cdf';
import { logNormalPair } from '../../../../src/core/numerics/log-normal-table';
import { sortedSteps } from '../../../../src/core/numerics/sort-values';
import { drain } from '../../../../src/core/numerics/steps';
import { seededRandom } from '../../../../src/core/operations/runner';
import { golden } from '../../../golden/load';

const { log_normal: made } = golden<{ readonly log_normal: readonly { z: number; below: number; above: number }[] }>('features.json');

describe('the logarithm of the normal distribution', () => {
  it.each(made)('at $z as scipy has it', ({ z, below, above }) => {
    const pair = new Float64Array(2);
    for (const sign of [-1, 1]) {
      logNormalPair(sign * z, pair);
      expect(Math.abs(logNormalTail(sign * z) - below)).toBeLessThanOrEqual(2e-13 * Math.max(1, Math.abs(below)));
      expect(Math.abs(pair[0]! - below)).toBeLessThanOrEqual(3e-13 * Math.max(1, Math.abs(below)));
      expect(Math.abs(pair[1]! - above)).toBeLessThanOrEqual(1e-13);
    }
  });

  it('agrees with itself everywhere, and is missing where z is', () => {
    const pair = new Float64Array(2);
    for (let z = 0; z < 9; z += 0.0037) {
      logNormalPair(z, pair);
      expect(Math.abs(pair[0]! - logNormalTail(z))).toBeLessThan(1e-12);
      expect(Math.abs(pair[1]! - Math.log1p(-Math.exp(logNormalTail(z))))).toBeLessThan(2e-13);
    }
    logNormalPair(NaN, pair);
    expect([...pair]).toEqual([NaN, NaN]);
  });
});

describe('sorting', () => {
  it.each([0, 1, 2, 1000, 2 ** 17, 2 ** 17 + 1, 500_000])('of %i values', (n) => {
    const random = seededRandom(n + 1);
    const values = Float64Array.from({ length: n }, () => (random() < 0.1 ? Math.round(20 * random()) : 1e3 * (random() - 0.5)));
    const before = values.slice();
    expect(drain(sortedSteps(values))).toEqual(Float64Array.from(before).sort());
    expect(values).toEqual(before);
  });
});
