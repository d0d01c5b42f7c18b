/** A direction that explains less than this is one the points cannot tell from the others. */
const SINGULAR = 1e-14;

export interface MultibandModel {
  /** Harmonics all bands share in amplitude and phase. */
  readonly termsBase: number;
  /** Harmonics each band has of its own on top. */
  readonly termsBand: number;
  /** Ridge on the shared coefficients as a share of the trace of the normal matrix; 0 = none. */
  readonly regularizationBase: number;
  /** The same for the coefficients of each band; above 0. */
  readonly regularizationBand: number;
}

/** Where the weighted scalar products of 1, cos θ, sin θ, cos 2θ … come from: two moments each, half of each with a sign. */
interface Products {
  readonly at: Int32Array;
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly half: Float64Array;
  readonly sign: Float64Array;
}

function productsOf(size: number): Products {
  const entries: (readonly [at: number, first: number, half: number, second: number, sign: number])[] = [];
  for (let row = 0; row < size; row++)
    for (let col = 0; col <= row; col++) {
      const a = (row + 1) >> 1;
      const b = (col + 1) >> 1;
      const at = row * size + col;
      const [isSinA, isSinB] = [row > 0 && row % 2 === 0, col > 0 && col % 2 === 0];
      const [sum, difference] = [2 * (a + b), 2 * Math.abs(a - b)];
      if (isSinA === isSinB) entries.push([at, difference, 0.5, sum, isSinA ? -0.5 : 0.5]);
      // sin a cos b = (sin(a + b) + sin(a - b)) / 2, and a >= b; cos a sin b has the other sign.
      else entries.push([at, sum + 1, 0.5, difference + 1, isSinA ? 0.5 : -0.5]);
    }
  return {
    at: Int32Array.from(entries, (e) => e[0]),
    first: Int32Array.from(entries, (e) => e[1]),
    half: Float64Array.from(entries, (e) => e[2]),
    second: Int32Array.from(entries, (e) => e[3]),
    sign: Float64Array.from(entries, (e) => e[4]),
  };
}

/**
 * The regularised least-squares fit of the shared-phase multiband model at one frequency (VanderPlas & Ivezić 2015, ApJ 812, 18, section 4,
 * doi:10.1088/0004-637X/812/1/18): a constant and `termsBase` harmonics for all bands, and a constant and `termsBand` harmonics for each. The bands see
 * each other through the shared part alone, so each is eliminated by itself: O(bands · terms³) instead of O((bands · terms)³).
 */
export class MultibandFit {
  /** Largest number of harmonics. */
  readonly terms: number;
  /** Numbers a band has in {@link sums}. */
  readonly stride: number;
  /** Of each band in turn: Σw cos mθ, Σw sin mθ for m <= 2·terms, then Σwy cos mθ, Σwy sin mθ for m <= terms. All weights together sum to 1. */
  readonly sums: Float64Array;
  /** The smallest pivot of any band in the last fit, as a share of its weight. */
  pivot = 1;
  private readonly own: number;
  private readonly shared: number;
  private readonly ridges: readonly [number, number];
  private readonly products: Products;
  /** Σw, 0, then Σw cos mθ, Σw sin mθ of the band in hand. */
  private readonly moments: Float64Array;
  private readonly gram: Float64Array;
  private readonly cross: Float64Array;
  private readonly solved: Float64Array;
  private readonly schur: Float64Array;
  private readonly right: Float64Array;

  /** `weights` of the bands; `watched` are those whose pivots count. Values are about the mean of their band. */
  constructor(
    model: MultibandModel,
    private readonly weights: Float64Array,
    private readonly watched: readonly boolean[],
  ) {
    const { termsBase, termsBand } = model;
    this.terms = Math.max(1, termsBase, termsBand);
    this.stride = 6 * this.terms;
    this.sums = new Float64Array(this.stride * weights.length);
    this.own = 1 + 2 * termsBand;
    this.shared = 1 + 2 * termsBase;
    // Every row counts 1 for each constant and each harmonic.
    const trace = 2 + termsBase + termsBand;
    this.ridges = [model.regularizationBase * trace, model.regularizationBand * trace];
    const size = Math.max(this.own, this.shared);
    this.products = productsOf(size);
    this.moments = new Float64Array(4 * this.terms + 2);
    this.gram = new Float64Array(size * size);
    this.cross = new Float64Array(this.own * this.shared);
    this.solved = new Float64Array(this.own);
    this.schur = new Float64Array(this.shared * this.shared);
    this.right = new Float64Array(this.shared);
  }

