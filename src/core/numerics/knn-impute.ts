import type { Progress } from '../protocol/outcome';
import { type KdTree, kdTreeSteps, squaredToBox } from './kd-tree';
import { NearestValues } from './nearest-values';
import { inBlocks, part } from './steps';

export interface KnnWork {
  /** All columns that measure distance, already scaled for it; NaN where missing. 30 at most. */
  readonly scaled: readonly Float64Array[];
  /** The same columns as they are: what is lent. */
  readonly values: readonly Float64Array[];
  /** 1 where a row may lend. */
  readonly donors: Uint8Array;
  /** Which columns are filled, and where (1). */
  readonly wanted: readonly { readonly column: number; readonly need: Uint8Array }[];
  readonly neighbours: number;
  readonly weights: 'uniform' | 'distance';
}

export interface KnnDone {
  /** For each of `wanted` a column: numbers where needed, NaN elsewhere. */
  readonly filled: readonly Float64Array[];
  /** Cells filled with their column's mean, because no donor shares a value with their row. */
  readonly byMean: number;
}

/** Donor rows that have values in the same columns. */
interface Group {
  readonly pattern: number;
  readonly rows: Uint32Array;
  /** Trees over some of the columns, by these as bits. */
  readonly forests: Map<number, readonly Tree[]>;
}

interface Tree {
  readonly tree: KdTree;
  readonly rows: Uint32Array;
}

/** Rows of one tree: its root is split without a pause. */
const TREE_ROWS = 2 ** 18;

const bitCount = (bits: number): number => {
  let n = 0;
  for (let b = bits; b !== 0; b &= b - 1) n++;
  return n;
};
const columnsOf = (bits: number): number[] => Array.from({ length: 30 }, (_, c) => c).filter((c) => (bits >> c) & 1);

/** Bit c is 1 where column c has a value. */
function* patternsSteps(columns: readonly Float64Array[]): Generator<Progress, Uint32Array> {
  const patterns = new Uint32Array(columns[0]?.length ?? 0);
  for (const [c, values] of columns.entries()) {
    const marking = inBlocks(values.length, (from, to) => {
      for (let i = from; i < to; i++) if (values[i]! - values[i]! === 0) patterns[i]! |= 1 << c;
    });
    yield* part(marking, c / columns.length, (c + 1) / columns.length);
  }
  return patterns;
}

function* groupsSteps(patterns: Uint32Array, donors: Uint8Array): Generator<Progress, readonly Group[]> {
  const counts = new Map<number, number>();
  const counting = inBlocks(patterns.length, (from, to) => {
    for (let i = from; i < to; i++) if (donors[i] === 1) counts.set(patterns[i]!, (counts.get(patterns[i]!) ?? 0) + 1);
  });
  yield* part(counting, 0, 0.5);
  const groups = new Map<number, { rows: Uint32Array; n: number }>();
  for (const [pattern, count] of counts) groups.set(pattern, { rows: new Uint32Array(count), n: 0 });
  const dealing = inBlocks(patterns.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (donors[i] !== 1) continue;
      const group = groups.get(patterns[i]!)!;
      group.rows[group.n++] = i;
    }
  });
  yield* part(dealing, 0.5, 1);
  return [...groups].map(([pattern, { rows }]) => ({ pattern, rows, forests: new Map() }));
}

function* treeSteps(rows: Uint32Array, axes: readonly number[], scaled: readonly Float64Array[]): Generator<Progress, Tree> {
  const d = axes.length;
  const count = rows.length;
  const coordinates = new Float64Array(count * d);
  const copying = inBlocks(count, (from, to) => {
    for (let k = from; k < to; k++) for (let c = 0; c < d; c++) coordinates[k * d + c] = scaled[axes[c]!]![rows[k]!]!;
  });
  yield* part(copying, 0, 0.1);
  const set = { dimensions: d, count, coordinates, weights: new Int32Array(count).fill(1), pointOf: new Int32Array(0), rows: count };
  return { tree: yield* part(kdTreeSteps(set), 0.1, 1), rows };
}

function* forestSteps(group: Group, shared: number, scaled: readonly Float64Array[]): Generator<Progress, readonly Tree[]> {
  const known = group.forests.get(shared);
  if (known) return known;
  const forest: Tree[] = [];
  const { rows } = group;
  for (let from = 0; from < rows.length; from += TREE_ROWS)
    forest.push(yield* part(treeSteps(rows.subarray(from, from + TREE_ROWS), columnsOf(shared), scaled), from / rows.length, from / rows.length));
  group.forests.set(shared, forest);
  return forest;
}

/** What is looked for: a row's coordinates, and `scale`, which makes squared distances those over all columns. */
interface Query {
  readonly at: Float64Array;
  readonly scale: number;
  /** The column that is lent. */
  readonly lends: Float64Array;
}

