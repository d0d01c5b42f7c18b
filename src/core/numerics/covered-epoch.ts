/** Bins a duration is cut into when the epochs are tried. */
const FINENESS = 4;
const MOST_BINS = 1 << 16;

/**
 * The middle of that stretch of phase, `duration` long, that holds the most usable points: where a transit put into these times is seen best. The
 * first of equals. NaN when no row is usable. O(n).
 */
export function coveredEpoch(times: Float64Array, use: Uint8Array, period: number, duration: number): number {
  const bins = Math.min(MOST_BINS, Math.max(FINENESS, Math.round((FINENESS * period) / duration)));
  const wide = Math.max(1, Math.min(bins, Math.round((bins * duration) / period)));
  const counts = new Uint32Array(bins);
  let start = Infinity;
  for (let i = 0; i < times.length; i++) if (use[i] === 1 && times[i]! < start) start = times[i]!;
  if (start === Infinity) return NaN;
  for (let i = 0; i < times.length; i++) {
    if (use[i] !== 1) continue;
    const cycles = (times[i]! - start) / period;
    counts[Math.min(bins - 1, Math.floor((cycles - Math.floor(cycles)) * bins))]!++;
  }
  let inside = 0;
  for (let k = 0; k < wide; k++) inside += counts[k]!;
  let best = 0;
  let most = inside;
  for (let from = 1; from < bins; from++) {
    inside += counts[(from + wide - 1) % bins]! - counts[from - 1]!;
    if (inside > most) [best, most] = [from, inside];
  }
  return start + ((best + wide / 2) / bins) * period;
}
