import type { ConvolveOptions, Raster } from './convolve-options';

/** A rectangle of a raster. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A part of a raster with half a kernel around it, as convolution wants it: what lies beyond the edges put in by the boundary's rule, missing values
 * replaced (by 0 where they are to be left out). Its arrays are used again for the next part.
 */
export class PaddedTile {
  values: Float64Array = new Float64Array(0);
  /** 1 = missing, to be left out. */
  mask = new Uint8Array(0);
  stride = 0;
  rows = 0;
  area: Area = { x: 0, y: 0, width: 0, height: 0 };
  /** Numbers left out. */
  missing = 0;

  /** First row of the raster's values, and of the results. */
  readonly top: number;

  constructor(
    private readonly raster: Raster,
    private readonly options: ConvolveOptions,
    private readonly halfX: number,
    private readonly halfY: number,
    private readonly array: (n: number) => Float64Array = (n) => new Float64Array(n),
  ) {
    this.top = raster.top ?? 0;
  }

  fill(area: Area): void {
    const { halfX, halfY, raster, options } = this;
    this.area = area;
    this.stride = area.width + 2 * halfX;
    this.rows = area.height + 2 * halfY;
    this.missing = 0;
    const size = this.stride * this.rows;
    if (this.values.length < size) {
      this.values = this.array(size);
      this.mask = new Uint8Array(size);
    }
    const left = area.x - halfX;
    for (let row = 0; row < this.rows; row++) {
      const at = row * this.stride;
      const y = inside(area.y - halfY + row, raster.height, options.boundary);
      if (y < 0) this.blank(at, at + this.stride);
      else this.copyRow(y, left, at);
    }
  }

  private copyRow(y: number, left: number, at: number): void {
    const { raster, options } = this;
    const row = (y - this.top) * raster.width;
    const from = Math.min(Math.max(left, 0), raster.width);
    const to = Math.max(from, Math.min(left + this.stride, raster.width));
    this.copy(row + from, at + from - left, to - from);
    for (const [first, last] of [
      [0, from - left],
      [to - left, this.stride],
    ] as const)
      for (let i = first; i < last; i++) {
        const x = inside(left + i, raster.width, options.boundary);
        if (x < 0) this.blank(at + i, at + i + 1);
        else this.copy(row + x, at + i, 1);
      }
  }

  private copy(source: number, target: number, count: number): void {
    const { values, use } = this.raster;
    const { values: to, mask } = this;
    const isAllUsed = !use || (count > 1 && !use.subarray(source, source + count).includes(0));
    const isFilled = this.options.missing === 'fill';
    const fill = isFilled ? this.options.missingFill : 0;
    const mark = isFilled ? 0 : 1;
    let missing = 0;
    to.set(values.subarray(source, source + count), target);
    mask.fill(0, target, target + count);
    // A number less itself is 0, or NaN where it is not finite.
    for (let i = 0; i < count; i++) {
      const v = values[source + i]!;
      if (v - v === 0 && (isAllUsed || use![source + i] === 1)) continue;
      to[target + i] = fill;
      mask[target + i] = mark;
      missing += mark;
    }
    this.missing += missing;
  }

  /** What lies beyond the edge. */
  private blank(from: number, to: number): void {
    const fill = this.options.boundary === 'fill' ? this.options.fillValue : 0;
    const isMissing = fill !== fill;
    this.values.fill(isMissing ? 0 : fill, from, to);
    this.mask.fill(isMissing ? 1 : 0, from, to);
    if (isMissing) this.missing += to - from;
  }
}

/** Where a place beyond the edge takes its value from; -1 = from nowhere. */
function inside(i: number, n: number, boundary: ConvolveOptions['boundary']): number {
  if (i >= 0 && i < n) return i;
  if (boundary === 'extend') return i < 0 ? 0 : n - 1;
  if (boundary === 'wrap') return ((i % n) + n) % n;
  return -1;
}
