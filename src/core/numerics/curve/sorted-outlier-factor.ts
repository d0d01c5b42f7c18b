/**
 * Local outlier factors (Breunig et al. 2000, doi:10.1145/342009.335388) of single values among many, for a few of them: densities are
 * computed only where they are needed, and once. As localOutlierFactorSteps in one dimension; of two neighbours equally far the smaller counts.
 */
export class SortedOutlierFactor {
  private readonly reach: Float64Array;
  private readonly density: Float64Array;

  /** `sorted` ascending, more than `k` values. */
  constructor(
    private readonly sorted: Float64Array,
    private readonly k: number,
  ) {
    this.reach = new Float64Array(sorted.length).fill(NaN);
    this.density = new Float64Array(sorted.length).fill(NaN);
  }

  /** Factor of the value at `index` of the sorted ones. O(k²) for the first of a neighbourhood. */
  at(index: number): number {
    const from = this.firstNeighbour(index);
    let sum = 0;
    for (let j = from; j <= from + this.k; j++) if (j !== index) sum += this.densityAt(j);
    return sum / this.k / this.densityAt(index);
  }

  /** The k nearest values and the value itself lie side by side: where they begin. */
  private firstNeighbour(index: number): number {
    const { sorted, k } = this;
    let left = index;
    let right = index;
    while (right - left < k) {
      const isLeft = right + 1 >= sorted.length || (left > 0 && sorted[index]! - sorted[left - 1]! <= sorted[right + 1]! - sorted[index]!);
      if (isLeft) left--;
      else right++;
    }
    return left;
  }

  private reachAt(index: number): number {
    if (this.reach[index]! >= 0) return this.reach[index]!;
    const from = this.firstNeighbour(index);
    const { sorted, k } = this;
    return (this.reach[index] = Math.max(sorted[index]! - sorted[from]!, sorted[from + k]! - sorted[index]!));
  }

  private densityAt(index: number): number {
    if (this.density[index]! >= 0) return this.density[index]!;
    const from = this.firstNeighbour(index);
    let sum = 0;
    for (let j = from; j <= from + this.k; j++) if (j !== index) sum += Math.max(this.reachAt(j), Math.abs(this.sorted[j]! - this.sorted[index]!));
    return (this.density[index] = 1 / (sum / this.k + 1e-10));
  }
}
