import { Type } from '@sinclair/typebox';
import { runningBiweightSteps } from '../../numerics/running-biweight';
import { defineOperation } from '../definition';
import { transitMaskParams, trendParams } from '../params';
import { trendKernel, trendShape } from '../trend-kernel';

export default defineOperation({
  id: 'trends.biweight',
  version: 1,
  title: 'Biweight',
  summary: "Take out slow trends with Tukey's biweight in a window of time: the choice for transits.",
  help: `The trend at a row is the biweight location of the values within half a window of its time, in its segment; a point on the window's edge counts. It begins at the median M. The reach is cval times the raw median absolute deviation from M (not scaled by 1.4826) and stays fixed. Then the centre c becomes the mean of the values with the weights (1 - u²)², u = (x - c) / reach, and no weight where |u| ≥ 1, again and again until it stays where it is. Where the median absolute deviation is 0 the trend is the median.

This is what wotan's biweight computes, with these differences. The iteration is carried to its fixed point: the last step is below a millionth of the median absolute deviation (wotan stops at 1e-6 in units of the flux). The last point of each segment is used. Zero and negative values are values like all others. Magnitudes can be subtracted instead of divided.

The window is in units of time. Gaps longer than the break tolerance (half the window unless given) begin a new segment; at the ends of a segment the window is what is left of it. The result are the columns <value>_trend and <value>_detrended. Flagged rows, missing values and the points in masked transits are not used for the trend; it is still given at their times.

Traps: choose a window of about three transit durations: a narrower one eats the transit, a wider one leaves the star's variation. A dip longer than about half the window is taken for trend.`,
  cite: 'Hippke et al. 2019, AJ 158, 143, doi:10.3847/1538-3881/ab3984; Mosteller & Tukey 1977, Data Analysis and Regression',
  params: Type.Object(
    {
      ...trendParams,
      cval: Type.Number({
        title: 'Tuning constant',
        description: 'Values further than this many raw median absolute deviations from the centre have no weight. 5 is about 3.4 σ.',
        default: 5,
        exclusiveMinimum: 0,
        origin: 'wotan',
        slider: [2, 10],
      }),
      ...transitMaskParams,
    },
    { additionalProperties: false },
  ),
  ...trendShape,
  *kernel(input, params, context) {
    const { window, cval } = params;
    return yield* trendKernel(input, params, context, (times, points) => runningBiweightSteps(times, points, window, cval));
  },
  examples: [
    {
      title: 'Around zero, a spike',
      columns: { time: [0, 1, 2, 3, 4], value: [-1, 0, 50, 1, 0] },
      params: { window: 20 },
      expect: { columns: { value_trend: [0, 0, 0, 0, 0], value_detrended: [-1, 0, 50, 1, 0] } },
    },
    {
      title: 'Two segments, the last point of each used',
      columns: { time: [0, 1, 2, 10, 11, 12], value: [2, 2, 2, 4, 4, 4] },
      params: { window: 20, breakTolerance: 5, apply: 'divide' },
      expect: { columns: { value_trend: [2, 2, 2, 4, 4, 4], value_detrended: [1, 1, 1, 1, 1, 1] } },
    },
  ],
  describe: ({ window, cval, apply }) => `window ${window}, cval ${cval}, ${apply}`,
});
