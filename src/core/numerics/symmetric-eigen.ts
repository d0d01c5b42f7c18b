/** Eigenvalues and, as rows of `vectors`, orthonormal eigenvectors. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: readonly Float64Array[];
}

/** One Jacobi rotation that makes a[p][q] 0. */
function rotate(a: Float64Array[], vectors: Float64Array[], p: number, q: number): void {
  const n = a.length;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (x: Float64Array, y: Float64Array): void => {
    for (let k = 0; k < n; k++) {
      const left = x[k]!;
      x[k] = c * left - s * y[k]!;
      y[k] = s * left + c * y[k]!;
    }
  };
  turn(a[p]!, a[q]!);
  for (let k = 0; k < n; k++) {
    const left = a[k]![p]!;
    a[k]![p] = c * left - s * a[k]![q]!;
    a[k]![q] = s * left + c * a[k]![q]!;
  }
  turn(vectors[p]!, vectors[q]!);
}

/** Of a symmetric matrix given by rows, by cyclic Jacobi rotations (Golub & Van Loan, Matrix Computations, 8.5): O(n³) a sweep, few sweeps. */
export function symmetricEigen(matrix: readonly Float64Array[]): Eigen {
  const n = matrix.length;
  const a = matrix.map((row) => row.slice());
  const vectors = a.map((_, i) => Float64Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let diagonal = 0;
    for (let p = 0; p < n; p++) {
      diagonal += a[p]![p]! ** 2;
      for (let q = p + 1; q < n; q++) off += a[p]![q]! ** 2;
    }
    if (!(off > 1e-36 * diagonal)) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) if (a[p]![q] !== 0) rotate(a, vectors, p, q);
  }
  return { values: Float64Array.from(a, (row, i) => row[i]!), vectors };
}
