/** Numbers on a grid, x fastest; a sequence has height 1. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** The numbers, or those of the rows from `top` on of which there are enough for what is asked for. */
  readonly values: Float64Array;
  /** Absent: 0. */
  readonly top?: number | undefined;
  /** 1 = the value counts; else it is missing, as one is that is not finite. Absent: all count. */
  readonly use?: Uint8Array | undefined;
}

export const BOUNDARIES = ['none', 'fill', 'extend', 'wrap'] as const;
export const MISSING_TREATMENTS = ['interpolate', 'fill', 'preserve'] as const;

/** The words of astropy.convolution.convolve, with the fill of the edge and that of missing values apart. */
export interface ConvolveOptions {
  /** Beyond the edge: nothing (the result is 0 within half a kernel of it), `fillValue`, the value at the edge, or the other side. */
  readonly boundary: (typeof BOUNDARIES)[number];
  /** NaN = what is beyond the edge is missing. */
  readonly fillValue: number;
  /** Left out of the weighted mean; replaced by `missingFill`; left out, and missing in the result where they are. */
  readonly missing: (typeof MISSING_TREATMENTS)[number];
  readonly missingFill: number;
  /** Divide by the kernel's sum. */
  readonly normalize: boolean;
  /** A convolution turns the kernel by 180°, a correlation does not. */
  readonly mode: 'convolution' | 'correlation';
  /** auto takes what should be fastest; separable is for kernels that are outer products only. */
  readonly method: 'auto' | 'direct' | 'separable' | 'fft';
}

/** astropy's defaults. */
export const CONVOLVE_DEFAULTS: ConvolveOptions = {
  boundary: 'fill',
  fillValue: 0,
  missing: 'interpolate',
  missingFill: 0,
  normalize: true,
  mode: 'convolution',
  method: 'auto',
};
