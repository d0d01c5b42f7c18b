import { Type } from '@sinclair/typebox';
import { lowessSteps } from '../../numerics/lowess';
import { defineOperation } from '../definition';
import { transitMaskParams, trendParams } from '../params';
import { trendKernel, trendShape } from '../trend-kernel';

export default defineOperation({
  id: 'trends.lowess',
  version: 1,
  title: 'LOWESS',
  summary: 'Take out slow trends with straight lines fitted locally, resistant to outliers.',
  help: `The trend at a row is the value there of a straight line fitted to the values within half a window of its time, in its segment. A point at a distance of d half windows counts with the weight (1 - |d|³)³, so those near the row count most. The window is in units of time; statsmodels and R count neighbours instead, which stretches the window over gaps.

The fit is repeated as often as the iterations say. Each time the points count less the further they lie from the last curve: by the weight (1 - u²)², u being the residual in units of six times the median absolute residual of the whole light curve, and not at all beyond that. 0 iterations give a plain local regression, which follows outliers.

Where windows hold some hundred points and there are many of them, the line is fitted at steps of 1/128 of the window and the curve is straight in between: this changes it by less than a ten-thousandth of what the trend bends within half a window. Shorter light curves get a fit at every row.

Gaps longer than the break tolerance (half the window unless given) begin a new segment. The result are the columns <value>_trend and <value>_detrended. Flagged rows, missing values and the points in masked transits are not used for the trend; it is still given at their times.

Subtract from magnitudes; divide fluxes. Trap: a dip longer than about a fifth of the window pulls the trend down; mask known transits.`,
  cite: 'Cleveland 1979, J. Am. Stat. Assoc. 74, 829, doi:10.1080/01621459.1979.10481038',
  params: Type.Object(
    {
      ...trendParams,
      iterations: Type.Integer({
        title: 'Iterations',
        description: 'How often the fit is repeated with less weight for what lies far from it. 0 = plain least squares.',
        default: 2,
        minimum: 0,
        maximum: 20,
        origin: 'Cleveland 1979',
        slider: [0, 5],
      }),
      ...transitMaskParams,
    },
    { additionalProperties: false },
  ),
  ...trendShape,
  *kernel(input, params, context) {
    const { window, iterations } = params;
    return yield* trendKernel(input, params, context, (times, points) => lowessSteps(times, points, { half: window / 2, iterations }));
  },
  examples: [
    {
      title: 'A straight line is its own trend, at the ends too',
      columns: { time: [0, 1, 2.5, 3, 4], value: [1, 3, 6, 7, 9] },
      params: { window: 6 },
      expect: { columns: { value_trend: [1, 3, 6, 7, 9], value_detrended: [0, 0, 0, 0, 0] } },
    },
    {
      title: 'A spike does not move the trend',
      columns: { time: [0, 1, 2, 3, 4, 5, 6, 7, 8], value: [2, 2, 2, 2, 9, 2, 2, 2, 2] },
      params: { window: 20, apply: 'divide' },
      expect: { columns: { value_trend: [2, 2, 2, 2, 2, 2, 2, 2, 2], value_detrended: [1, 1, 1, 1, 4.5, 1, 1, 1, 1] } },
    },
  ],
  describe: ({ window, iterations, apply }) => `window ${window}, ${iterations} iteration${iterations === 1 ? '' : 's'}, ${apply}`,
});
