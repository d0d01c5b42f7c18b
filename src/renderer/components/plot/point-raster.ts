import type { Rgb } from './theme';

const PHASES = 4;

/** Coverage (0…255) of one marker at 4 × 4 positions within a pixel, so that dense points do not snap to the pixel grid. */
export interface Stamp {
  /** Pixels from the marker's own to the mask's edge. */
  readonly offset: number;
  readonly size: number;
  readonly masks: readonly Uint8Array[];
}

/** Points in CSS pixels, and how they lie in the buffer: `(v - origin) * scale`. */
export interface StampPoints {
  readonly xs: Float32Array;
  readonly ys: Float32Array;
  readonly count: number;
  readonly originX: number;
  readonly originY: number;
  readonly scale: number;
}

/**
 * Draws many equal markers into pixels: each is a few byte operations, so 10⁵ points take milliseconds where as many canvas calls take a
 * hundred. One instance a plot; it keeps its pixel buffer and one canvas between frames.
 */
export class PointRaster {
  private image: ImageData | undefined;
  private canvas: HTMLCanvasElement | undefined;
  private readonly stamps = new Map<string, Stamp>();

  /** Stamps the points and gives the canvas that holds them. `hollow` draws rings; `opacity` < 1 lets crowded places grow brighter. */
  draw(width: number, height: number, points: StampPoints, radius: number, hollow: boolean, colour: Rgb, opacity: number): HTMLCanvasElement {
    const image = this.bufferOf(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    pixels.fill(0);
    stampAll(pixels, width, height, points, this.stampOf(radius, hollow), colour, opacity);
    this.canvas!.getContext('2d')!.putImageData(image, 0, 0);
    return this.canvas!;
  }

  dispose(): void {
    if (this.canvas) this.canvas.width = this.canvas.height = 0;
    this.canvas = undefined;
    this.image = undefined;
  }

  private bufferOf(width: number, height: number): ImageData {
    if (this.image?.width === width && this.image.height === height) return this.image;
    this.canvas ??= document.createElement('canvas');
    this.canvas.width = width;
    this.canvas.height = height;
    this.image = new ImageData(width, height);
    return this.image;
  }

  private stampOf(radius: number, hollow: boolean): Stamp {
    const key = `${radius} ${hollow}`;
    let stamp = this.stamps.get(key);
    if (!stamp) this.stamps.set(key, (stamp = makeStamp(radius, hollow)));
    return stamp;
  }
}

/** The markers' coverage masks by sampling 8 × 8 places a pixel. */
export function makeStamp(radius: number, hollow: boolean): Stamp {
  const offset = Math.ceil(radius + 0.5);
  const size = 2 * offset + 1;
  const inner = hollow ? Math.max(0, radius - 1.3) : 0;
  const masks: Uint8Array[] = [];
  for (let py = 0; py < PHASES; py++)
    for (let px = 0; px < PHASES; px++) {
      const mask = new Uint8Array(size * size);
      const cx = offset + (px + 0.5) / PHASES;
      const cy = offset + (py + 0.5) / PHASES;
      for (let j = 0; j < size; j++)
        for (let i = 0; i < size; i++) {
          let hits = 0;
          for (let b = 0; b < 8; b++)
            for (let a = 0; a < 8; a++) {
              const d = Math.hypot(i + (a + 0.5) / 8 - cx, j + (b + 0.5) / 8 - cy);
              if (d <= radius && d >= inner) hits++;
            }
          mask[j * size + i] = Math.round((hits / 64) * 255);
        }
      masks.push(mask);
    }
  return { size, offset, masks };
}

/** Adds every point's coverage to little-endian RGBA pixels of one colour; points over the edge are cut. */
export function stampAll(
  pixels: Uint32Array,
  width: number,
  height: number,
  { xs, ys, count, originX, originY, scale }: StampPoints,
  stamp: Stamp,
  [r, g, b]: Rgb,
  opacity: number,
): void {
  const base = (r | (g << 8) | (b << 16)) >>> 0;
  const { size, offset } = stamp;
  const strength = Math.round(opacity * 256);
  // Most of a small disc's square is empty: only the covered pixels are visited, as steps from the corner.
  const sparse = stamp.masks.map((mask) => {
    const covered = Array.from(mask, (c, m) => ({ c: (c * strength) >> 8, m })).filter(({ c }) => c > 0);
    return {
      coverage: Int32Array.from(covered, ({ c }) => c),
      step: Int32Array.from(covered, ({ m }) => Math.floor(m / size) * width + (m % size)),
      column: Int32Array.from(covered, ({ m }) => m % size),
      row: Int32Array.from(covered, ({ m }) => Math.floor(m / size)),
    };
  });
  for (let k = 0; k < count; k++) {
    const x = (xs[k]! - originX) * scale;
    const y = (ys[k]! - originY) * scale;
    const ix = Math.floor(x);
    const iy = Math.floor(y);
    const left = ix - offset;
    const top = iy - offset;
    if (left + size <= 0 || top + size <= 0 || left >= width || top >= height) continue;
    const { coverage, step, column, row } = sparse[(((y - iy) * PHASES) | 0) * PHASES + (((x - ix) * PHASES) | 0)]!;
    const corner = top * width + left;
    const isWhole = left >= 0 && top >= 0 && left + size <= width && top + size <= height;
    for (let m = 0; m < coverage.length; m++) {
      if (!isWhole) {
        const i = left + column[m]!;
        const j = top + row[m]!;
        if (i < 0 || j < 0 || i >= width || j >= height) continue;
      }
      const at = corner + step[m]!;
      const a = pixels[at]! >>> 24;
      // (255 - a) * c / 255, rounded up so that enough points do reach opaque, without a division.
      const more = ((255 - a) * coverage[m]! * 257 + 65_535) >>> 16;
      pixels[at] = (base | ((a + more) << 24)) >>> 0;
    }
  }
}
