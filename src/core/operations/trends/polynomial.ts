import { Type } from '@sinclair/typebox';
import { cutSegmentsSteps } from '../../numerics/cut-segments';
import { fitSegmentsSteps } from '../../numerics/segment-fits';
import { SegmentPolynomial } from '../../numerics/segment-polynomial';
import { part } from '../../numerics/steps';
import { defineOperation } from '../definition';
import { transitMaskParams, trendParams } from '../params';
import { trendKernel, trendShape } from '../trend-kernel';

export default defineOperation({
  id: 'trends.polynomial',
  version: 1,
  title: 'Polynomial',
  summary: 'Take out slow trends with a polynomial of time.',
  help: `The trend is a polynomial of time fitted by least squares, as numpy.polyfit does it, in a basis of orthogonal polynomials: degrees up to 15 and times of any epoch are no trouble. All points count the same.

Without a window and a break tolerance it is one polynomial for the whole light curve. Gaps longer than the break tolerance begin a new segment with a polynomial of its own. With a window, segments that last longer are cut into equal pieces no longer than it (and gaps longer than half of it begin a segment, unless the tolerance says otherwise). The trend may jump where pieces meet: the spline does not.

After a fit the points further than sigma standard deviations of the residuals (of that segment) are left out and the polynomial is fitted again, until none is left out or the iterations are done. 0 iterations keep every point.

The result are the columns <value>_trend and <value>_detrended. Flagged rows, missing values and the points in masked transits are not used for the trend; it is still given at their times, if these are no further than the break tolerance from the segment's first or last point. A segment with no more points than the order has no trend, and its rows are counted.

Subtract from magnitudes; divide fluxes. Trap: beyond the data, and near the ends for high orders, a polynomial goes where it likes.`,
  cite: 'Forsythe 1957, J. SIAM 5, 74, doi:10.1137/0105007 (orthogonal basis); numpy.polyfit',
  params: Type.Object(
    {
      ...trendParams,
      window: Type.Number({
        title: 'Window',
        description: 'Segments longer than this, in the unit of the time, are cut into equal pieces, each with its own polynomial. 0 = not cut.',
        default: 0,
        minimum: 0,
        unit: 'time',
        slider: [0, 30],
      }),
      breakTolerance: Type.Number({
        more: true,
        title: 'Break tolerance',
        description:
          'Gaps longer than this, in the unit of the time, separate segments with a polynomial each. 0 = half the window; without a window, gaps separate nothing.',
        default: 0,
        minimum: 0,
        unit: 'time',
      }),
      order: Type.Integer({ title: 'Order', description: 'Degree of the polynomial.', default: 2, minimum: 0, maximum: 15, slider: [0, 6] }),
      sigma: Type.Number({
        title: 'Clip sigma',
        description: 'Points further than this many standard deviations of the residuals from the polynomial are left out of the next fit.',
        default: 3,
        exclusiveMinimum: 0,
        unit: 'σ',
        origin: 'astropy',
        slider: [1, 6],
      }),
      iterations: Type.Integer({
        title: 'Iterations',
        description: 'Rounds of clipping at most; 0 = no clipping.',
        default: 5,
        minimum: 0,
        maximum: 100,
        origin: 'astropy',
      }),
      ...transitMaskParams,
    },
    { additionalProperties: false },
  ),
  ...trendShape,
  *kernel(input, params, context) {
    const { window, breakTolerance, order } = params;
    const reach = breakTolerance || window / 2 || Infinity;
    return yield* trendKernel(input, params, context, function* (times, points) {
      const pieces = window > 0 ? yield* part(cutSegmentsSteps(points, window), 0, 0.05) : points;
      return yield* part(fitSegmentsSteps(times, pieces, reach, new SegmentPolynomial(pieces, order), params), 0.05, 1);
    });
  },
  examples: [
    {
      title: 'A parabola is its own trend, an outlier is clipped',
      columns: { time: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], value: [0, 1, 4, 9, 16, 25, 136, 49, 64, 81, 100, 121] },
      params: { order: 2, sigma: 2.5 },
      expect: { columns: { value_detrended: [0, 0, 0, 0, 0, 0, 100, 0, 0, 0, 0, 0] } },
    },
    {
      title: 'A straight line in each of two segments',
      columns: { time: [0, 1, 2, 10, 11, 12], value: [2, 4, 6, 4, 3, 2] },
      params: { order: 1, breakTolerance: 5, apply: 'divide' },
      expect: { columns: { value_trend: [2, 4, 6, 4, 3, 2], value_detrended: [1, 1, 1, 1, 1, 1] } },
    },
  ],
  describe: ({ order, window, apply }) => `order ${order}${window > 0 ? `, window ${window}` : ''}, ${apply}`,
});
