import { thinCurveSteps } from '../../../core/numerics/thin-curve';
import type { Series } from '../../../core/operations/definition';
import type { Progress } from '../../../core/protocol/outcome';

/** More than the pixels of a large screen: the curve may be enlarged a little before anything is missing. */
const BINS = 4096;
/** Up to so many points a curve is sent as it is. */
const MOST_POINTS = 8 * BINS;

/** A curve as a window needs it: a periodogram of millions of frequencies becomes some ten thousand points that look the same. */
export function* thinSeriesSteps(series: Series): Generator<Progress, Series> {
  const { x, y } = series;
  const n = x.values.length;
  if (n <= MOST_POINTS) return series;
  const at = yield* thinCurveSteps(x.values, y.values, BINS);
  const pick = (values: Float64Array): Float64Array => Float64Array.from(at, (i) => values[i]!);
  return { ...series, x: { ...x, values: pick(x.values) }, y: { ...y, values: pick(y.values) }, thinnedFrom: n };
}
