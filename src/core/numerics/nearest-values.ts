/** The k values offered at the smallest distances, in order of distance, then value: the order in which they are offered does not matter. */
export class NearestValues {
  count = 0;
  private readonly squared: Float64Array;
  private readonly values: Float64Array;

  constructor(private readonly k: number) {
    this.squared = new Float64Array(k);
    this.values = new Float64Array(k);
  }

  clear(): void {
    this.count = 0;
  }

  /** Squared distance beyond which nothing is taken any more. */
  get reach(): number {
    return this.count < this.k ? Infinity : this.squared[this.k - 1]!;
  }

  offer(squared: number, value: number): void {
    const { k } = this;
    let at = this.count;
    if (at === k) {
      const last = this.squared[k - 1]!;
      if (squared > last || (squared === last && value >= this.values[k - 1]!)) return;
      at = k - 1;
    } else this.count++;
    while (at > 0 && (this.squared[at - 1]! > squared || (this.squared[at - 1] === squared && this.values[at - 1]! > value))) {
      this.squared[at] = this.squared[at - 1]!;
      this.values[at] = this.values[at - 1]!;
      at--;
    }
    this.squared[at] = squared;
    this.values[at] = value;
  }

  /** The plain mean, or the mean weighted by 1/distance; then values at distance 0, when there are any, are the only ones that count. */
  average(weights: 'uniform' | 'distance'): number {
    const hasZero = this.squared[0] === 0;
    let sum = 0;
    let total = 0;
    for (let i = 0; i < this.count; i++) {
      const squared = this.squared[i]!;
      const w = weights === 'uniform' ? 1 : hasZero ? (squared === 0 ? 1 : 0) : 1 / Math.sqrt(squared);
      sum += w * this.values[i]!;
      total += w;
    }
    return sum / total;
  }
}
