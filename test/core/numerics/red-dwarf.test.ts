import { describe, expect, it } from 'vitest';
import { type LightCurve, lightCurveSteps } from '../../../src/core/numerics/curve/light-curve';
import { isQuiet, isRed } from '../../../src/core/numerics/curve/red-dwarf';
import { drain } from '../../../src/core/numerics/steps';
import { seededRandom } from '../../../src/core/operations/runner';

/** 100 points in turns in each band at these levels, of scatter 0.02 with errors of 0.02, and a wave. */
function curveOf(levels: readonly number[], wave = 0): LightCurve {
  const random = seededRandom(3);
  const n = 100 * levels.length;
  const band = Array.from({ length: n }, (_, i) => i % levels.length);
  const values = Float64Array.from(band, (b, i) => levels[b]! + 0.02 * Math.sqrt(12) * (random() - 0.5) + wave * Math.sin(i / 5));
  const times = Float64Array.from(band, (_, i) => i);
  return drain(lightCurveSteps(times, values, new Float64Array(n).fill(0.02), band, levels.length, new Uint8Array(n).fill(1)));
}

describe('a red dwarf', () => {
  it('is redder than the limit in bands that say so', () => {
    expect(isRed(curveOf([17.3, 16]), ['g', 'r'], 1.1)).toBe(true);
    expect(isRed(curveOf([17.3, 16]), ['zg', 'zr'], 1.1)).toBe(true);
    expect(isRed(curveOf([16, 17.3]), ['r', 'SDSS_g'], 1.1)).toBe(true);
    expect(isRed(curveOf([17.3, 16]), ['BP', 'RP'], 1.1)).toBe(false);
    expect(isRed(curveOf([17.8, 16]), ['BP', 'RP'], 1.1)).toBe(true);
    expect(isRed(curveOf([16.9, 16]), ['g', 'r'], 1.1)).toBe(false);
  });

  it('cannot be told from one band, or from bands of other names', () => {
    expect(isRed(curveOf([17]), [undefined], 1.1)).toBe(false);
    expect(isRed(curveOf([17.3, 16]), ['blue', 'red'], 1.1)).toBe(false);
    expect(isRed(curveOf([17.3, 16]), ['g', 'i'], 1.1)).toBe(false);
  });

  it('does not vary beyond its errors', () => {
    expect(isQuiet(curveOf([17.3, 16]))).toBe(true);
    expect(isQuiet(curveOf([17.3, 16], 0.2))).toBe(false);
  });
});
