import { interpolateViridis, schemeTableau10 } from 'd3-scale-chromatic';
import { extentOf } from '../../components/plot/axis-info';

/** Steps of a continuous scale: so many paths a drawing. */
const STEPS = 24;

/** How points are coloured by a third number. */
export interface ColourScale {
  /** One for each group of points. */
  readonly colours: readonly string[];
  /** Group of a value; -1 for one that is missing. */
  groupOf(value: number): number;
  /** Smallest and largest value; undefined for labels. */
  readonly range?: readonly [number, number] | undefined;
}

/** One colour a label, 1 to 9. */
export function labelColours(): ColourScale {
  return { colours: schemeTableau10.slice(0, 9), groupOf: (v) => (v >= 1 && v <= 9 ? Math.floor(v) - 1 : -1) };
}

/** Viridis from the smallest to the largest value, without the end that the background would swallow. */
export function rangeColours(values: Float64Array, theme: 'light' | 'dark', isLog: boolean): ColourScale {
  const range = extentOf(values, values.length, isLog);
  if (!range) return { colours: [], groupOf: () => -1 };
  const [from, to] = theme === 'dark' ? [0.35, 1] : [0, 0.9];
  const place = (v: number): number => (isLog ? Math.log10(v) : v);
  const [low, high] = [place(range[0]), place(range[1])];
  return {
    range,
    colours: Array.from({ length: STEPS }, (_, i) => interpolateViridis(from + ((to - from) * (i + 0.5)) / STEPS)),
    groupOf: (v) => {
      const at = place(v);
      if (!Number.isFinite(at)) return -1;
      return high > low ? Math.min(STEPS - 1, Math.max(0, Math.floor((STEPS * (at - low)) / (high - low)))) : 0;
    },
  };
}
