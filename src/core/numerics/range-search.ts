import type { Progress } from '../protocol/outcome';
import { type KdTree, squaredToBox } from './kd-tree';
import { inBlocks } from './steps';

/** Squared distance from the point at `at` to the farthest corner of the box of `node`. */
function squaredToFarCorner(tree: KdTree, node: number, at: number): number {
  const d = tree.dimensions;
  const box = 2 * d * node;
  let sum = 0;
  for (let c = 0; c < d; c++) {
    const v = tree.points[at + c]!;
    const off = Math.max(v - tree.boxes[box + c]!, tree.boxes[box + d + c]! - v);
    sum += off * off;
  }
  return sum;
}

/** Squared distance between the box of `node` and another box; 0 where they overlap. */
function squaredBetweenBoxes(tree: KdTree, node: number, box: Float64Array): number {
  const d = tree.dimensions;
  const at = 2 * d * node;
  let sum = 0;
  for (let c = 0; c < d; c++) {
    const off = Math.max(tree.boxes[at + c]! - box[d + c]!, box[c]! - tree.boxes[at + d + c]!, 0);
    sum += off * off;
  }
  return sum;
}

/** Questions about what lies within `eps` (inclusive) of the points of a k-d tree. Points are named by their position in the leaves. */
export class RangeSearch {
  private readonly squared: number;
  private readonly rowsBefore: Float64Array;
  private readonly stack = new Int32Array(128);
  /** Of its own: what {@link visitCells} calls searches, too. */
  private readonly cellStack = new Int32Array(128);

  private constructor(
    private readonly tree: KdTree,
    eps: number,
    private readonly cellOf: Int32Array,
    private readonly cellNode: Int32Array,
  ) {
    this.squared = eps * eps;
    this.rowsBefore = new Float64Array(tree.count + 1);
  }

  /** `cellOf` and `cellNode`: a partition of the points in nodes of the tree (or -1: single points), for {@link visitCells}. O(points). */
  static *prepareSteps(tree: KdTree, eps: number, cellOf: Int32Array, cellNode: Int32Array): Generator<Progress, RangeSearch> {
    const search = new RangeSearch(tree, eps, cellOf, cellNode);
    const { rowsBefore } = search;
    yield* inBlocks(tree.count, (from, to) => {
      for (let k = from; k < to; k++) rowsBefore[k + 1] = rowsBefore[k]! + tree.weights[k]!;
    });
    return search;
  }

  rowsOf(from: number, to: number): number {
    return this.rowsBefore[to]! - this.rowsBefore[from]!;
  }

  private squaredBetween(i: number, j: number): number {
    const { points, dimensions: d } = this.tree;
    let sum = 0;
    for (let c = 0; c < d; c++) {
      const off = points[i * d + c]! - points[j * d + c]!;
      sum += off * off;
    }
    return sum;
  }

  /** Whether at least `rows` rows, its own included, lie within eps of the point. */
  hasRowsWithin(position: number, rows: number): boolean {
    const { tree, stack, squared } = this;
    const at = position * tree.dimensions;
    let left = rows;
    let depth = 1;
    stack[0] = 0;
    while (depth > 0) {
      const node = stack[--depth]!;
      if (squaredToBox(tree, node, tree.points, at) > squared) continue;
      const from = tree.starts[node]!;
      const to = tree.ends[node]!;
      if (squaredToFarCorner(tree, node, at) <= squared) left -= this.rowsOf(from, to);
      else if (node >= tree.firstLeaf) {
        for (let k = from; k < to; k++) if (this.squaredBetween(position, k) <= squared) left -= tree.weights[k]!;
      } else {
        const isLeft = position < tree.ends[2 * node + 1]!;
        stack[depth++] = isLeft ? 2 * node + 2 : 2 * node + 1;
        stack[depth++] = isLeft ? 2 * node + 1 : 2 * node + 2;
      }
      if (left <= 0) return true;
    }
    return false;
  }

  /**
   * Calls `visit` for every cell whose box comes within eps of the box of points [from, to), in the order of the leaves, from `from` on: with its
   * first position and its node (-1: a single point).
   */
  visitCells(box: Float64Array, from: number, visit: (position: number, node: number) => void): void {
    const { tree, squared, cellStack: stack } = this;
    let depth = 1;
    stack[0] = 0;
    while (depth > 0) {
      const node = stack[--depth]!;
      if (tree.ends[node]! <= from || squaredBetweenBoxes(tree, node, box) > squared) continue;
      const start = tree.starts[node]!;
      if (this.cellNode[this.cellOf[start]!] === node) visit(start, node);
      else if (node < tree.firstLeaf) {
        stack[depth++] = 2 * node + 2;
        stack[depth++] = 2 * node + 1;
      } else for (let k = Math.max(start, from); k < tree.ends[node]!; k++) visit(k, -1);
    }
  }

  /** Whether the two points lie within eps. */
  isWithin(i: number, j: number): boolean {
    return this.squaredBetween(i, j) <= this.squared;
  }

  /** Whether a point of `node` with `marks` = 1 lies within eps of the point. */
  hasMarkedWithin(position: number, node: number, marks: Uint8Array): boolean {
    const { tree, stack, squared } = this;
    const at = position * tree.dimensions;
    let depth = 1;
    stack[0] = node;
    while (depth > 0) {
      const i = stack[--depth]!;
      if (squaredToBox(tree, i, tree.points, at) > squared) continue;
      if (i < tree.firstLeaf) {
        stack[depth++] = 2 * i + 2;
        stack[depth++] = 2 * i + 1;
      } else for (let k = tree.starts[i]!; k < tree.ends[i]!; k++) if (marks[k] === 1 && this.squaredBetween(position, k) <= squared) return true;
    }
    return false;
  }

  /** The nearest point with `marks` = 1 within eps, -1 when there is none; of equally near ones that with the lowest id. */
  nearestMarked(position: number, marks: Uint8Array): number {
    const { tree, stack } = this;
    const at = position * tree.dimensions;
    let best = -1;
    let nearest = this.squared;
    let depth = 1;
    stack[0] = 0;
    while (depth > 0) {
      const node = stack[--depth]!;
      if (squaredToBox(tree, node, tree.points, at) > nearest) continue;
      if (node < tree.firstLeaf) {
        stack[depth++] = 2 * node + 2;
        stack[depth++] = 2 * node + 1;
        continue;
      }
      for (let k = tree.starts[node]!; k < tree.ends[node]!; k++) {
        const sum = marks[k] === 1 ? this.squaredBetween(position, k) : Infinity;
        if (sum > nearest || (sum === nearest && best >= 0 && tree.ids[best]! < tree.ids[k]!)) continue;
        nearest = sum;
        best = k;
      }
    }
    return best;
  }
}
