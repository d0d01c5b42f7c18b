/** Rows taken in before they are folded into the triangle. */
const BLOCK_ROWS = 256;

/** A column whose part independent of those before it is smaller than this share of it is one of their combinations. */
const INDEPENDENT = 1e-11;

/**
 * Linear least squares by Householder QR of rows that come one after the other: only the triangle R is kept (Golub & Van Loan 2013, Matrix
 * Computations, 4th ed., section 5.2; the rows folded in blocks as in TSQR). As stable as QR of the whole matrix, in O(size²) memory;
 * O(size²) a row.
 */
export class StreamQr {
  /** Columns of [X | y]; the first size + 1 rows hold R. */
  private readonly columns: readonly Float64Array[];
  private filled: number;

  constructor(readonly size: number) {
    this.columns = Array.from({ length: size + 1 }, () => new Float64Array(size + 1 + BLOCK_ROWS));
    this.filled = size + 1;
  }

  /** Takes in a row of X and y, both times `scale` (the square root of the row's weight). */
  push(row: Float64Array, y: number, scale: number): void {
    const { columns, size } = this;
    for (let k = 0; k < size; k++) columns[k]![this.filled] = row[k]! * scale;
    columns[size]![this.filled] = y * scale;
    if (++this.filled === size + 1 + BLOCK_ROWS) this.fold();
  }

  /**
   * The coefficients, (XᵀX)⁻¹ row by row, and the sum of squared residuals (it can be lost in rounding when the fit is exact); undefined when
   * the columns depend on each other or there are fewer rows than columns.
   */
  solve(): { readonly coefficients: Float64Array; readonly inverse: Float64Array; readonly squares: number } | undefined {
    this.fold();
    const { columns, size } = this;
    for (let k = 0; k < size; k++) {
      let square = 0;
      for (let i = 0; i <= k; i++) square += columns[k]![i]! ** 2;
      if (!(Math.abs(columns[k]![k]!) > INDEPENDENT * Math.sqrt(square))) return undefined;
    }
    const coefficients = this.backSubstitute(columns[size]!);
    const inverse = new Float64Array(size * size);
    // (RᵀR)⁻¹ = R⁻¹R⁻ᵀ, from the columns of R⁻¹.
    for (let j = 0; j < size; j++) {
      const unit = new Float64Array(size);
      unit[j] = 1;
      const column = this.backSubstitute(unit);
      for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) inverse[a * size + b]! += column[a]! * column[b]!;
    }
    return { coefficients, inverse, squares: columns[size]![size]! ** 2 };
  }

  private backSubstitute(right: Float64Array): Float64Array {
    const { columns, size } = this;
    const out = new Float64Array(size);
    for (let i = size - 1; i >= 0; i--) {
      let sum = right[i]!;
      for (let k = i + 1; k < size; k++) sum -= columns[k]![i]! * out[k]!;
      out[i] = sum / columns[i]![i]!;
    }
    return out;
  }

  private fold(): void {
    const { columns, size, filled } = this;
    for (let k = 0; k <= size; k++) {
      const column = columns[k]!;
      let square = 0;
      for (let i = k; i < filled; i++) square += column[i]! * column[i]!;
      if (!(square > 0)) continue;
      const diagonal = column[k]! > 0 ? -Math.sqrt(square) : Math.sqrt(square);
      // The reflector v is the column with its head moved; vᵀv / 2 is this.
      const head = column[k]! - diagonal;
      const norm = -diagonal * head;
      column[k] = head;
      for (let j = k + 1; j <= size; j++) reflect(column, columns[j]!, norm, k, filled);
      column.fill(0, k + 1, filled);
      column[k] = diagonal;
    }
    this.filled = size + 1;
  }
}

function reflect(v: Float64Array, column: Float64Array, norm: number, from: number, to: number): void {
  let sum = 0;
  for (let i = from; i < to; i++) sum += v[i]! * column[i]!;
  const factor = sum / norm;
  for (let i = from; i < to; i++) column[i]! -= factor * v[i]!;
}
