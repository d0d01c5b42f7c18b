import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amdahlSpeedUp, fitAmdahl } from '../../../src/core/numerics/amdahl';
import { coRank, mergeRunsSteps } from '../../../src/core/numerics/merge-runs';
import { blockSumsSteps, pairwiseSum, SUM_BLOCK } from '../../../src/core/numerics/pairwise-sum';
import { radixSortSteps } from '../../../src/core/numerics/radix-sort';
import { drain } from '../../../src/core/numerics/steps';
import { expectClose, golden } from '../../golden/load';

interface Fits {
  readonly amdahl: readonly { workers: number[]; times: number[]; serial: number; error: number | null }[];
}

describe('Amdahl’s law', () => {
  it('is fitted as scipy.optimize.curve_fit does', () => {
    for (const [k, c] of golden<Fits>('lab.json').amdahl.entries()) {
      const fit = fitAmdahl(c.workers, c.times)!;
      expectClose(fit.serial, c.serial, 1e-9, `serial fraction ${k}`);
      if (c.error === null) expect(fit.error).toBeUndefined();
      else expectClose(fit.error, c.error, 1e-7, `its error ${k}`);
    }
  });

  it('is what it says: all serial 1, none serial n, and nothing without a time to compare with', () => {
    expect(amdahlSpeedUp(1, 8)).toBe(1);
    expect(amdahlSpeedUp(0, 8)).toBe(8);
    expect(fitAmdahl([2, 4], [5, 3])).toBeUndefined();
    expect(fitAmdahl([1], [5])).toBeUndefined();
  });
});

const floats = fc.array(fc.float({ noNaN: true }), { maxLength: 400 }).map((a) => Float32Array.from(a));
const runs = floats.map((a) => a.map((v) => Math.round(v % 7) + 0).sort());

describe('sorting by radix', () => {
  it('does what the language does, with negative numbers, zeros and infinities', () => {
    fc.assert(
      fc.property(floats, (values) => {
        const expected = values.slice().sort();
        drain(radixSortSteps(values));
        expect(Array.from(values)).toEqual(Array.from(expected));
      }),
    );
  });

  it('sorts a part of an array and leaves the rest alone', () => {
    const values = Float32Array.of(9, 3, -1, 2, 0);
    drain(radixSortSteps(values.subarray(1, 4)));
    expect(Array.from(values)).toEqual([9, -1, 2, 3, 0]);
  });
});

describe('merging', () => {
  it('gives the same whole or in pieces', () => {
    fc.assert(
      fc.property(runs, runs, fc.integer({ min: 1, max: 7 }), (a, b, pieces) => {
        const n = a.length + b.length;
        const expected = Float32Array.of(...a, ...b).sort();
        const out = new Float32Array(n);
        for (let p = 0; p < pieces; p++) {
          const [from, to] = [Math.floor((p * n) / pieces), Math.floor(((p + 1) * n) / pieces)];
          const [low, high] = [coRank(from, a, b), coRank(to, a, b)];
          drain(mergeRunsSteps(a.subarray(low, high), b.subarray(from - low, to - high), out.subarray(from, to)));
        }
        expect(Array.from(out)).toEqual(Array.from(expected));
      }),
    );
  });
});

describe('pairwise sums', () => {
  it('are exact where a loop in float32 is far off', () => {
    const n = 3 * SUM_BLOCK + 17;
    const values = new Float32Array(n).fill(0.1);
    const sums = new Float64Array(Math.ceil(n / SUM_BLOCK));
    drain(blockSumsSteps(values, sums));
    expect(Math.abs(pairwiseSum(sums) - n * Math.fround(0.1))).toBeLessThan(1e-9);
  });

  it('carry NaN', () => {
    expect(pairwiseSum([1, 2, NaN, 4, 5, 6, 7, 8, 9, 10])).toBeNaN();
  });
});
