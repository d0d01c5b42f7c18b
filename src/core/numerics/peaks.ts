export interface Peak {
  readonly x: number;
  readonly y: number;
}

/** Heights that differ by less than this, relatively, are equal: rounding is not to decide between a frequency and its exact alias. */
const EQUAL = 1e-8;

/**
 * Indices of the highest local maxima, highest first (of equal ones the first), none within `separation` samples of a higher one. A plateau counts once,
 * at its start. The ends count only when the curve falls away from them and nothing else does.
 */
export function findPeaks(values: Float64Array, most: number, separation: number): number[] {
  let low = Infinity;
  let high = -Infinity;
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  // Of a long noisy curve few maxima matter: those in its upper half mostly suffice.
  for (const share of [0.5, 0.8, Infinity]) {
    const found = peaksAbove(values, share === Infinity ? -Infinity : high - share * (high - low), most, separation);
    if (found.length === most || (share === Infinity && found.length > 0)) return found;
  }
  const end = highest(values, [...values.keys()], [], separation);
  return end === undefined ? [] : [end];
}

function peaksAbove(values: Float64Array, threshold: number, most: number, separation: number): number[] {
  const maxima: number[] = [];
  for (let i = 1; i < values.length - 1; i++) {
    const here = values[i]!;
    if (here > threshold && here > values[i - 1]! && here >= values[i + 1]!) maxima.push(i);
  }
  const found: number[] = [];
  while (found.length < most) {
    const next = highest(values, maxima, found, separation);
    if (next === undefined) break;
    found.push(next);
  }
  return found;
}

/** The first of the highest of `places` more than `separation` away from those found. */
function highest(values: Float64Array, places: readonly number[], found: readonly number[], separation: number): number | undefined {
  let height = -Infinity;
  const isNear = (i: number): boolean => found.some((j) => Math.abs(i - j) <= separation);
  for (const i of places) if (values[i]! > height && !isNear(i)) height = values[i]!;
  const enough = height - EQUAL * Math.abs(height);
  return places.find((i) => values[i]! >= enough && !isNear(i));
}

/** Where in [-1, 1] the polynomial through `values` at evenly spaced places from -1 to 1 is highest, and how high, to some 1e-12. */
export function polynomialMaximum(values: Float64Array): Peak {
  const n = values.length;
  const differences = values.slice();
  for (let order = 1; order < n; order++)
    for (let i = n - 1; i >= order; i--) differences[i] = ((differences[i]! - differences[i - 1]!) * (n - 1)) / (2 * order);
  const node = (i: number): number => (2 * i) / (n - 1) - 1;
  // Newton's form and its first two derivatives.
  const at = (x: number): readonly [number, number, number] => {
    let [y, slope, bend] = [0, 0, 0];
    for (let i = n - 1; i >= 0; i--) {
      const d = x - node(i);
      bend = bend * d + 2 * slope;
      slope = slope * d + y;
      y = y * d + differences[i]!;
    }
    return [y, slope, bend];
  };
  const steps = 8 * (n - 1);
  let best = { x: -1, y: -Infinity };
  for (let k = 0; k <= steps; k++) {
    const x = (2 * k) / steps - 1;
    const [y] = at(x);
    if (y > best.y) best = { x, y };
  }
  let x = best.x;
  for (let k = 0; k < 5; k++) {
    const [, slope, bend] = at(x);
    if (!(bend < 0)) break;
    x = Math.min(best.x + 2 / steps, Math.max(best.x - 2 / steps, Math.min(1, Math.max(-1, x - slope / bend))));
  }
  const [y] = at(x);
  return y > best.y ? { x, y } : best;
}
