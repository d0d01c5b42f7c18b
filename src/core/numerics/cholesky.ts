/** The lower triangle L of a symmetric matrix A + diag(added) = D L Lᵀ D, D scaling its diagonal to 1. */
export interface Factored {
  readonly lower: readonly Float64Array[];
  readonly scale: Float64Array;
  /** Rows that are 0 or depend on those before them: left out, their solution is 0. */
  readonly dropped: readonly number[];
}

/** A pivot this small beside the diagonal's 1 is rounding: the row depends on those before it. */
const SMALLEST_PIVOT = 1e-13;

/** Cholesky's factors of a symmetric positive semidefinite matrix (only its lower triangle is read) with `added` on the diagonal. O(n³). */
export function factorize(matrix: readonly Float64Array[], added: readonly number[]): Factored {
  const n = matrix.length;
  const scale = Float64Array.from({ length: n }, (_, i) => Math.sqrt(matrix[i]![i]! + added[i]!));
  const lower = matrix.map(() => new Float64Array(n));
  const dropped: number[] = [];
  for (let i = 0; i < n; i++) {
    const row = lower[i]!;
    if (!(scale[i]! > 0) || !Number.isFinite(scale[i]!)) {
      dropped.push(i);
      continue;
    }
    let pivot = 1;
    for (let j = 0; j < i; j++) {
      const other = lower[j]!;
      if (other[j] === 0) continue;
      let sum = matrix[i]![j]! / (scale[i]! * scale[j]!);
      for (let k = 0; k < j; k++) sum -= row[k]! * other[k]!;
      row[j] = sum / other[j]!;
      pivot -= row[j]! ** 2;
    }
    if (pivot > SMALLEST_PIVOT) row[i] = Math.sqrt(pivot);
    else {
      row.fill(0);
      dropped.push(i);
    }
  }
  return { lower, scale, dropped };
}

/** Solves for the right side (its first n entries); 0 in dropped rows. */
export function solveFactored({ lower, scale }: Factored, right: ArrayLike<number>): Float64Array {
  const n = lower.length;
  const x = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = lower[i]!;
    if (row[i] === 0) continue;
    let sum = right[i]! / scale[i]!;
    for (let k = 0; k < i; k++) sum -= row[k]! * x[k]!;
    x[i] = sum / row[i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    if (lower[i]![i] === 0) continue;
    let sum = x[i]!;
    for (let k = i + 1; k < n; k++) sum -= lower[k]![i]! * x[k]!;
    x[i] = sum / lower[i]![i]!;
  }
  for (let i = 0; i < n; i++) x[i] = lower[i]![i] === 0 ? 0 : x[i]! / scale[i]!;
  return x;
}
