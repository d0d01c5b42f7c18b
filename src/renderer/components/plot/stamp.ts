/** Positions within a pixel along each axis: a power of two, for the loops below take them apart by bits. */
const PHASES = 4;
/** The mask of a marker in the middle of its pixel. */
const MIDDLE = PHASES * PHASES;

/** Coverage (0…255) of one marker at 4 × 4 positions within a pixel, so that dense points do not snap to the pixel grid, and at its middle. */
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
  const maskAt = (x: number, y: number): Uint8Array => {
    const mask = new Uint8Array(size * size);
    for (let j = 0; j < size; j++)
      for (let i = 0; i < size; i++) {
        let hits = 0;
        for (let b = 0; b < 8; b++)
          for (let a = 0; a < 8; a++) {
            const d = Math.hypot(i + (a + 0.5) / 8 - offset - x, j + (b + 0.5) / 8 - offset - y);
            if (d <= radius && d >= inner) hits++;
          }
        mask[j * size + i] = Math.round((hits / 64) * 255);
      }
    return mask;
  };
  const phases = Array.from({ length: PHASES }, (_, k) => (k + 0.5) / PHASES);
  return { size, offset, masks: [...phases.flatMap((y) => phases.map((x) => maskAt(x, y))), maskAt(0.5, 0.5)] };
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

/** Adds every point's coverage to the opacities of an image (a byte a pixel): of two markers over each other one is seen through the other. */
export function stampOpacities(alpha: Uint8Array, width: number, height: number, points: StampPoints, ink: Ink): void {
  const { xs, ys, count, originX, originY, scale } = points;
  const { size, offset, starts, coverage, step } = ink;
  for (let k = 0; k < count; k++) {
    const x = Math.floor((xs[k]! - originX) * scale * PHASES);
    const y = Math.floor((ys[k]! - originY) * scale * PHASES);
    const left = (x >> 2) - offset;
    const top = (y >> 2) - offset;
    if (left + size <= 0 || top + size <= 0 || left >= width || top >= height) continue;
    const mask = (y & 3) * PHASES + (x & 3);
    const to = starts[mask + 1]!;
    const corner = top * width + left;
    const isCut = left < 0 || top < 0 || left + size > width || top + size > height;
    for (let m = starts[mask]!; m < to; m++) {
      if (isCut && !isInside(ink, m, left, top, width, height)) continue;
      const at = corner + step[m]!;
      const a = alpha[at]!;
      // (255 - a) * c / 255, rounded up so that enough points do reach opaque, without a division.
      alpha[at] = a + (((255 - a) * coverage[m]! * 257 + 65_535) >>> 16);
    }
  }
}

/** Cells of the counts that {@link stampSums} needs. */
export function countCells(width: number, height: number, { offset }: Ink): number {
  return (width + 2 * offset) * (height + 2 * offset);
}

/**
 * Adds every point's coverage to an image of sums: 255 for each marker that covers the pixel. A crowd's points are first counted by pixel, so that
 * one stamp serves all of them; `counts` are zeros, and are left so.
 */
export function stampSums(sums: Int32Array, counts: Uint32Array, width: number, height: number, points: StampPoints, ink: Ink): void {
  const { xs, ys, count, originX, originY, scale } = points;
  const { size, offset, starts, coverage, step } = ink;
  // Markers whose middle is outside may still reach into the image.
  const across = width + 2 * offset;
  const down = height + 2 * offset;
  for (let k = 0; k < count; k++) {
    const x = Math.floor((xs[k]! - originX) * scale) + offset;
    const y = Math.floor((ys[k]! - originY) * scale) + offset;
    if (x >= 0 && y >= 0 && x < across && y < down) counts[y * across + x]!++;
  }
  const from = starts[MIDDLE]!;
  const to = starts[MIDDLE + 1]!;
  for (let y = 0; y < down; y++) {
    const top = y - 2 * offset;
    const isCutRow = top < 0 || top + size > height;
    for (let x = 0, at = y * across; x < across; x++, at++) {
      const markers = counts[at]!;
      if (markers === 0) continue;
      counts[at] = 0;
      const left = x - 2 * offset;
      const corner = top * width + left;
      if (isCutRow || left < 0 || left + size > width) {
        for (let m = from; m < to; m++) if (isInside(ink, m, left, top, width, height)) sums[corner + step[m]!]! += markers * coverage[m]!;
      } else for (let m = from; m < to; m++) sums[corner + step[m]!]! += markers * coverage[m]!;
    }
  }
}

/** Makes an image of sums repeat after `cycle` columns: columns so far apart become the sum of both. */
export function wrapSums(sums: Int32Array, width: number, height: number, cycle: number): void {
  for (let y = 0; y < height; y++)
    for (let x = cycle; x < Math.min(width, 2 * cycle); x++) {
      const [right, left] = [y * width + x, y * width + x - cycle];
      sums[left] = sums[right] = sums[left]! + sums[right]!;
    }
}

/** Whether pixel m of a marker that lies over the image's edge is in the image. */
function isInside({ column, row }: Ink, m: number, left: number, top: number, width: number, height: number): boolean {
  const i = left + column[m]!;
  const j = top + row[m]!;
  return i >= 0 && j >= 0 && i < width && j < height;
}

const TONES = 4096;

/**
 * Sums of coverage → opacities: one marker alone is `lone` opaque, the most crowded pixel is opaque, and between them it grows with the logarithm of
 * how many lie there, so that the shape of a crowd shows and a single point is still seen.
 */
export function toneSums(sums: Int32Array, cells: number, lone: number, alpha: Uint8Array): void {
  let max = 0;
  for (let i = 0; i < cells; i++) if (sums[i]! > max) max = sums[i]!;
  if (max === 0) {
    alpha.fill(0, 0, cells);
    return;
  }
  const most = Math.log(Math.max(max / 255, Math.E));
  const tone = (sum: number): number => {
    const markers = sum / 255;
    return Math.round(255 * (markers <= 1 ? lone * markers : lone + (1 - lone) * Math.min(1, Math.log(markers) / most)));
  };
  // A few markers exactly, however many the most crowded pixel holds; past them evenly spaced tones are fine enough.
  const few = Uint8Array.from({ length: TONES }, (_, sum) => tone(sum));
  const many = Uint8Array.from({ length: TONES }, (_, k) => tone((k * max) / (TONES - 1)));
  const scale = (TONES - 1) / max;
  for (let i = 0; i < cells; i++) {
    const sum = sums[i]!;
    alpha[i] = sum < TONES ? few[sum]! : many[(sum * scale) | 0]!;
  }
}
