import type { Rgb } from './theme';

const PHASES = 4;

/** Coverage (0…255) of one marker at 4 × 4 positions within a pixel, so that dense points do not snap to the pixel grid. */
interface Stamp {
  readonly size: number;
  readonly offset: number;
  readonly masks: readonly Uint8Array[];
}

/**
 * Draws many equal markers into pixels: each is a few byte operations, so 10⁵ points take milliseconds where as many canvas calls take a
 * hundred. One instance a plot; it keeps its pixel buffer and one canvas between frames.
 */
export class PointRaster {
  private image: ImageData | undefined;
  private canvas: HTMLCanvasElement | undefined;
  private readonly stamps = new Map<string, Stamp>();

  /**
   * Stamps the points (device pixels, relative to the buffer) and gives the canvas that holds them. `hollow` draws rings. `opacity` < 1 lets
   * crowded places grow brighter.
   */
  draw(
    width: number,
    height: number,
    xs: Float32Array,
    ys: Float32Array,
    count: number,
    radius: number,
    hollow: boolean,
    colour: Rgb,
    opacity: number,
  ): HTMLCanvasElement {
    const image = this.bufferOf(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    pixels.fill(0);
    stampAll(pixels, width, height, xs, ys, count, this.stampOf(radius, hollow), colour, opacity);
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
  xs: Float32Array,
  ys: Float32Array,
  count: number,
  stamp: Stamp,
  [r, g, b]: Rgb,
  opacity: number,
): void {
  const base = (r | (g << 8) | (b << 16)) >>> 0;
  const { size, offset } = stamp;
  const strength = Math.round(opacity * 256);
  const masks = stamp.masks.map((m) => m.map((c) => (c * strength) >> 8));
  for (let k = 0; k < count; k++) {
    const x = xs[k]!;
    const y = ys[k]!;
    const ix = Math.floor(x);
    const iy = Math.floor(y);
    const left = ix - offset;
    const top = iy - offset;
    if (left + size <= 0 || top + size <= 0 || left >= width || top >= height) continue;
    const mask = masks[(((y - iy) * PHASES) | 0) * PHASES + (((x - ix) * PHASES) | 0)]!;
    const i0 = Math.max(0, -left);
    const i1 = Math.min(size, width - left);
    const j0 = Math.max(0, -top);
    const j1 = Math.min(size, height - top);
    for (let j = j0; j < j1; j++) {
      let at = (top + j) * width + left + i0;
      let m = j * size + i0;
      for (let i = i0; i < i1; i++, at++, m++) {
        const c = mask[m]!;
        if (c === 0) continue;
        const a = pixels[at]! >>> 24;
        pixels[at] = (base | ((a + ((255 - a) * c + 254) / 255) << 24)) >>> 0;
      }
    }
  }
}
