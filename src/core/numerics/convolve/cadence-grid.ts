import type { Progress } from '../../protocol/outcome';
import { medianSteps } from '../robust';
import { inBlocks, part } from '../steps';

/** How far, in steps of the grid, one time may shift it: slow drifts (times are corrected for the Earth's orbit) are followed, scatter is not. */
const FOLLOW = 0.02;

/** Rows of a light curve laid on equal steps of time. */
export interface CadenceGrid {
  /** Mean of the usable values of the rows in each cell; NaN = none. */
  readonly cells: Float64Array;
  /** Cell of each row; -1 for rows without a time. */
  readonly cellOf: Int32Array;
  /** Cells with a usable value. */
  readonly filled: number;
  /** Usable rows that share their cell with an earlier one. */
  readonly shared: number;
}

/** Median of the steps above 0 between neighbouring times of the rows in use; 0 when there is none. `times` ascending, missing last. */
export function* medianCadenceSteps(times: Float64Array, use: Uint8Array): Generator<Progress, number> {
  const steps = new Float64Array(times.length);
  let n = 0;
  let last = NaN;
  const collecting = inBlocks(times.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const time = times[i]!;
      if (use[i] !== 1 || time - time !== 0) continue;
      if (time > last) steps[n++] = time - last;
      last = time;
    }
  });
  yield* part(collecting, 0, 0.3);
  const cadence = yield* part(medianSteps(steps, n), 0.3, 1);
  return n > 0 ? cadence : 0;
}

/**
 * Lays a light curve on a grid of the given cadence: each row goes to the nearest cell of a grid that begins with the first row and follows slow drifts of
 * the times. Gaps of more than `longestGap` cells are shortened to that many: no kernel of that length sees across either. `times` ascending, missing
 * last; `taken` = the row has a cell, `use` = its value counts when it is finite. O(rows + cells).
 */
export function* cadenceGridSteps(
  times: Float64Array,
  values: Float64Array,
  { taken, use }: { readonly taken: Uint8Array; readonly use: Uint8Array },
  cadence: number,
  longestGap: number,
): Generator<Progress, CadenceGrid> {
  const cellOf = new Int32Array(times.length).fill(-1);
  let cell = -1;
  let anchor = NaN;
  const laying = inBlocks(times.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const time = times[i]!;
      if (taken[i] !== 1 || time - time !== 0) continue;
      if (cell < 0) {
        cell = 0;
        anchor = time;
      }
      const steps = Math.round((time - anchor) / cadence);
      const rest = (time - anchor) / cadence - steps;
      cell += Math.min(steps, longestGap);
      anchor += (steps + Math.max(-FOLLOW, Math.min(FOLLOW, rest))) * cadence;
      cellOf[i] = cell;
    }
  });
  yield* part(laying, 0, 0.5);
  const cells = new Float64Array(cell + 1);
  const counts = new Int32Array(cell + 1);
  let shared = 0;
  const adding = inBlocks(times.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const c = cellOf[i]!;
      const v = values[i]!;
      if (c < 0 || use[i] !== 1 || v - v !== 0) continue;
      if (counts[c]! > 0) shared++;
      counts[c]!++;
      cells[c]! += (v - cells[c]!) / counts[c]!;
    }
  });
  yield* part(adding, 0.5, 0.8);
  let filled = 0;
  const closing = inBlocks(cells.length, (from, to) => {
    for (let c = from; c < to; c++)
      if (counts[c] === 0) cells[c] = NaN;
      else filled++;
  });
  yield* part(closing, 0.8, 1);
  return { cells, cellOf, filled, shared };
}
