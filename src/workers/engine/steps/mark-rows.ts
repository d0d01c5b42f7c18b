/**
 * Sets out[rows[i]] = 1 where mask[i] is not 0; returns whether there was one. Masks are mostly zeros: they are looked at four at a time.
 */
export function markRows(mask: Uint8Array, rows: Uint32Array, out: Uint8Array): boolean {
  const whole = mask.byteOffset % 4 === 0 ? mask.length >> 2 : 0;
  const fours = new Uint32Array(mask.buffer, whole > 0 ? mask.byteOffset : 0, whole);
  let hit = false;
  const mark = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      if (mask[i] === 0) continue;
      out[rows[i]!] = 1;
      hit = true;
    }
  };
  for (let k = 0; k < whole; k++) if (fours[k] !== 0) mark(4 * k, 4 * k + 4);
  mark(4 * whole, mask.length);
  return hit;
}
