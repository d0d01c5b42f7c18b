import type { Progress } from '../protocol/outcome';
import { argsortSteps } from './argsort';
import { inBlocks, part } from './steps';

/**
 * Points in a space of some dimensions, each different point once, in ascending order of their coordinates (the first decides, then the
 * second …). An order that no order of rows changes.
 */
export interface PointSet {
  readonly dimensions: number;
  readonly count: number;
  /** `count` points after each other. */
  readonly coordinates: Float64Array;
  /** How many rows lie at each point. */
  readonly weights: Int32Array;
  /** Point of each row, -1 for rows that are none. */
  readonly pointOf: Int32Array;
  /** Sum of the weights. */
  readonly rows: number;
}

/** Rows read or written all over memory between two yields. */
const SCATTERED = 2 ** 16;

/** The rows with `use` = 1 in ascending order of their columns' values. */
function* sortedRowsSteps(columns: readonly Float64Array[], use: Uint8Array): Generator<Progress, Uint32Array> {
  const d = columns.length;
  let order = new Uint32Array(use.length);
  let rows = 0;
  const picking = inBlocks(use.length, (from, to) => {
    for (let i = from; i < to; i++) if (use[i] === 1) order[rows++] = i;
  });
  yield* part(picking, 0, 0);
  order = order.subarray(0, rows);
  // Stable sorts from the last coordinate to the first leave the rows in order of all of them.
  for (let c = d - 1; c >= 0; c--) {
    const done = (d - 1 - c) / d;
    const column = columns[c]!;
    const before = order;
    const keys = new Float64Array(rows);
    const reading = inBlocks(rows, (from, to) => {
      for (let k = from; k < to; k++) keys[k] = column[before[k]!]! + 0;
    });
    yield* part(reading, done, done);
    yield { fraction: done };
    const sorted = yield* part(argsortSteps(keys), done, done + 0.95 / d);
    yield { fraction: done + 0.95 / d };
    const after = new Uint32Array(rows);
    const placing = inBlocks(
      rows,
      (from, to) => {
        for (let k = from; k < to; k++) after[k] = before[sorted[k]!]!;
      },
      SCATTERED,
    );
    yield* part(placing, done + 0.95 / d, done + 1 / d);
    yield { fraction: done + 1 / d };
    order = after;
  }
  return order;
}

/** The rows with `use` = 1, whose `columns` must all be finite there. O(d · n log n). */
export function* pointSetSteps(columns: readonly Float64Array[], use: Uint8Array): Generator<Progress, PointSet> {
  const d = columns.length;
  const order = yield* part(sortedRowsSteps(columns, use), 0, 0.9);
  const rows = order.length;
  const coordinates = new Float64Array(rows * d);
  const weights = new Int32Array(rows);
  const pointOf = new Int32Array(use.length).fill(-1);
  let count = 0;
  yield { fraction: 0.9 };
  const joining = inBlocks(
    rows,
    (from, to) => {
      for (let k = from; k < to; k++) {
        const row = order[k]!;
        let isNew = count === 0;
        for (let c = 0; c < d && !isNew; c++) isNew = columns[c]![row] !== coordinates[(count - 1) * d + c];
        if (isNew) {
          for (let c = 0; c < d; c++) coordinates[count * d + c] = columns[c]![row]! + 0;
          count++;
        }
        weights[count - 1]!++;
        pointOf[row] = count - 1;
      }
    },
    SCATTERED,
  );
  yield* part(joining, 0.9, 1);
  return { dimensions: d, count, coordinates: coordinates.subarray(0, count * d), weights: weights.subarray(0, count), pointOf, rows };
}
