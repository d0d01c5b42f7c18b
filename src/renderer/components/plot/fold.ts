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
