import type { Progress } from '../protocol/outcome';
import { inBlocks } from './steps';

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
  yield* inBlocks(n, (from, to) => {
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
  // Groups of different bands may have changed places.
  const order = Uint32Array.from({ length: count }, (_, k) => k).sort((a, b) => t[a]! - t[b]!);
  const pick = (a: Float64Array): Float64Array => Float64Array.from(order, (k) => a[k]!);
  return {
    times: pick(t),
    values: pick(y),
    errors: errors && Float64Array.from(order, (k) => 1 / Math.sqrt(weight[k]!)),
    bandOf: Uint16Array.from(order, (k) => band[k]!),
    bands,
  };
}
