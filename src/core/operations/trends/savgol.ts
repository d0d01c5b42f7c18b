import { Type } from '@sinclair/typebox';
import { savitzkyGolaySteps } from '../../numerics/savitzky-golay';
import { part } from '../../numerics/steps';
import { cadenceSteps } from '../../numerics/time-segments';
import { AppError } from '../../protocol/outcome';
import { defineOperation } from '../definition';
import { transitMaskParams, trendParams } from '../params';
import { trendKernel, trendShape } from '../trend-kernel';

export default defineOperation({
  id: 'trends.savgol',
  version: 1,
  title: 'Savitzky–Golay',
  summary: 'Take out slow trends with polynomials fitted in a sliding window of time.',
  help: `The trend at a row is the value there of a polynomial fitted by least squares to the values within half a window of its time. On evenly sampled data this is scipy.signal.savgol_filter with mode='interp' and the odd number of points that fit in the window; on uneven data it is the same fit to whatever points the window holds, where scipy and lightkurve's flatten would count points and ignore their times. Within half a window of the ends of a segment the polynomial of the outermost complete window is used. A segment shorter than the window is fitted as a whole.

Gaps longer than the break tolerance (half the window unless given) begin a new segment. The result are the columns <value>_trend and <value>_detrended. Flagged rows, missing values and the points in masked transits are not used for the trend; it is still given at their times. Where a window holds fewer than order + 1 points the trend is missing, and counted.

Subtract from magnitudes; divide fluxes. Trap: least squares follow outliers: flag them first, or use the moving median.`,
  cite: 'Savitzky & Golay 1964, Anal. Chem. 36, 1627, doi:10.1021/ac60214a047; scipy.signal.savgol_filter',
  params: Type.Object(
    {
      ...trendParams,
      order: Type.Integer({
        title: 'Order',
        description: 'Degree of the polynomial.',
        default: 2,
        minimum: 0,
        maximum: 8,
        origin: 'lightkurve',
        slider: [0, 5],
      }),
      ...transitMaskParams,
    },
    { additionalProperties: false },
  ),
  ...trendShape,
  *kernel(input, params, context) {
    return yield* trendKernel(input, params, context, function* (times, points) {
      const cadence = yield* part(cadenceSteps(points), 0, 0.05);
      if (points.count > 1 && cadence > 0 && params.window / cadence < params.order)
        throw new AppError({
          code: 'invalid-argument',
          message: `invalid window: ${params.window} (must hold more than ${params.order} points; the cadence is ${cadence.toPrecision(4)})`,
          hint: 'widen the window, or lower the order',
        });
      return yield* part(savitzkyGolaySteps(times, points, params.window, params.order, cadence), 0.05, 1);
    });
  },
  examples: [
    {
      title: 'A parabola is its own trend, at the ends too',
      columns: { time: [0, 1, 2, 3, 4, 5, 6], value: [0, 1, 4, 9, 16, 25, 36] },
      params: { window: 5, order: 2 },
      expect: { columns: { value_trend: [0, 1, 4, 9, 16, 25, 36] } },
    },
    {
      title: 'Five points, straight line: a moving mean',
      columns: { time: [0, 1, 2, 3, 4], value: [0, 0, 5, 0, 0] },
      params: { window: 5, order: 1 },
      expect: { columns: { value_trend: [1, 1, 1, 1, 1], value_detrended: [-1, -1, 4, -1, -1] } },
    },
  ],
  describe: ({ window, order, apply }) => `window ${window}, order ${order}, ${apply}`,
});
