import { Type } from '@sinclair/typebox';
import { movingMedianSteps } from '../../numerics/moving-median';
import { defineOperation } from '../definition';
import { transitMaskParams, trendParams } from '../params';
import { trendKernel, trendShape } from '../trend-kernel';

export default defineOperation({
  id: 'trends.moving-median',
  version: 1,
  title: 'Moving median',
  summary: 'Take out slow trends with the median in a window of time.',
  help: `The trend at a row is the median of the values within half a window of its time, in its segment; a point on the window's edge counts. The window is in units of time, not in points, so gaps and uneven sampling do not stretch it. Gaps longer than the break tolerance (half the window unless given) begin a new segment; at the ends of a segment the window is what is left of it, so the trend is flatter there.

The result are the columns <value>_trend and <value>_detrended. Flagged rows, missing values and the points in masked transits are not used for the trend; it is still given at their times. Rows without a time have no trend, and are counted.

Subtract from magnitudes; divide fluxes when the noise or the signal scales with the flux. Dividing magnitudes is reported. Trap: a signal longer than about half the window is taken for trend: choose about three times the longest signal to keep.`,
  cite: 'Hippke et al. 2019, AJ 158, 143, doi:10.3847/1538-3881/ab3984 (windows in time, segments)',
  params: Type.Object({ ...trendParams, ...transitMaskParams }, { additionalProperties: false }),
  ...trendShape,
  *kernel(input, params, context) {
    return yield* trendKernel(input, params, context, (times, points) => movingMedianSteps(times, points, params.window));
  },
  examples: [
    {
      title: 'A spike does not move the trend',
      columns: { time: [0, 1, 2, 3, 4], value: [1, 1, 9, 1, 1] },
      params: { window: 2.5 },
      expect: { columns: { value_trend: [1, 1, 1, 1, 1], value_detrended: [0, 0, 8, 0, 0] } },
    },
    {
      title: 'Two segments',
      columns: { time: [0, 1, 2, 10, 11, 12], value: [2, 2, 2, 4, 4, 4] },
      params: { window: 20, breakTolerance: 5, apply: 'divide' },
      expect: { columns: { value_trend: [2, 2, 2, 4, 4, 4], value_detrended: [1, 1, 1, 1, 1, 1] } },
    },
  ],
  describe: ({ window, apply }) => `window ${window}, ${apply}`,
});
