import { fillDeltas } from '../../../core/lab/deltas';
import { LAB_KERNEL } from '../../../core/lab/parts/convolve';
import { type Material, ranges, sharedDoubles } from '../experiment';
import { inspectSum } from './inspect-sum';

const HALO = (LAB_KERNEL - 1) / 2;

/** Convolving a grid of deltas, at every 16th pixel from 8, with the distance kernel. */
export function convolveMaterial(side: number): Material {
  const image = fillDeltas(sharedDoubles(side * side), side);
  const out = sharedDoubles(side * side);
  return {
    preparation: [],
    reset: () => void out.fill(NaN),
    stages: (workers) => [
      {
        kind: 'work',
        calls: () =>
          ranges(side, workers).map(({ from, to }) => {
            const top = Math.max(0, from - HALO);
            const bottom = Math.min(side, to + HALO);
            const band = (a: Float64Array): Float64Array => a.subarray(top * side, bottom * side);
            return { part: 'convolve', args: { width: side, values: band(image), out: band(out), from: from - top, to: to - top } };
          }),
      },
    ],
    ...inspectSum(out),
  };
}