  private value(band: number, row: number): number {
    return row === 0 ? 0 : this.sums[band * this.stride + 4 * this.terms + row - 1]!;
  }

  /** In-place Cholesky factor of the lower triangle of the first `size` rows; the smallest pivot. */
  private factorize(matrix: Float64Array, size: number, width: number): number {
    let smallest = Infinity;
    for (let row = 0; row < size; row++)
      for (let col = 0; col <= row; col++) {
        let value = matrix[row * width + col]!;
        for (let k = 0; k < col; k++) value -= matrix[row * width + k]! * matrix[col * width + k]!;
        if (row === col) {
          smallest = Math.min(smallest, value);
          matrix[row * width + row] = value > SINGULAR ? Math.sqrt(value) : Infinity;
        } else matrix[row * width + col] = value / matrix[col * width + col]!;
      }
    return smallest;
  }

  /** Eliminates the band's own coefficients; returns what they explain. */
  private eliminate(band: number): number {
    const { own, shared, gram, cross, solved, schur, right } = this;
    const size = Math.max(own, shared);
    const { at, first, second, sign, half } = this.products;
    const { moments } = this;
    moments[0] = this.weights[band]!;
    for (let k = 0; k < 4 * this.terms; k++) moments[k + 2] = this.sums[band * this.stride + k]!;
    for (let k = 0; k < at.length; k++) gram[at[k]!] = half[k]! * moments[first[k]!]! + sign[k]! * moments[second[k]!]!;
    for (let row = 0; row < shared; row++)
      for (let col = 0; col <= row; col++) schur[row * shared + col] = schur[row * shared + col]! + gram[row * size + col]!;
    for (let row = 0; row < own; row++)
      for (let col = 0; col < shared; col++) cross[row * shared + col] = row >= col ? gram[row * size + col]! : gram[col * size + row]!;
    for (let row = 0; row < own; row++) gram[row * size + row] = gram[row * size + row]! + this.ridges[1];
    const pivot = this.factorize(gram, own, size) / this.weights[band]!;
    if (this.watched[band]) this.pivot = Math.min(this.pivot, pivot);
    let explained = 0;
    for (let row = 0; row < own; row++) {
      const diagonal = gram[row * size + row]!;
      let rest = this.value(band, row);
      for (let k = 0; k < row; k++) rest -= gram[row * size + k]! * solved[k]!;
      solved[row] = rest / diagonal;
      explained += solved[row]! ** 2;
      for (let col = 0; col < shared; col++) {
        let value = cross[row * shared + col]!;
        for (let k = 0; k < row; k++) value -= gram[row * size + k]! * cross[k * shared + col]!;
        cross[row * shared + col] = value / diagonal;
      }
    }
    for (let row = 0; row < shared; row++) {
      let rest = this.value(band, row);
      for (let k = 0; k < own; k++) rest -= cross[k * shared + row]! * solved[k]!;
      right[row] = right[row]! + rest;
      for (let col = 0; col <= row; col++) {
        let value = 0;
        for (let k = 0; k < own; k++) value += cross[k * shared + row]! * cross[k * shared + col]!;
        schur[row * shared + col] = schur[row * shared + col]! - value;
      }
    }
    return explained;
  }

  /** yᵀX (XᵀX + Λ)⁻¹ Xᵀy with weights that sum to 1: what the fit explains of the weighted mean square. */
  explained(): number {
    const { shared, schur, right } = this;
    schur.fill(0);
    right.fill(0);
    this.pivot = 1;
    let explained = 0;
    for (let band = 0; band < this.weights.length; band++) explained += this.eliminate(band);
    for (let row = 0; row < shared; row++) schur[row * shared + row] = schur[row * shared + row]! + this.ridges[0];
    this.factorize(schur, shared, shared);
    for (let row = 0; row < shared; row++) {
      let rest = right[row]!;
      for (let k = 0; k < row; k++) rest -= schur[row * shared + k]! * right[k]!;
      right[row] = rest / schur[row * shared + row]!;
      explained += right[row]! ** 2;
    }
    return explained;
  }
}
