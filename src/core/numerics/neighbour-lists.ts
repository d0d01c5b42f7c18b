import type { Progress } from '../protocol/outcome';
import { kdTreeSteps } from './kd-tree';
import { NearestPoints } from './nearest-points';
import type { PointSet } from './point-set';
import { inBlocks, part } from './steps';

const BLOCK_POINTS = 4096;

/** The k nearest of every point, in an order in which neighbours lie close in memory. */
export interface NeighbourLists {
  readonly k: number;
  /** Index in the point set of each point in that order. */
  readonly ids: Uint32Array;
  /** Rows at each of them. */
  readonly weights: Int32Array;
  /** How many neighbours each has: fewer than k where a neighbour counts with several rows. */
  readonly found: Int32Array;
  /** Their places in that order, nearest first, k places a point. */
  readonly at: Int32Array;
  readonly distance: Float64Array;
  /** Distance of the k-th row. */
  readonly reach: Float64Array;
}

function emptyLists(ids: Uint32Array, weights: Int32Array, k: number): NeighbourLists {
  const n = weights.length;
  return { k, ids, weights, found: new Int32Array(n), at: new Int32Array(n * k), distance: new Float64Array(n * k), reach: new Float64Array(n) };
}

function* treeListsSteps(set: PointSet, k: number): Generator<Progress, NeighbourLists> {
  const tree = yield* part(kdTreeSteps(set), 0, 0.15);
  const nearest = new NearestPoints(tree, k);
  const lists = emptyLists(tree.ids, tree.weights, k);
  const searching = inBlocks(
    tree.count,
    (from, to) => {
      for (let i = from; i < to; i++) {
        nearest.search(i);
        lists.found[i] = nearest.found;
        for (let m = 0; m < nearest.found; m++) {
          lists.at[i * k + m] = nearest.at[m]!;
          lists.distance[i * k + m] = Math.sqrt(nearest.squared[m]!);
        }
        lists.reach[i] = lists.distance[i * k + nearest.found - 1]!;
      }
    },
    BLOCK_POINTS,
  );
  yield* part(searching, 0.15, 1);
  return lists;
}

/** Neighbours of point `i` of ascending ones: one after the other from its left and its right. */
function listSorted(values: Float64Array, lists: NeighbourLists, i: number): void {
  const { k, weights, at, distance } = lists;
  const x = values[i]!;
  const start = i * k;
  let found = 0;
  let rows = weights[i]! - 1;
  if (rows > 0) at[start + found++] = i;
  let left = i - 1;
  let right = i + 1;
  let below = left >= 0 ? x - values[left]! : Infinity;
  let above = right < values.length ? values[right]! - x : Infinity;
  while (rows < k) {
    const isLeft = below <= above;
    const q = isLeft ? left-- : right++;
    at[start + found] = q;
    distance[start + found++] = isLeft ? below : above;
    rows += weights[q]!;
    if (isLeft) below = left >= 0 ? x - values[left]! : Infinity;
    else above = right < values.length ? values[right]! - x : Infinity;
  }
  lists.found[i] = found;
  lists.reach[i] = distance[start + found - 1]!;
}

/** In one dimension the points of a set are in order already. */
function* sortedListsSteps(set: PointSet, k: number): Generator<Progress, NeighbourLists> {
  const ids = new Uint32Array(set.count);
  const lists = emptyLists(ids, set.weights, k);
  yield* inBlocks(
    set.count,
    (from, to) => {
      for (let i = from; i < to; i++) {
        ids[i] = i;
        listSorted(set.coordinates, lists, i);
      }
    },
    BLOCK_POINTS,
  );
  return lists;
}

/**
 * The k nearest rows of every point, without one of its own: a point counts as often as it has rows, the point itself with its other rows at
 * distance 0. Of points equally far the one with the lower id in the set is nearer, so that no order of rows matters. `k` at least 1 and below
 * the number of rows. O(n · (k + log n)).
 */
export function neighbourListsSteps(set: PointSet, k: number): Generator<Progress, NeighbourLists> {
  return set.dimensions === 1 ? sortedListsSteps(set, k) : treeListsSteps(set, k);
}
