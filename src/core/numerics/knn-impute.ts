import type { Progress } from '../protocol/outcome';
import { argsortSteps } from './argsort';
import { lowerBound } from './bounds';
import { type KdTree, kdTreeSteps } from './kd-tree';
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
  /** undefined for one column: then the points are in order. */
  readonly tree: KdTree | undefined;
  readonly rows: Uint32Array;
  /** Positions of the rows, in order, when there is one column. */
  readonly line: Float64Array;
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

function* lineSteps(rows: Uint32Array, values: Float64Array): Generator<Progress, Tree> {
  const unsorted = new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) unsorted[k] = values[rows[k]!]!;
  const order = yield* argsortSteps(unsorted);
  const line = new Float64Array(rows.length);
  for (let k = 0; k < line.length; k++) line[k] = unsorted[order[k]!]!;
  return { tree: undefined, rows: order.map((k) => rows[k]!), line };
}

function* treeSteps(rows: Uint32Array, axes: readonly number[], scaled: readonly Float64Array[]): Generator<Progress, Tree> {
  if (axes.length === 1) return yield* lineSteps(rows, scaled[axes[0]!]!);
  const d = axes.length;
  const count = rows.length;
  const coordinates = new Float64Array(count * d);
  const copying = inBlocks(count, (from, to) => {
    for (let k = from; k < to; k++) for (let c = 0; c < d; c++) coordinates[k * d + c] = scaled[axes[c]!]![rows[k]!]!;
  });
  yield* part(copying, 0, 0.1);
  const set = { dimensions: d, count, coordinates, weights: new Int32Array(count).fill(1), pointOf: new Int32Array(0), rows: count };
  return { tree: yield* part(kdTreeSteps(set), 0.1, 1), rows, line: new Float64Array(0) };
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

/** What is looked for: a row's coordinates along the axes, and `scale`, which makes squared distances those over all columns. */
interface Query {
  readonly axes: readonly number[];
  readonly at: Float64Array;
  readonly scale: number;
  /** The column that is lent. */
  readonly lends: Float64Array;
}

/** Offers the points on a line near the query, going out from it to either side. */
function offerLine({ line, rows }: Tree, { at, scale, lends }: Query, nearest: NearestValues): void {
  const x = at[0]!;
  const right = lowerBound(line, x);
  for (let k = right; k < line.length; k++) {
    const off = line[k]! - x;
    const squared = off * off * scale;
    if (squared > nearest.reach) break;
    nearest.offer(squared, lends[rows[k]!]!);
  }
  for (let k = right - 1; k >= 0; k--) {
    const off = line[k]! - x;
    const squared = off * off * scale;
    if (squared > nearest.reach) break;
    nearest.offer(squared, lends[rows[k]!]!);
  }
}

/** Offers the points of a node near the query with what they lend. */
function offer(tree: KdTree, node: number, rows: Uint32Array, query: Query, nearest: NearestValues): void {
  const { at, scale, lends } = query;
  if (node < tree.firstLeaf) {
    const { boxes, dimensions: d } = tree;
    const first = 2 * node + 1;
    let left = 0;
    let right = 0;
    // Both boxes at once: a function that returns a number would have to put it on the heap.
    for (let c = 0, box = 2 * d * first; c < d; c++, box++) {
      const v = at[c]!;
      const offLeft = Math.max(0, boxes[box]! - v, v - boxes[box + d]!);
      const offRight = Math.max(0, boxes[box + 2 * d]! - v, v - boxes[box + 3 * d]!);
      left += offLeft * offLeft;
      right += offRight * offRight;
    }
    left *= scale;
    right *= scale;
    if (left <= right && left <= nearest.reach) offer(tree, first, rows, query, nearest);
    if (right <= nearest.reach) offer(tree, first + 1, rows, query, nearest);
    if (left > right && left <= nearest.reach) offer(tree, first, rows, query, nearest);
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

/** How the donors of one group are searched for rows of one pattern. */
interface Search {
  readonly group: Group;
  /** Columns that both have, as bits. */
  readonly shared: number;
  readonly query: Query;
}

/**
 * The searches for rows of a pattern: fewest columns in common first, because points lie closest in few dimensions, and bound the search in more;
 * of these the largest group first.
 */
function searchesOf({ scaled }: KnnWork, pattern: number, lenders: readonly Group[], lends: Float64Array): readonly Search[] {
  return lenders
    .map((group) => ({ group, shared: group.pattern & pattern }))
    .filter(({ shared }) => shared !== 0)
    .sort((a, b) => bitCount(a.shared) - bitCount(b.shared) || b.group.rows.length - a.group.rows.length || a.group.pattern - b.group.pattern)
    .map(({ group, shared }) => {
      const axes = columnsOf(shared);
      return { group, shared, query: { axes, at: new Float64Array(axes.length), scale: scaled.length / axes.length, lends } };
    });
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
  const lenders = groups.filter((g) => (g.pattern >> column) & 1);
  const searches = new Map<number, readonly Search[]>();
  const nearest = new NearestValues(work.neighbours);
  const mean = yield* part(meanSteps(lends, donors), 0, 0);
  let byMean = 0;
  let since = 0;
  for (let i = 0; i < need.length; i++) {
    if (need[i] !== 1) continue;
    nearest.clear();
    const pattern = patterns[i]!;
    let own = searches.get(pattern);
    if (!own) searches.set(pattern, (own = searchesOf(work, pattern, lenders, lends)));
    for (const { group, shared, query } of own) {
      const forest = group.forests.get(shared) ?? (yield* part(forestSteps(group, shared, scaled), i / need.length, i / need.length));
      for (let k = 0; k < query.at.length; k++) query.at[k] = scaled[query.axes[k]!]![i]!;
      for (const grown of forest) {
        if (grown.tree) offer(grown.tree, 0, grown.rows, query, nearest);
        else offerLine(grown, query, nearest);
      }
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
