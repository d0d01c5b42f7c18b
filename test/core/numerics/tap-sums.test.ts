import { afterEach, describe, expect, it, vi } from 'vitest';
import fc from 'fast-check';
import { convolveRows } from '../../../src/core/numerics/convolve/convolve-rows';
import { tapCost, tapSums } from '../../../src/core/numerics/convolve/tap-sums';
import { convolveWasm } from '../../../src/core/numerics/wasm/convolve-wasm';

afterEach(() => vi.unstubAllGlobals());

const side = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most });

describe('sums of taps', () => {
  it('are built with WebAssembly, and it runs here', () => {
    expect(convolveWasm).toBeInstanceOf(Uint8Array);
    expect(tapCost()).toBeLessThan(tapSums(1, true).cost);
  });

  it('in WebAssembly have the bits of those in TypeScript, and touch nothing else', () => {
    fc.assert(
      fc.property(side(9), side(9), side(40), side(7), fc.nat(3), fc.integer(), (kw, kh, width, height, gap, seed) => {
        const stride = width + kw - 1;
        let state = seed;
        const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) | 0) / 2 ** 24;
        const numbers = Float64Array.from({ length: stride * (height + kh - 1) }, random);
        const taps = { width: kw, height: kh, values: Float64Array.from({ length: kw * kh }, random) };
        const outStride = width + gap;
        const wanted = new Float64Array(outStride * height);
        convolveRows(numbers, stride, taps, wanted, outStride, width, 0, height);
        const sums = tapSums(numbers.length + taps.values.length + wanted.length);
        try {
          const padded = sums.array(numbers.length);
          padded.set(numbers);
          const out = sums.array(wanted.length);
          const own = sums.taps(taps);
          const half = height >> 1;
          sums.rows(padded, stride, own, out, outStride, width, 0, half);
          sums.rows(padded, stride, own, out, outStride, width, half, height);
          expect(out).toEqual(wanted);
          expect(own.values).toEqual(taps.values);
          expect(padded).toEqual(numbers);
        } finally {
          sums.release();
        }
      }),
    );
  });

  it('two at a time have memories of their own', () => {
    const one = tapSums(10);
    const other = tapSums(10);
    one.array(10).fill(1);
    expect(other.array(10)).toEqual(new Float64Array(10));
    one.release();
    other.release();
    // The memory of the other, grown: what it was used for is gone.
    const third = tapSums(100_000);
    expect(third.array(100_000).every((v) => v === 0)).toBe(true);
    third.release();
  });

  it('fall back to TypeScript where there is no WebAssembly', () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect(tapSums(10).cost).toBe(tapSums(10, true).cost);
  });
});
