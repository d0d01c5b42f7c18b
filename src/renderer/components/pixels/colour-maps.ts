import { interpolateCividis, interpolateInferno, interpolateMagma, interpolatePlasma, interpolateRdBu, interpolateViridis } from 'd3-scale-chromatic';
import { pack } from '../plot/density-lut';
import { toRgb, type Rgb } from '../plot/theme';
import { stretched, type StretchName } from './stretch';

/** Colour maps offered for images; all but grey are even to the eye and safe for colour-blind ones. */
export const COLOUR_MAPS = ['viridis', 'cividis', 'inferno', 'magma', 'plasma', 'grey'] as const;
/** `diverging`, for residuals, is not offered: blue below, white at, red above the middle. */
export type ColourMap = (typeof COLOUR_MAPS)[number] | 'diverging';

const MAPS: Readonly<Record<ColourMap, (t: number) => string>> = {
  viridis: interpolateViridis,
  cividis: interpolateCividis,
  inferno: interpolateInferno,
  magma: interpolateMagma,
  plasma: interpolatePlasma,
  grey: (t) => `rgb(${Math.round(255 * t)},${Math.round(255 * t)},${Math.round(255 * t)})`,
  // Its ends are nearly black, both of them.
  diverging: (t) => interpolateRdBu(0.9 - 0.8 * t),
};

/** A colour that the map itself has nowhere near, for pixels without a value. */
const MISSING: Readonly<Record<ColourMap, string>> = {
  viridis: '#c2407a',
  cividis: '#c2407a',
  inferno: '#2f9c95',
  magma: '#2f9c95',
  plasma: '#2f9c95',
  grey: '#c2407a',
  diverging: '#7a5fa8',
};

/** How values become colours: a table of the stretched map over [0, 1], and what is drawn where there is no value. */
export interface ColourTable {
  /** Little-endian RGBA words, opaque. */
  readonly words: Uint32Array;
  readonly missing: string;
}

/** Entries of a table: a logarithm's steep start still takes steps too small to see. */
export const TABLE_SIZE = 4096;

const tables = new Map<string, ColourTable>();

/** The colours of a map, inverted or not, after a stretch; made once. */
export function colourTable(map: ColourMap, isInverted: boolean, stretch: StretchName): ColourTable {
  const key = `${map} ${isInverted} ${stretch}`;
  const known = tables.get(key);
  if (known) return known;
  const colours = Uint32Array.from({ length: 256 }, (_, i) => pack(toRgb(MAPS[map](isInverted ? 1 - i / 255 : i / 255))));
  const words = Uint32Array.from({ length: TABLE_SIZE }, (_, i) => colours[Math.round(255 * stretched(i / (TABLE_SIZE - 1), stretch))]!);
  const table = { words, missing: MISSING[map] };
  tables.set(key, table);
  return table;
}

/** A CSS gradient of a table, left to right from the low to the high limit. */
export function cssRamp({ words }: ColourTable): string {
  const stops = Array.from({ length: 33 }, (_, i) => words[Math.round((i / 32) * (TABLE_SIZE - 1))]!);
  return `linear-gradient(to right, ${stops.map((w) => `rgb(${channels(w).join(',')})`).join(', ')})`;
}

function channels(word: number): Rgb {
  return [word & 255, (word >>> 8) & 255, (word >>> 16) & 255];
}
