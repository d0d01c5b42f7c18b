import type { Progress } from '../protocol/outcome';
import { inBlocks } from './steps';
import type { FitPoints } from './time-segments';

/**
 * The same points in shorter segments: one that lasts longer than `longest` is cut into the fewest pieces of equal duration that do not. A piece
 * without points is none. O(points).
 */
export function* cutSegmentsSteps(points: FitPoints, longest: number): Generator<Progress, FitPoints> {
  const { times, starts, count } = points;
  const cuts: number[] = [];
  let segment = -1;
  let first = 0;
  let duration = 0;
  let pieces = 1;
  let piece = 0;
  yield* inBlocks(count, (from, to) => {
    for (let i = from; i < to; i++) {
      if (i === starts[segment + 1]) {
        segment++;
        first = times[i]!;
        duration = times[starts[segment + 1]! - 1]! - first;
        pieces = Math.max(1, Math.ceil(duration / longest));
        piece = 0;
        cuts.push(i);
        continue;
      }
      const at = pieces > 1 ? Math.min(pieces - 1, Math.floor((pieces * (times[i]! - first)) / duration)) : 0;
      if (at > piece) {
        piece = at;
        cuts.push(i);
      }
    }
  });
  return { ...points, starts: Int32Array.from(count > 0 ? cuts.concat(count) : [0, 0]) };
}
