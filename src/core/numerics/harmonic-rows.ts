/** Writes cos θ, sin θ, cos 2θ, sin 2θ … up to `terms` times the angle to `out`, from place `at` on. */
export function writeHarmonics(angle: number, terms: number, out: Float64Array, at = 0): void {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  let ck = 1;
  let sk = 0;
  for (let k = 0; k < terms; k++) {
    const next = ck * c - sk * s;
    sk = sk * c + ck * s;
    ck = next;
    out[at + 2 * k] = ck;
    out[at + 2 * k + 1] = sk;
  }
}

/** Adds a point to the normal equations of a weighted fit: its row of the basis to the lower triangle of `gram`, its value times the row to `right`. */
export function addToNormal(gram: readonly Float64Array[], right: Float64Array, row: Float64Array, weight: number, value: number): void {
  for (let a = 0; a < row.length; a++) {
    const wa = weight * row[a]!;
    right[a]! += wa * value;
    for (let b = 0; b <= a; b++) gram[a]![b]! += wa * row[b]!;
  }
}
