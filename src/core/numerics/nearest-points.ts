import { type KdTree, squaredToBox } from './kd-tree';

/**
 * The nearest neighbours of one point after another of a k-d tree's own. Points count as often as they have rows; the point itself counts
 * with its other rows, at distance 0. Of points equally far the one with the lower id in the point set is nearer, so that no order of rows
 * matters. About O(k + log n) a point.
 */
export class NearestPoints {
  /** Positions in the order of the leaves, nearest first, and their squared distances; `found` of them. */
  readonly at: Int32Array;
  readonly squared: Float64Array;
  found = 0;
  /** Rows among the found; the last point may bring more than are wanted. */
  rows = 0;
  /** The point searched for last, -1 before any. */
  private last = -1;
  /** Squared distance within which there are enough rows. */
  private bound = Infinity;
  private readonly stack = new Int32Array(128);
  private readonly stackDistance = new Float64Array(128);

  constructor(
    private readonly tree: KdTree,
    private readonly wanted: number,
  ) {
    this.at = new Int32Array(wanted + 2);
    this.squared = new Float64Array(wanted + 2);
  }

  /** Fills {@link at} with what lies nearest to the point at `position` of the leaves. */
  search(position: number): void {
    const { tree, stack, stackDistance } = this;
    const d = tree.dimensions;
    this.bound = this.boundAt(position);
    this.last = position;
    this.found = this.rows = 0;
    if (tree.weights[position]! > 1) this.insert(position, 0, tree.weights[position]! - 1);
    let depth = 1;
    stack[0] = 0;
    stackDistance[0] = 0;
    while (depth > 0) {
      let node = stack[--depth]!;
      if (stackDistance[depth]! > this.worst()) continue;
      while (node < tree.firstLeaf) {
        const left = 2 * node + 1;
        const toLeft = squaredToBox(tree, left, tree.points, position * d);
        const toRight = squaredToBox(tree, left + 1, tree.points, position * d);
        const isLeft = toLeft < toRight || (toLeft === toRight && position < tree.ends[left]!);
        stack[depth] = isLeft ? left + 1 : left;
        stackDistance[depth++] = isLeft ? toRight : toLeft;
        node = isLeft ? left : left + 1;
      }
      this.scan(node, position);
    }
  }

  private worst(): number {
    return this.rows < this.wanted ? this.bound : this.squared[this.found - 1]!;
  }

  /** As far as the neighbours of the point before may lie from this one: with that point itself they are rows enough. Near points give a short one. */
  private boundAt(position: number): number {
    const { points, dimensions: d } = this.tree;
    if (this.last < 0) return Infinity;
    let sum = 0;
    for (let c = 0; c < d; c++) {
      const off = points[position * d + c]! - points[this.last * d + c]!;
      sum += off * off;
    }
    const far = Math.sqrt(sum) + Math.sqrt(this.squared[this.found - 1]!);
    // A little more than that, for what rounding does to both.
    return far * far * (1 + 1e-9) + Number.MIN_VALUE;
  }

  private scan(leaf: number, position: number): void {
    const { points, dimensions: d, weights } = this.tree;
    const end = this.tree.ends[leaf]!;
    let worst = this.worst();
    const x = points[position * d]!;
    for (let k = this.tree.starts[leaf]!; k < end; k++) {
      let sum = points[k * d]! - x;
      sum *= sum;
      for (let c = 1; c < d; c++) {
        const off = points[k * d + c]! - points[position * d + c]!;
        sum += off * off;
      }
      if (sum > worst || k === position) continue;
      this.insert(k, sum, weights[k]!);
      worst = this.worst();
    }
  }

  private insert(k: number, sum: number, weight: number): void {
    const { at, squared, wanted } = this;
    const { ids, weights } = this.tree;
    let i = this.found;
    while (i > 0 && (squared[i - 1]! > sum || (squared[i - 1] === sum && ids[at[i - 1]!]! > ids[k]!))) {
      squared[i] = squared[i - 1]!;
      at[i] = at[i - 1]!;
      i--;
    }
    squared[i] = sum;
    at[i] = k;
    this.found++;
    this.rows += weight;
    while (this.found > 1 && this.rows - weights[at[this.found - 1]!]! >= wanted) this.rows -= weights[at[--this.found]!]!;
  }
}
