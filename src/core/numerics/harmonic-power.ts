/** A direction that the points tell from the others less well than this explains nothing more. */
const SINGULAR = 1e-14;

/**
 * The weighted least-squares fit of `terms` harmonics, with or without a floating mean, from sums over the points: Σw cos mθ, Σw sin mθ for m <= 2·terms,
 * then Σwy cos mθ, Σwy sin mθ for m <= terms; weights sum to 1. O(terms³).
 */
export class HarmonicPower {
  readonly sums: Float64Array;
  /** The smallest pivot of the last {@link explained}: close to 0 when the points hardly tell the harmonics apart, and the fit loses digits. */
  pivot = 1;
  private readonly factor: Float64Array;
  private readonly solved: Float64Array;

  constructor(
    readonly terms: number,
    readonly fitMean: boolean,
  ) {
    this.sums = new Float64Array(6 * terms);
    this.factor = new Float64Array(4 * terms * terms);
    this.solved = new Float64Array(2 * terms);
  }

  private cosSum(m: number): number {
    return m === 0 ? 1 : this.sums[2 * Math.abs(m) - 2]!;
  }

  private sinSum(m: number): number {
    return m === 0 ? 0 : Math.sign(m) * this.sums[2 * Math.abs(m) - 1]!;
  }

  /** Weighted scalar product of two of cos θ, sin θ, cos 2θ, …, their means taken out when the mean floats. */
  private product(row: number, col: number): number {
    const a = (row >> 1) + 1;
    const b = (col >> 1) + 1;
    let value: number;
    if (row % 2 === 0 && col % 2 === 0) value = (this.cosSum(a - b) + this.cosSum(a + b)) / 2;
    else if (row % 2 === 1 && col % 2 === 1) value = (this.cosSum(a - b) - this.cosSum(a + b)) / 2;
    else value = row % 2 === 1 ? (this.sinSum(a + b) + this.sinSum(a - b)) / 2 : (this.sinSum(a + b) - this.sinSum(a - b)) / 2;
    return this.fitMean ? value - this.sums[row]! * this.sums[col]! : value;
  }

  /** The weighted mean square that the fit explains: rhsᵀ G⁻¹ rhs, by Cholesky. */
  explained(): number {
    const { factor, solved, sums, terms } = this;
    const size = 2 * terms;
    let explained = 0;
    this.pivot = 1;
    for (let row = 0; row < size; row++) {
      for (let col = 0; col <= row; col++) {
        let value = this.product(row, col);
        for (let k = 0; k < col; k++) value -= factor[row * size + k]! * factor[col * size + k]!;
        if (row === col) {
          this.pivot = Math.min(this.pivot, value);
          factor[row * size + row] = value > SINGULAR ? Math.sqrt(value) : Infinity;
        } else factor[row * size + col] = value / factor[col * size + col]!;
      }
      let rest = sums[4 * terms + row]!;
      for (let k = 0; k < row; k++) rest -= factor[row * size + k]! * solved[k]!;
      solved[row] = rest / factor[row * size + row]!;
      explained += solved[row]! ** 2;
    }
    return explained;
  }
}
