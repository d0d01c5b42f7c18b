const PHASES = 4;

/** Coverage (0…255) of one marker at 4 × 4 positions within a pixel, so that dense points do not snap to the pixel grid. */
export interface Stamp {
  /** Pixels from the marker's own to the mask's edge. */
  readonly offset: number;
  readonly size: number;
  readonly masks: readonly Uint8Array[];
}

/** Points in CSS pixels, and how they lie in the image: `(v - origin) * scale`. */
export interface StampPoints {
  readonly xs: Float32Array;
  readonly ys: Float32Array;
  readonly count: number;
  readonly originX: number;
  readonly originY: number;
  readonly scale: number;
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

/** The covered pixels of a stamp's masks, one mask after the other: most of a small disc's square is empty. */
export interface Ink {
  readonly size: number;
  readonly offset: number;
  /** Mask m is [starts[m], starts[m + 1]). */
  readonly starts: Int32Array;
  readonly coverage: Int32Array;
  /** From the mask's corner, in an image of the given width. */
  readonly step: Int32Array;
  readonly column: Int32Array;
  readonly row: Int32Array;
}

/** A stamp made ready for images of one width and for one opacity. */
export function inkOf({ size, offset, masks }: Stamp, width: number, opacity: number): Ink {
  const strength = Math.round(opacity * 256);
  const covered = masks.map((mask) => Array.from(mask, (c, m) => ({ c: (c * strength) >> 8, m })).filter(({ c }) => c > 0));
  const cells = covered.flat();
  const starts = new Int32Array(masks.length + 1);
  covered.forEach((list, k) => (starts[k + 1] = starts[k]! + list.length));
  return {
    size,
    offset,
    starts,
    coverage: Int32Array.from(cells, ({ c }) => c),
    step: Int32Array.from(cells, ({ m }) => Math.floor(m / size) * width + (m % size)),
    column: Int32Array.from(cells, ({ m }) => m % size),
    row: Int32Array.from(cells, ({ m }) => Math.floor(m / size)),
  };
}

/** Adds every point's coverage to the opacities of an image (a byte a pixel); points over the edge are cut. */
export function stampAll(alpha: Uint8Array, width: number, height: number, points: StampPoints, ink: Ink): void {
  const { xs, ys, count, originX, originY, scale } = points;
  const { size, offset, starts, coverage, step, column, row } = ink;
  for (let k = 0; k < count; k++) {
    const x = (xs[k]! - originX) * scale;
    const y = (ys[k]! - originY) * scale;
    const ix = Math.floor(x);
    const iy = Math.floor(y);
    const left = ix - offset;
    const top = iy - offset;
    if (left + size <= 0 || top + size <= 0 || left >= width || top >= height) continue;
    const mask = (((y - iy) * PHASES) | 0) * PHASES + (((x - ix) * PHASES) | 0);
    const from = starts[mask]!;
    const to = starts[mask + 1]!;
    const corner = top * width + left;
    const isWhole = left >= 0 && top >= 0 && left + size <= width && top + size <= height;
    for (let m = from; m < to; m++) {
      if (!isWhole) {
        const i = left + column[m]!;
        const j = top + row[m]!;
        if (i < 0 || j < 0 || i >= width || j >= height) continue;
      }
      const at = corner + step[m]!;
      const a = alpha[at]!;
      // (255 - a) * c / 255, rounded up so that enough points do reach opaque, without a division.
      alpha[at] = a + (((255 - a) * coverage[m]! * 257 + 65_535) >>> 16);
    }
  }
}
