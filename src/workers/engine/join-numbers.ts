/** Arrays one after the other, as threads delivered their parts; `out`: where they are put, of their length in all. */
export function joinNumbers(
  parts: readonly Float64Array[],
  out: Float64Array = new Float64Array(parts.reduce((n, p) => n + p.length, 0)),
): Float64Array {
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}
