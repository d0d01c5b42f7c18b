import { besselJ1 } from '../bessel-j1';
import type { KernelSpec } from './kernel-spec';

/** A kernel before it is sampled. */
export interface KernelModel {
  value(x: number, y: number): number;
  /** The width that must fit: rounded up to an odd number of pixels. */
  readonly extent: number;
  /** The array is divided by its sum. */
  readonly isNormalized: boolean;
  /** Sampled as the mean of the values at a pixel's corners (its ends in one dimension), not at its middle. */
  readonly atCorners?: boolean;
}

/** First zero of J₁. */
const AIRY_ZERO = 3.831705970207512;

/** Keys' cubic convolution kernel with a = -1/2 (Keys 1981, IEEE Trans. ASSP 29, 1153, doi:10.1109/TASSP.1981.1163711). */
function keys(distance: number): number {
  const d = Math.abs(distance);
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
  if (d < 2) return ((-0.5 * d + 2.5) * d - 4) * d + 2;
  return 0;
}

function gaussian({ width: a, axisRatio = 1, angle = 0 }: KernelSpec): KernelModel {
  const b = a * axisRatio;
  const theta = (angle * Math.PI) / 180;
  const cos2 = Math.cos(theta) ** 2;
  const sin2 = Math.sin(theta) ** 2;
  const sinTwo = Math.sin(2 * theta);
  const xx = 0.5 * (cos2 / a ** 2 + sin2 / b ** 2);
  const xy = 0.5 * (sinTwo / a ** 2 - sinTwo / b ** 2);
  const yy = 0.5 * (sin2 / a ** 2 + cos2 / b ** 2);
  return { value: (x, y) => Math.exp(-(xx * x * x + xy * x * y + yy * y * y)), extent: 8 * Math.max(a, b), isNormalized: true };
}

function moffat({ width: gamma, alpha = 2.5, axisRatio = 1, angle = 0 }: KernelSpec): KernelModel {
  const cos = Math.cos((angle * Math.PI) / 180);
  const sin = Math.sin((angle * Math.PI) / 180);
  const value = (x: number, y: number): number => {
    const along = x * cos + y * sin;
    const across = (y * cos - x * sin) / axisRatio;
    return (1 + (along * along + across * across) / gamma ** 2) ** -alpha;
  };
  return { value, extent: 8 * Math.max(1, axisRatio) * gamma * Math.sqrt(2 ** (1 / alpha) - 1), isNormalized: true };
}

function mexicanHat(sigma: number, dimensions: 1 | 2): KernelModel {
  const amplitude = dimensions === 1 ? 1 / (Math.sqrt(2 * Math.PI) * sigma ** 3) : 1 / (Math.PI * sigma ** 4);
  const value = (x: number, y: number): number => {
    const s = (x * x + y * y) / (2 * sigma * sigma);
    return amplitude * (1 - (dimensions === 1 ? 2 * s : s)) * Math.exp(-s);
  };
  return { value, extent: 8 * sigma, isNormalized: false };
}

function airy(radius: number): KernelModel {
  const known = new Map<number, number>();
  const value = (x: number, y: number): number => {
    const square = x * x + y * y;
    let v = known.get(square);
    if (v === undefined) {
      const r = (Math.sqrt(square) * AIRY_ZERO) / radius;
      v = square === 0 ? 1 : ((2 * besselJ1(r)) / r) ** 2;
      known.set(square, v);
    }
    return v;
  };
  return { value, extent: 8 * radius, isNormalized: true };
}

/**
 * The kernel's shape, sampling rule and default extent, as astropy.convolution has them. It has no Lorentzian kernel (the shape is modeling.Lorentz1D
 * and Lorentz2D; its wings never end, so it is cut at ±5 times the full width at half maximum), and no bicubic, distance, or in one dimension tophat,
 * ring, moffat and airy ones: these are cuts through the middle of those of two dimensions. `custom` has no model.
 */
export function kernelModel(spec: KernelSpec, dimensions: 1 | 2): KernelModel {
  const { width: w, ringWidth = 1, slope = 1 } = spec;
  const round = (test: (r2: number) => boolean, extent: number): KernelModel => ({
    value: (x, y) => (test(x * x + y * y) ? 1 : 0),
    extent,
    isNormalized: true,
  });
  switch (spec.kernel) {
    case 'gaussian':
      return gaussian(dimensions === 1 ? { ...spec, axisRatio: 1, angle: 0 } : spec);
    case 'moffat':
      return moffat(dimensions === 1 ? { ...spec, axisRatio: 1, angle: 0 } : spec);
    case 'box':
      return { value: (x, y) => (Math.abs(x) <= w / 2 && Math.abs(y) <= w / 2 ? 1 : 0), extent: w, isNormalized: true, atCorners: true };
    case 'tophat':
      return round((r2) => r2 <= w ** 2, 2 * w);
    case 'ring':
      return round((r2) => r2 >= w ** 2 && r2 <= (w + ringWidth) ** 2, 2 * (w + ringWidth));
    case 'mexican-hat':
      return mexicanHat(w, dimensions);
    case 'lorentzian':
      return { value: (x, y) => (w / 2) ** 2 / (x * x + y * y + (w / 2) ** 2), extent: 10 * w, isNormalized: true };
    case 'airy':
      return airy(w);
    case 'trapezoid': {
      const top = dimensions === 1 ? w / 2 : w;
      const value = (x: number, y: number): number => Math.max(0, Math.min(1, 1 + slope * (top - Math.sqrt(x * x + y * y))));
      return { value, extent: 2 * top + 2 / slope, isNormalized: true };
    }
    case 'bicubic':
      return { value: (x, y) => keys(x / w) * keys(y / w), extent: 4 * w, isNormalized: true };
    case 'distance':
      return { value: (x, y) => Math.sqrt(x * x + y * y), extent: 15, isNormalized: false };
    case 'custom':
      throw new Error('a custom kernel has no model');
  }
}
