import type { LabCall } from '../../../core/lab/parts';
import { ranges } from '../experiment';

/** Pieces that are filled at once by different threads. */
const PIECES = 16;

/** Fills an array with random numbers that depend on nothing but their place, counted from `first`. */
export function randomCalls(values: Float32Array, first: number): readonly LabCall[] {
  return ranges(values.length, PIECES).map(({ from, to }) => ({ part: 'fill', args: { values: values.subarray(from, to), first: first + from } }));
}
