/** The kernels there are, by the names recipes and the command line use. */
export const KERNEL_NAMES = [
  'gaussian',
  'box',
  'tophat',
  'ring',
  'mexican-hat',
  'lorentzian',
  'moffat',
  'airy',
  'trapezoid',
  'bicubic',
  'distance',
  'custom',
] as const;

export type KernelName = (typeof KERNEL_NAMES)[number];

/**
 * A kernel in words. Lengths are in pixels (in one dimension: in samples). What `width` is follows astropy's first argument: gaussian and mexican-hat
 * σ, box the full width, tophat, ring (inner), airy (first dark ring) and trapezoid in two dimensions the radius, trapezoid in one dimension the width
 * of its top, lorentzian the full width at half maximum, moffat γ, bicubic the pixels between two samples. distance and custom have none.
 */
export interface KernelSpec {
  readonly kernel: KernelName;
  /** > 0. */
  readonly width: number;
  /** Pixels along each axis, odd. Absent: astropy's rule, enough for the shape. */
  readonly size?: number | undefined;
  /** ring: from the inner to the outer radius. Absent: 1. */
  readonly ringWidth?: number | undefined;
  /** moffat: the exponent, > 0. Absent: 2.5. */
  readonly alpha?: number | undefined;
  /** trapezoid: how much its sides, from a top of 1, fall a pixel, > 0. Absent: 1. */
  readonly slope?: number | undefined;
  /** gaussian and moffat in two dimensions: degrees from the x axis to the long axis, counter-clockwise with y upwards. Absent: 0. */
  readonly angle?: number | undefined;
  /** gaussian and moffat in two dimensions: second axis over the first, > 0; `width` is along the first. Absent: 1. */
  readonly axisRatio?: number | undefined;
  /** custom: its rows. */
  readonly numbers?: readonly (readonly number[])[] | undefined;
}

/** A kernel as an array of odd sides; its middle is the pixel the result is written to. Row y, column x is `values[y * width + x]`. */
export interface Kernel {
  readonly width: number;
  /** 1 in one dimension. */
  readonly height: number;
  readonly values: Float64Array;
  readonly sum: number;
  /** Where it is an outer product (to 1e-14 of its largest value): values[y * width + x] = y[y] x[x]. */
  readonly separable?: { readonly x: Float64Array; readonly y: Float64Array } | undefined;
}
