import type { Progress } from '../protocol/outcome';

/** Smallest power of two that is at least n. */
export function powerOfTwo(n: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, n)));
}

function reverseBits(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    const [a, b] = [re[i]!, im[i]!];
    re[i] = re[j]!;
    im[i] = im[j]!;
    re[j] = a;
    im[j] = b;
  }
}

/**
 * Discrete Fourier transform X_k = Σ x_j exp(-2πi jk/n) in place; the length must be a power of two (Cooley & Tukey 1965, Math. Comp. 19, 297,
 * doi:10.1090/S0025-5718-1965-0178586-1). O(n log n).
 */
export function* fftSteps(re: Float64Array, im: Float64Array): Generator<Progress, void> {
  const n = re.length;
  if (n !== im.length || n !== powerOfTwo(n)) throw new Error(`invalid length: ${n} (must be a power of two, twice the same)`);
  reverseBits(re, im);
  const cos = new Float64Array(n / 2);
  const sin = new Float64Array(n / 2);
  for (let i = 0; i < n / 2; i++) {
    cos[i] = Math.cos((2 * Math.PI * i) / n);
    sin[i] = -Math.sin((2 * Math.PI * i) / n);
  }
  const stages = Math.log2(n);
  for (let stage = 1; stage <= stages; stage++) {
    const size = 2 ** stage;
    const half = size / 2;
    const step = n / size;
    for (let from = 0; from < n; from += size)
      for (let i = from, k = 0; i < from + half; i++, k += step) {
        const j = i + half;
        const a = re[j]! * cos[k]! - im[j]! * sin[k]!;
        const b = re[j]! * sin[k]! + im[j]! * cos[k]!;
        re[j] = re[i]! - a;
        im[j] = im[i]! - b;
        re[i] = re[i]! + a;
        im[i] = im[i]! + b;
      }
    if (n > 2 ** 17) yield { fraction: stage / stages };
  }
}
