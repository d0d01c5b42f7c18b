import { Type } from '@sinclair/typebox';
import { fitSegmentsSteps } from '../../numerics/segment-fits';
import { SegmentSpline } from '../../numerics/segment-spline';
import { defineOperation } from '../definition';
import { transitMaskParams, trendParams } from '../params';
import { trendKernel, trendShape } from '../trend-kernel';

export default defineOperation({
  id: 'trends.spline',
  version: 1,
  title: 'Robust spline',
  summary: 'Take out slow trends with a smooth curve that outliers and dips do not pull.',
  help: `The trend is a cubic spline fitted by least squares to each segment, then fitted again and again without the points that lie far from it. On the same knots a fit is scipy.interpolate.LSQUnivariateSpline (FITPACK).

The knots divide a segment into equal intervals as close to the window as goes: the wider the window, the stiffer the curve. A knot that would leave fewer than four points of different times between it and its neighbour is left out; a segment with fewer has no trend, and its rows are counted.

After a fit the points further than the cut times the standard deviation of the residuals (of that segment) are left out, until none is or the iterations are done. A cut of 2 and 10 iterations are those of wotan's pspline, which clips dips only; here both sides are clipped. 0 iterations give the plain least-squares spline.

Gaps longer than the break tolerance (half the window unless given) begin a new segment. The result are the columns <value>_trend and <value>_detrended. Flagged rows, missing values and the points in masked transits are not used for the trend; it is still given at their times. Up to the break tolerance beyond a segment's first and last point the trend stays as it is there; further off there is none.

Subtract from magnitudes; divide fluxes. Trap: a spline with knots closer than the signal is long follows the signal: choose a window of at least three times its duration.`,
  cite: 'Dierckx 1993, Curve and Surface Fitting with Splines (FITPACK); clipping: Hippke et al. 2019, AJ 158, 143, doi:10.3847/1538-3881/ab3984',
  params: Type.Object(
    {
      ...trendParams,
      window: Type.Number({
        ...trendParams.window,
        description: 'Distance of the knots, in the unit of the time; about three times the longest signal to keep.',
      }),
      stdevCut: Type.Number({
        title: 'Cut',
        description: 'Points further than this many standard deviations of the residuals from the spline are left out of the next fit.',
        default: 2,
        exclusiveMinimum: 0,
        unit: 'σ',
        origin: 'wotan: stdev_cut',
        slider: [1, 6],
      }),
      iterations: Type.Integer({
        title: 'Iterations',
        description: 'Rounds of clipping at most; 0 = no clipping.',
        default: 10,
        minimum: 0,
        maximum: 100,
        origin: 'wotan',
      }),
      ...transitMaskParams,
    },
    { additionalProperties: false },
  ),
  ...trendShape,
  *kernel(input, params, context) {
    const { window, breakTolerance, stdevCut, iterations } = params;
    const reach = breakTolerance || window / 2;
    return yield* trendKernel(input, params, context, (times, points) =>
      fitSegmentsSteps(times, points, reach, new SegmentSpline(points, window), { sigma: stdevCut, iterations }),
    );
  },
  examples: [
    {
      title: 'A cubic is its own trend, an outlier is clipped',
      columns: {
        time: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        value: [0, 1, 8, 27, 64, 125, 216, 343, 512, 729, 1000, 1331, 1728, 2197, 2744, 3375].map((v, i) => (i === 7 ? v + 5000 : v)),
      },
      params: { window: 8, stdevCut: 3 },
      expect: { columns: { value_detrended: [0, 0, 0, 0, 0, 0, 0, 5000, 0, 0, 0, 0, 0, 0, 0, 0] } },
    },
  ],
  describe: ({ window, stdevCut, apply }) => `knots every ${window}, cut ${stdevCut} σ, ${apply}`,
});
