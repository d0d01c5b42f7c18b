/**
 * Phases of times: `frac((t - epoch) / period)`, in [start, start + 1) with start 0, or −0.5 when centred. NaN stays NaN. The difference is
 * taken in float64 before the division, as the engine's phase axis does.
 *
 * @param out may be given to fold again and again without allocating
 */
export function foldTimes(
  times: Float64Array,
  period: number,
  epoch: number,
  start: 0 | -0.5,
  out: Float64Array = new Float64Array(times.length),
): Float64Array {
  for (let i = 0; i < times.length; i++) {
    const cycles = (times[i]! - epoch) / period;
    let phase = cycles - Math.floor(cycles);
    // A tiny negative number rounds up to the excluded end.
    if (phase >= 1) phase = 0;
    out[i] = start < 0 && phase >= 0.5 ? phase - 1 : phase;
  }
  return out;
}

export interface BinnedCurve {
  /** Bin centres. */
  readonly phase: Float64Array;
  /** Mean of the rows in the bin; NaN in an empty one. */
  readonly mean: Float64Array;
  /** Standard error of the mean; NaN with fewer than two rows. */
  readonly error: Float32Array;
  readonly counts: Uint32Array;
}

/** Means in equal phase bins over the rows not flagged. */
export function binPhases(phase: Float64Array, y: Float64Array, flagged: (i: number) => boolean, start: 0 | -0.5, bins: number): BinnedCurve {
  const counts = new Uint32Array(bins);
  const mean = new Float64Array(bins);
  const square = new Float64Array(bins);
  for (let i = 0; i < phase.length; i++) {
    const v = y[i]!;
    if (!Number.isFinite(v) || !Number.isFinite(phase[i]!) || flagged(i)) continue;
    const b = Math.min(bins - 1, Math.max(0, Math.floor((phase[i]! - start) * bins)));
    // Welford's update: no loss of digits when the values are large and their scatter is small.
    const n = ++counts[b]!;
    const delta = v - mean[b]!;
    mean[b]! += delta / n;
    square[b]! += delta * (v - mean[b]!);
  }
  const error = new Float32Array(bins);
  for (let b = 0; b < bins; b++) {
    const n = counts[b]!;
    if (n === 0) mean[b] = NaN;
    error[b] = n < 2 ? NaN : Math.sqrt(square[b]! / (n - 1) / n);
  }
  return { phase: Float64Array.from({ length: bins }, (_, b) => start + (b + 0.5) / bins), mean, error, counts };
}

/**
 * The phase of the curve's highest or lowest mean, refined by the parabola through it and its two neighbours (cyclic). Undefined when no bin
 * holds a row.
 */
export function extremumPhase(curve: BinnedCurve, which: 'highest' | 'lowest'): number | undefined {
  const sign = which === 'highest' ? 1 : -1;
  const n = curve.mean.length;
  let best = -1;
  for (let b = 0; b < n; b++) if (Number.isFinite(curve.mean[b]!) && (best < 0 || sign * (curve.mean[b]! - curve.mean[best]!) > 0)) best = b;
  if (best < 0) return undefined;
  const [a, m, c] = [curve.mean[(best + n - 1) % n]!, curve.mean[best]!, curve.mean[(best + 1) % n]!];
  const bend = a - 2 * m + c;
  const shift = Number.isFinite(bend) && bend !== 0 ? Math.max(-0.5, Math.min(0.5, (a - c) / (2 * bend))) : 0;
  return curve.phase[best]! + shift / n;
}
