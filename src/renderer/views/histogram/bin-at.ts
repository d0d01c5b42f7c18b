import { lowerBound } from '../../../core/numerics/bounds';

/** The bin that holds a value: low edge inside, high edge in the next, the very last edge inside. Undefined outside all bins. */
export function binAt(edges: Float64Array, value: number): number | undefined {
  const last = edges.length - 1;
  if (last < 1 || !(value >= edges[0]! && value <= edges[last]!)) return undefined;
  const at = lowerBound(edges, value);
  return Math.min(last - 1, edges[at] === value ? at : at - 1);
}
