import { kernelModel } from './kernel-model';
import type { Kernel, KernelSpec } from './kernel-spec';
import { refuse } from './refuse';
import { separate } from './separate';

/** Longest sides: a two-dimensional kernel of more is wider than the images there are. */
const LONGEST = { 1: 2 ** 22 + 1, 2: 4097 } as const;

/** The smallest odd whole number that is at least this. */
function oddAbove(extent: number): number {
  const whole = Math.ceil(extent);
  return whole % 2 === 0 ? whole + 1 : whole;
}

/** A kernel of given numbers. Throws AppError where a side is even or a number is not finite. */
export function kernelOf(values: Float64Array, width: number, height: number): Kernel {
  if (width % 2 === 0 || height % 2 === 0 || values.length !== width * height)
    refuse(`invalid kernel: ${width} × ${height} numbers (both sides must be odd)`, 'give it a middle: add a row or column of zeros');
  if (!values.every(Number.isFinite)) refuse('invalid kernel: it has missing or infinite numbers (all must be finite)', 'put 0 in their place');
  let sum = 0;
  for (const v of values) sum += v;
  if (!values.some((v) => v !== 0)) refuse('invalid kernel: all its numbers are 0', 'make it wider, or give other numbers');
  return { width, height, values, sum, separable: separate(values, width, height) };
}

function checkSpec({ width, size, kernel, ...rest }: KernelSpec): void {
  for (const [name, v] of Object.entries({ width, ringWidth: 1, alpha: 1, slope: 1, axisRatio: 1, ...definedOnly(rest) }))
    if (typeof v === 'number' && name !== 'angle' && !(v > 0 && v < Infinity))
      refuse(`invalid ${name}: ${v} (must be > 0)`, `it shapes the kernel ${kernel}`);
  if (size !== undefined && !(Number.isInteger(size) && size > 0 && size % 2 === 1))
    refuse(`invalid size: ${size} (must be an odd whole number)`, 'a kernel needs a middle');
}

const definedOnly = <T extends object>(o: T): Partial<T> => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined)) as Partial<T>;

function customKernel(spec: KernelSpec, dimensions: 1 | 2): Kernel {
  const rows = spec.numbers ?? [];
  const width = rows[0]?.length ?? 0;
  if (width === 0) refuse('invalid numbers: none (a custom kernel needs some)', 'give its numbers: 1 2 1');
  if (rows.some((row) => row.length !== width)) refuse('invalid numbers: the rows differ in length (must be equally long)', 'separate rows by ;');
  if (dimensions === 1 && rows.length > 1) refuse(`invalid numbers: ${rows.length} rows (must be one for a light curve)`, 'give one row');
  return kernelOf(Float64Array.from(rows.flat()), width, rows.length);
}

function sampled(spec: KernelSpec, dimensions: 1 | 2): Kernel {
  checkSpec(spec);
  if (spec.kernel === 'custom') return customKernel(spec, dimensions);
  const model = kernelModel(spec, dimensions);
  const side = spec.size ?? oddAbove(model.extent);
  if (!(side <= LONGEST[dimensions]))
    refuse(
      `invalid ${spec.size === undefined ? 'width' : 'size'}: the kernel would be ${side} pixels wide (at most ${LONGEST[dimensions]})`,
      'make it narrower',
    );
  const half = (side - 1) / 2;
  const height = dimensions === 1 ? 1 : side;
  const values = new Float64Array(side * height);
  const at = model.atCorners ? cornerMean(model.value, dimensions) : model.value;
  for (let j = 0; j < height; j++) for (let i = 0; i < side; i++) values[j * side + i] = at(i - half, dimensions === 1 ? 0 : j - half);
  if (model.isNormalized) {
    let sum = 0;
    for (const v of values) sum += v;
    if (sum === 0) refuse(`invalid width: ${spec.width} (no pixel of the ${spec.kernel} has any weight)`, 'make it wider');
    for (let i = 0; i < values.length; i++) values[i]! /= sum;
  }
  return kernelOf(values, side, height);
}

function cornerMean(value: (x: number, y: number) => number, dimensions: 1 | 2): (x: number, y: number) => number {
  if (dimensions === 1) return (x) => 0.5 * (value(x - 0.5, 0) + value(x + 0.5, 0));
  return (x, y) => 0.25 * (value(x - 0.5, y - 0.5) + value(x + 0.5, y - 0.5) + value(x - 0.5, y + 0.5) + value(x + 0.5, y + 0.5));
}

/**
 * A kernel for sequences, sampled as astropy.convolution does (mode 'center'; box 'linear_interp'): height 1, odd width, sum 1 except for mexican-hat,
 * distance and custom, whose numbers are as they are. Throws AppError for parameters that make none.
 */
export function kernel1d(spec: KernelSpec): Kernel {
  return sampled(spec, 1);
}

/** {@link kernel1d} for images: a square of odd sides (custom: a rectangle). */
export function kernel2d(spec: KernelSpec): Kernel {
  return sampled(spec, 2);
}
