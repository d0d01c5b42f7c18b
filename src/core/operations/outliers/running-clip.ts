import { Type } from '@sinclair/typebox';
import { timeWindowSteps } from '../../numerics/neighbourhoods';
import { residualClipSteps } from '../../numerics/residual-clip';
import { inBlocks, part } from '../../numerics/steps';
import { residualClipParams, warnUnjudged } from '../clip-params';
import { defineOperation } from '../definition';
import { sidesOf, trendParams } from '../params';

export default defineOperation({
  id: 'outliers.running-clip',
  version: 1,
  title: 'Clip about a local trend',
  summary: 'Flag values far from the running median of their neighbours in time.',
  help: `The local level at each point is the median of the values within half a window in time on either side, the point itself included. What is left after subtracting it is the residual. Points whose residual lies strictly more than sigma robust standard deviations (1.4826 times the median absolute deviation of the residuals) from 0 are rejected; then levels and spread are taken again from the survivors, until nothing more is rejected.

The window is in the unit of the time, not in cadences: uneven sampling does no harm. It does not reach across gaps longer than the break tolerance. The spread is that of the whole light curve (global), of each segment between gaps (segment), or of the residuals inside each window (local: where the noise changes).

Missing and infinite values, rows without a time and rows flagged before take no part and are not flagged. A point with fewer than the fewest neighbours in its window cannot be judged: it is kept, and counted in an alert. The same for points about which the spread is 0.

Traps: a window shorter than a few times a flare or a transit follows it, so it survives; a longer one makes it an outlier. Choose the side that your signal is not on. A variable star faster than the window wants outliers.phase-clip. The default of 5 sigma is that of lightkurve's remove_outliers, whose spread is not robust.`,
  cite: 'Hampel 1974, J. Am. Stat. Assoc. 69, 383, doi:10.1080/01621459.1974.10482962; sigma as in lightkurve (ascl:1812.013)',
  params: Type.Object(
    {
      window: { ...trendParams.window, description: 'Full width of the window, in the unit of the time.', origin: 'Skysift' },
      ...residualClipParams(['global', 'segment', 'local'], 'global: one spread; segment: one between two gaps; local: one in each window.'),
      breakTolerance: trendParams.breakTolerance,
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value' },
  ],
  writes: 'flags',
  scope: ['object-band', 'object', 'table'],
  ordered: 'time',
  *kernel(input, params, context) {
    const values = input.role('value')!;
    const times = input.role('time')!;
    const sides = sidesOf(params.side, input.unit(input.nameOf('value')!));
    const breaks = params.breakTolerance || params.window / 2;
    const around = yield* part(timeWindowSteps(times, values, input.live, params.window, breaks), 0, 0.05);
    const use = new Uint8Array(input.length);
    const picking = inBlocks(use.length, (from, to) => {
      for (let i = from; i < to; i++) use[i] = input.live[i] === 1 && times[i]! - times[i]! === 0 ? 1 : 0;
    });
    yield* part(picking, 0.05, 0.05);
    yield { fraction: 0.05 };
    const clip = residualClipSteps(values, use, around, {
      sigmaLower: sides.below ? (params.sigmaLower ?? params.sigma) : Infinity,
      sigmaUpper: sides.above ? (params.sigmaUpper ?? params.sigma) : Infinity,
      maxIterations: params.maxIterations || Infinity,
      scale: params.scale,
      fewest: params.fewest,
    });
    const { mask, thin, flat } = yield* part(clip, 0.05, 1);
    warnUnjudged(context, thin, flat, 'widen the window');
    return { flags: [{ name: 'running_clip', mask, reason: `${params.sigma} σ from the median within ${params.window}` }] };
  },
  examples: [
    {
      title: 'A slope, one point off it',
      columns: {
        time: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
        value: [0, 1.1, 2, 2.9, 4, 5.2, 16, 7, 7.9, 9, 10.1, 11],
      },
      params: { window: 4, fewest: 3, sigma: 6 },
      expect: { flagged: [6] },
    },
  ],
  produces: () => ({ flags: ['running_clip'] }),
  describe: ({ sigma, window, side }) => `${sigma} σ about the median within ${window}${side === 'both' ? '' : `, ${side} only`}`,
});
