import type { Kernel } from './kernel-spec';

/**
 * A kernel for cells of `step` × `step` pixels: what a convolution of the pixels does to the means of the cells, when the pixels of a cell are alike. A tap
 * reaches from each pixel of a cell into one or two others, and its weight is shared among them in that proportion; the sum stays the same, and
 * an outer product stays one. O(taps).
 */
export function coarseKernel(kernel: Kernel, step: number): Kernel {
  if (step === 1) return kernel;
  const x = shares(kernel.width, step);
  const y = shares(kernel.height, step);
  const separable = kernel.separable && { x: coarse(kernel.separable.x, x), y: coarse(kernel.separable.y, y) };
  const values = new Float64Array(x.cells * y.cells);
  if (separable) separable.y.forEach((b, j) => separable.x.forEach((a, i) => (values[j * x.cells + i] = a * b)));
  else
    for (let j = 0; j < kernel.height; j++)
      for (let i = 0; i < kernel.width; i++) {
        const v = kernel.values[j * kernel.width + i]!;
        const at = y.first[j]! * x.cells + x.first[i]!;
        const [right, up] = [x.next[i]!, y.next[j]!];
        values[at]! += v * (1 - right) * (1 - up);
        if (right > 0) values[at + 1]! += v * right * (1 - up);
        if (up > 0) values[at + x.cells]! += v * (1 - right) * up;
        if (right > 0 && up > 0) values[at + x.cells + 1]! += v * right * up;
      }
  return { width: x.cells, height: y.cells, values, sum: kernel.sum, ...(separable ? { separable } : {}) };
}

interface Shares {
  readonly cells: number;
  /** Cell of each tap, and the share of its weight that goes to the next one. */
  readonly first: Int32Array;
  readonly next: Float64Array;
}

function shares(taps: number, step: number): Shares {
  const half = (taps - 1) / 2;
  const reach = Math.ceil(half / step);
  const at = (i: number): number => Math.floor((i - half) / step);
  return {
    cells: 2 * reach + 1,
    first: Int32Array.from({ length: taps }, (_, i) => at(i) + reach),
    next: Float64Array.from({ length: taps }, (_, i) => (i - half - at(i) * step) / step),
  };
}

function coarse(taps: Float64Array, { cells, first, next }: Shares): Float64Array {
  const out = new Float64Array(cells);
  taps.forEach((v, i) => {
    out[first[i]!]! += v * (1 - next[i]!);
    if (next[i]! > 0) out[first[i]! + 1]! += v * next[i]!;
  });
  return out;
}
