import { kernel1d, kernel2d } from '../../../core/numerics/convolve/kernels';
import type { Kernel, KernelName, KernelSpec } from '../../../core/numerics/convolve/kernel-spec';

const SIDE = 33;

/** Widths at which each shape is told from the others in a picture of 33 pixels. */
const SHAPES: Readonly<Record<Exclude<KernelName, 'custom'>, Omit<KernelSpec, 'kernel'>>> = {
  gaussian: { width: 5 },
  box: { width: 17 },
  tophat: { width: 10 },
  ring: { width: 8, ringWidth: 4 },
  'mexican-hat': { width: 4 },
  lorentzian: { width: 6 },
  moffat: { width: 6, alpha: 1.5 },
  airy: { width: 7 },
  trapezoid: { width: 5, slope: 0.12 },
  bicubic: { width: 7 },
  distance: { width: 1 },
};

/** The kernel of a thumbnail; undefined for one that has no shape of its own (custom). */
export function thumbKernel(kernel: KernelName, dimensions: 1 | 2): Kernel | undefined {
  if (kernel === 'custom') return undefined;
  const spec = { kernel, size: SIDE, ...SHAPES[kernel] };
  return dimensions === 1 ? kernel1d(spec) : kernel2d(spec);
}
