import type { Progress } from '../protocol/outcome';
import { argsortSteps } from './argsort';
import { inBlocks, part } from './steps';

/** Points in order of time, each in a band. */
export interface BandPoints {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly errors: Float64Array | undefined;
  readonly bandOf: Uint16Array;
  readonly bands: number;
}

/**
 * Averages the points of each band that lie within `width` of the first of their group: mean time and value, weighted by 1/σ² when there are errors, whose
 * average's error is 1/√Σ(1/σ²). In order of time. All finite. O(points).
 */
export function* averageBinsSteps({ times, values, errors, bandOf, bands }: BandPoints, width: number): Generator<Progress, BandPoints> {
  const n = times.length;
  // Where each band's open group is in the output, and when it began.
  const slot = new Int32Array(bands).fill(-1);
  const began = new Float64Array(bands);
  const t = new Float64Array(n);
  const y = new Float64Array(n);
  const weight = new Float64Array(n);
  const band = new Uint16Array(n);
  let count = 0;
  const grouping = inBlocks(n, (from, to) => {
    for (let i = from; i < to; i++) {
      const b = bandOf[i]!;
      if (slot[b]! < 0 || times[i]! - began[b]! > width) {
        slot[b] = count;
        began[b] = times[i]!;
        band[count++] = b;
      }
      const k = slot[b]!;
      const w = errors ? 1 / (errors[i]! * errors[i]!) : 1;
      weight[k]! += w;
      const share = w / weight[k]!;
      t[k]! += share * (times[i]! - t[k]!);
      y[k]! += share * (values[i]! - y[k]!);
    }
  });
  yield* part(grouping, 0, 0.4);
  // Groups of different bands may have changed places.
  const order = yield* part(argsortSteps(t.subarray(0, count)), 0.4, 0.8);
  const out = {
    times: new Float64Array(count),
    values: new Float64Array(count),
    errors: errors && new Float64Array(count),
    bandOf: new Uint16Array(count),
    bands,
  };
  const picking = inBlocks(count, (from, to) => {
    for (let i = from; i < to; i++) {
      const k = order[i]!;
      out.times[i] = t[k]!;
      out.values[i] = y[k]!;
      if (out.errors) out.errors[i] = 1 / Math.sqrt(weight[k]!);
      out.bandOf[i] = band[k]!;
    }
  });
  yield* part(picking, 0.8, 1);
  return out;
}