/** Offers the points of a node near the query with what they lend; `apart`: the scaled squared distance to the node's box. */
function offer(from: Tree, node: number, apart: number, query: Query, nearest: NearestValues): void {
  if (apart > nearest.reach) return;
  const { tree, rows } = from;
  const { at, scale, lends } = query;
  if (node < tree.firstLeaf) {
    const left = squaredToBox(tree, 2 * node + 1, at, 0) * scale;
    const right = squaredToBox(tree, 2 * node + 2, at, 0) * scale;
    if (left <= right) offer(from, 2 * node + 1, left, query, nearest);
    offer(from, 2 * node + 2, right, query, nearest);
    if (left > right) offer(from, 2 * node + 1, left, query, nearest);
    return;
  }
  const d = tree.dimensions;
  for (let k = tree.starts[node]!; k < tree.ends[node]!; k++) {
    let sum = 0;
    for (let c = 0; c < d; c++) {
      const off = tree.points[k * d + c]! - at[c]!;
      sum += off * off;
    }
    if (sum * scale <= nearest.reach) nearest.offer(sum * scale, lends[rows[tree.ids[k]!]!]!);
  }
}

function* meanSteps(values: Float64Array, donors: Uint8Array): Generator<Progress, number> {
  let n = 0;
  let sum = 0;
  yield* inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (donors[i] !== 1 || values[i]! - values[i]! !== 0) continue;
      sum += values[i]!;
      n++;
    }
  });
  return sum / n;
}

function queryOf({ scaled }: KnnWork, shared: number, row: number, lends: Float64Array): Query {
  const at = new Float64Array(bitCount(shared));
  let k = 0;
  for (let c = 0; c < scaled.length; c++) if ((shared >> c) & 1) at[k++] = scaled[c]![row]!;
  return { at, scale: scaled.length / k, lends };
}

/** Rows searched for between two yields. */
const QUERIES = 64;

/** One column filled. */
function* columnSteps(
  work: KnnWork,
  { column, need }: KnnWork['wanted'][number],
  patterns: Uint32Array,
  groups: readonly Group[],
): Generator<Progress, { filled: Float64Array; byMean: number }> {
  const { scaled, values, donors } = work;
  const lends = values[column]!;
  const filled = new Float64Array(need.length).fill(NaN);
  // The largest first: it bounds the search in the others.
  const lenders = groups.filter((g) => (g.pattern >> column) & 1).sort((a, b) => b.rows.length - a.rows.length);
  const nearest = new NearestValues(work.neighbours);
  const mean = yield* part(meanSteps(lends, donors), 0, 0);
  let byMean = 0;
  let since = 0;
  for (let i = 0; i < need.length; i++) {
    if (need[i] !== 1) continue;
    nearest.clear();
    for (const group of lenders) {
      const shared = group.pattern & patterns[i]!;
      if (shared === 0) continue;
      const forest = yield* part(forestSteps(group, shared, scaled), i / need.length, i / need.length);
      const query = queryOf(work, shared, i, lends);
      for (const tree of forest) offer(tree, 0, squaredToBox(tree.tree, 0, query.at, 0) * query.scale, query, nearest);
    }
    filled[i] = nearest.count > 0 ? nearest.average(work.weights) : mean;
    if (nearest.count === 0 && mean === mean) byMean++;
    if (++since % QUERIES === 0) yield { fraction: i / need.length };
  }
  return { filled, byMean };
}

/**
 * Fills missing cells by the mean of the same column over the k nearest donors that have a value there (Troyanskaya et al. 2001, Bioinformatics
 * 17, 520, doi:10.1093/bioinformatics/17.6.520), as scikit-learn's KNNImputer: the squared distance over the columns that both rows have is
 * scaled up to all columns (nan_euclidean); donors without a column in common do not count; a row that has no donor gets the column's mean.
 * Of donors equally far away the ones with smaller values come first, so that the order of rows does not matter (scikit-learn leaves it open).
 * One k-d tree for each combination of columns present: about O(n log n) for few columns; in more than about eight it nears O(n) a cell.
 */
export function* knnImputeSteps(work: KnnWork): Generator<Progress, KnnDone> {
  const patterns = yield* part(patternsSteps(work.scaled), 0, 0.05);
  const groups = yield* part(groupsSteps(patterns, work.donors), 0.05, 0.1);
  const filled: Float64Array[] = [];
  let byMean = 0;
  for (const wanted of work.wanted) {
    const at = (k: number): number => 0.1 + (0.9 * k) / work.wanted.length;
    const done = yield* part(columnSteps(work, wanted, patterns, groups), at(filled.length), at(filled.length + 1));
    filled.push(done.filled);
    byMean += done.byMean;
  }
  return { filled, byMean };
}
