interface Curve {
  readonly t: readonly number[];
  readonly y: readonly number[];
  readonly e: readonly number[];
}

/** Point-to-point scatter of the folded curve over its total variance, half: about 1 for a wrong period, small for the right one. */
export function foldedScatter(curve: Curve, period: number, epoch: number): number {
  const order = curve.t
    .map((t, k) => ({ phase: ((((t - epoch) / period) % 1) + 1) % 1, y: curve.y[k]! }))
    .sort((a, b) => a.phase - b.phase)
    .map((p) => p.y);
  const mean = order.reduce((a, b) => a + b, 0) / order.length;
  const variance = order.reduce((s, y) => s + (y - mean) ** 2, 0);
  let steps = 0;
  for (let k = 1; k < order.length; k++) steps += (order[k]! - order[k - 1]!) ** 2;
  return steps / (2 * variance);
}

/** Root mean square of the deviations from the weighted mean in units of the errors: 1 when the errors are honest. */
export function normalisedDifference(curve: Curve): number {
  let weight = 0;
  let sum = 0;
  curve.y.forEach((y, k) => {
    weight += 1 / curve.e[k]! ** 2;
    sum += y / curve.e[k]! ** 2;
  });
  const mean = sum / weight;
  return Math.sqrt(curve.y.reduce((s, y, k) => s + ((y - mean) / curve.e[k]!) ** 2, 0) / (curve.y.length - 1));
}
