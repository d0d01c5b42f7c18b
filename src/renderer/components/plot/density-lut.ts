import { interpolateViridis } from 'd3-scale-chromatic';
import { toRgb, type Rgb } from './theme';

export type Stretch = 'log' | 'sqrt' | 'linear';

/** Viridis in 256 steps as little-endian RGBA words, opaque. Safe for colour-blind eyes and in greyscale. */
export function viridisLut(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, i) => pack(toRgb(interpolateViridis(i / 255))));
}

export function pack([r, g, b]: Rgb): number {
  return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
}

/** Where a count lies between nothing (0) and `max` (1). Monotonic; 0 only for 0. */
export function stretched(count: number, max: number, stretch: Stretch): number {
  if (count <= 0 || max <= 0) return 0;
  if (stretch === 'linear') return count / max;
  if (stretch === 'sqrt') return Math.sqrt(count / max);
  return Math.log1p(count) / Math.log1p(max);
}

/**
 * Counts to pixels: empty bins stay transparent, bins with selected rows turn to the selection colour by their selected share.
 * `out` and `counts` have the same length.
 */
export function colourCounts(
  out: Uint32Array,
  counts: Uint32Array,
  max: number,
  stretch: Stretch,
  lut: Uint32Array,
  selected: Uint32Array | undefined,
  selectionColour: Rgb,
): void {
  const table = new Uint8Array(Math.min(max, 65_535) + 1);
  // Index 0 is kept for nothing: one row in a bin must be visible beside an empty one.
  for (let c = 1; c < table.length; c++) table[c] = Math.max(8, Math.round(stretched(c, max, stretch) * 255));
  for (let i = 0; i < counts.length; i++) {
    const c = counts[i]!;
    if (c === 0) {
      out[i] = 0;
      continue;
    }
    const index = c < table.length ? table[c]! : Math.round(stretched(c, max, stretch) * 255);
    const base = lut[index]!;
    const s = selected ? selected[i]! : 0;
    out[i] = s === 0 ? base : mix(base, selectionColour, 0.45 + 0.55 * (s / c), 0.55 + 0.45 * (index / 255));
  }
}

function mix(base: number, [r, g, b]: Rgb, share: number, light: number): number {
  const channel = (shift: number, to: number): number => Math.round(((base >>> shift) & 255) * (1 - share) + to * light * share);
  return (0xff000000 | (channel(16, b) << 16) | (channel(8, g) << 8) | channel(0, r)) >>> 0;
}
