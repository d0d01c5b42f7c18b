import { Type } from '@sinclair/typebox';
import { movingAverageSteps } from '../../numerics/moving-average';
import { inBlocks, part } from '../../numerics/steps';
import { AppError } from '../../protocol/outcome';
import { defineOperation } from '../definition';
import { choice, transitMaskParams, trendParams } from '../params';
import { trendKernel, trendShape } from '../trend-kernel';

export default defineOperation({
  id: 'trends.moving-average',
  version: 1,
  title: 'Moving average',
  summary: 'Take out slow trends with the mean in a window of time.',
  help: `The trend at a row is the mean of the values within half a window of its time, in its segment; a point on the window's edge counts. The window is in units of time, not in points, so gaps and uneven sampling do not stretch it. Gaps longer than the break tolerance (half the window unless given) begin a new segment; at the ends of a segment the window is what is left of it.

With weights from the errors each value counts with 1 / error², as in a weighted mean; points without a positive error are then not used for the trend, and counted.

The result are the columns <value>_trend and <value>_detrended. Flagged rows, missing values and the points in masked transits are not used for the trend; it is still given at their times. Rows without a time have no trend, and are counted.

Subtract from magnitudes; divide fluxes when the noise or the signal scales with the flux. Traps: a mean follows outliers, so flag them first or use the moving median or the biweight; a signal longer than about a third of the window is partly taken for trend.`,
  cite: 'Hippke et al. 2019, AJ 158, 143, doi:10.3847/1538-3881/ab3984 (windows in time, segments)',
  params: Type.Object(
    {
      ...trendParams,
      weights: choice(['none', 'errors'], {
        title: 'Weights',
        description: 'none: every point counts the same. errors: each counts with 1 / error².',
        default: 'none',
      }),
      ...transitMaskParams,
    },
    { additionalProperties: false },
  ),
  ...trendShape,
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value' },
    { role: 'error', title: 'Error', optional: true },
  ],
  *kernel(input, params, context) {
    const weights = params.weights === 'errors' ? new Float64Array(input.length) : undefined;
    if (weights) {
      const errors = input.role('error');
      if (!errors)
        throw new AppError({ code: 'invalid-argument', message: 'no error column to weigh by', hint: 'choose one, or set the weights to none' });
      const values = input.role('value')!;
      let unweighted = 0;
      const weigh = (from: number, to: number): void => {
        for (let i = from; i < to; i++) {
          const w = 1 / (errors[i]! * errors[i]!);
          weights[i] = errors[i]! > 0 && w > 0 && w < Infinity ? w : NaN;
          if (input.live[i] === 1 && values[i]! - values[i]! === 0 && weights[i] !== weights[i]) unweighted++;
        }
      };
      yield* part(inBlocks(input.length, weigh), 0, 0.05);
      if (unweighted > 0)
        context.alert({ severity: 'warning', message: 'values without a positive error are not used for the trend', rows: unweighted });
    }
    const fitting = trendKernel(input, params, context, (times, points) => movingAverageSteps(times, points, params.window), weights);
    return yield* part(fitting, 0.05, 1);
  },
  examples: [
    {
      title: 'Three points around each; two at the ends',
      columns: { time: [0, 1, 2, 3, 4], value: [0, 3, 6, 3, 0] },
      params: { window: 2 },
      expect: { columns: { value_trend: [1.5, 3, 4, 3, 1.5], value_detrended: [-1.5, 0, 2, 0, -1.5] } },
    },
    {
      title: 'Weighted by the errors, in two segments',
      columns: { time: [0, 1, 10, 11], value: [1, 4, 8, 10], error: [1, 2, 1, 1] },
      params: { window: 4, weights: 'errors', apply: 'divide' },
      expect: {
        columns: { value_trend: [1.6, 1.6, 9, 9], value_detrended: [0.625, 2.5, 8 / 9, 10 / 9], error_detrended: [0.625, 1.25, 1 / 9, 1 / 9] },
      },
    },
  ],
  describe: ({ window, weights, apply }) => `window ${window}${weights === 'errors' ? ', weighted' : ''}, ${apply}`,
});
