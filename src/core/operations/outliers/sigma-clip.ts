import { Type } from '@sinclair/typebox';
import { argsortSteps } from '../../numerics/argsort';
import { type ClipOptions, growingClipSteps, sigmaClipSteps } from '../../numerics/sigma-clip';
import { part } from '../../numerics/steps';
import { defineOperation } from '../definition';
import { choice, sideParam, sidesOf } from '../params';

export default defineOperation({
  id: 'outliers.sigma-clip',
  version: 1,
  title: 'Sigma clipping',
  summary: 'Flag values far from the centre of their light curve.',
  help: `Computes the centre and the spread of the values, rejects those strictly outside [centre - lower·spread, centre + upper·spread], and repeats with the survivors until nothing more is rejected or the number of iterations is reached. This is astropy.stats.sigma_clip to the bit of its conventions: values on a bound are kept, the standard deviation is the population's (ddof 0), mad is 1.482602218505602 times the median absolute deviation, and the bounds of the last iteration decide. biweight is the biweight location with c = 6 (Beers, Flynn & Gebhardt 1990).

Missing and infinite values and rows flagged before take no part and are not flagged. When all values are equal nothing is flagged.

Traps: a real transit, flare or eclipse is also far from the centre: clip one side only, or detrend and look first. With the standard deviation a few extreme points can hide others: choose mad. lightkurve's remove_outliers uses 5 sigma where astropy and this default use 3.

grow also flags that many neighbours in time on either side of each rejected value (neighbours in row order when no time is bound), and leaves them out of the next iteration.`,
  cite: 'astropy.stats.sigma_clip; Beers, Flynn & Gebhardt 1990, AJ 100, 32, doi:10.1086/115487',
  params: Type.Object(
    {
      sigma: Type.Number({
        title: 'Sigma',
        description: 'How many spreads from the centre a value may lie.',
        default: 3,
        exclusiveMinimum: 0,
        unit: 'σ',
        origin: 'astropy',
        slider: [1, 10],
      }),
      sigmaLower: Type.Optional(
        Type.Number({
          more: true,
          title: 'Sigma below',
          description: 'Below the centre, instead of sigma.',
          exclusiveMinimum: 0,
          unit: 'σ',
          slider: [1, 20],
        }),
      ),
      sigmaUpper: Type.Optional(
        Type.Number({
          more: true,
          title: 'Sigma above',
          description: 'Above the centre, instead of sigma.',
          exclusiveMinimum: 0,
          unit: 'σ',
          slider: [1, 20],
        }),
      ),
      maxIterations: Type.Integer({
        title: 'Iterations',
        description: 'At most so many; 0 = until nothing more is rejected.',
        default: 5,
        minimum: 0,
        origin: 'astropy',
        slider: [0, 20],
      }),
      center: choice(['median', 'mean', 'biweight'], {
        title: 'Centre',
        description: 'What distances are measured from.',
        default: 'median',
        origin: 'astropy',
      }),
      spread: choice(['std', 'mad'], {
        title: 'Spread',
        description: 'std: standard deviation; mad: 1.4826 times the median absolute deviation, which outliers hardly move.',
        default: 'std',
        origin: 'astropy',
      }),
      grow: Type.Integer({
        more: true,
        title: 'Grow',
        description: 'Also reject this many neighbours on either side of each rejected value.',
        default: 0,
        minimum: 0,
        unit: 'points',
        origin: 'astropy',
        slider: [0, 10],
      }),
      side: sideParam,
    },
    { additionalProperties: false },
  ),
  inputs: [
    { role: 'value', title: 'Value' },
    { role: 'time', title: 'Time (for grow)', optional: true },
  ],
  writes: 'flags',
  scope: ['object-band', 'object', 'table'],
  *kernel(input, params, context) {
    const values = input.role('value')!;
    const sides = sidesOf(params.side, input.unit(input.nameOf('value')!));
    const options: ClipOptions = {
      sigmaLower: sides.below ? (params.sigmaLower ?? params.sigma) : Infinity,
      sigmaUpper: sides.above ? (params.sigmaUpper ?? params.sigma) : Infinity,
      maxIterations: params.maxIterations || Infinity,
      center: params.center,
      spread: params.spread,
    };
    let result;
    if (params.grow > 0) {
      const times = input.role('time') ?? new Float64Array(input.length);
      const order = yield* part(argsortSteps(times), 0, 0.5);
      result = yield* part(growingClipSteps(values, input.live, order, params.grow, options), 0.5, 1);
    } else result = yield* sigmaClipSteps(values, input.live, options);
    if (result.bounds.iterations === 0 && input.length > 0)
      context.alert({ severity: 'info', message: 'no usable values to clip', rows: input.length, column: input.nameOf('value') });
    const { low, high } = result.bounds;
    return { flags: [{ name: 'sigma_clip', mask: result.mask, reason: `outside ${low.toPrecision(6)} to ${high.toPrecision(6)}` }] };
  },
  examples: [
    {
      title: 'Two outliers, one missing value',
      columns: { value: [1, 2, 3, 4, 5, 6, 7, 8, 9, 100, -50, 5.5, 4.5, NaN] },
      params: { sigma: 3, maxIterations: 5 },
      expect: { flagged: [9, 10] },
    },
    {
      title: 'Upward only, robust spread',
      columns: { value: [1, 2, 3, 4, 5, 6, 7, 8, 9, 100, -50] },
      params: { spread: 'mad', side: 'above' },
      expect: { flagged: [9] },
    },
  ],
  produces: () => ({ flags: ['sigma_clip'] }),
  describe: ({ sigma, sigmaLower, sigmaUpper, center, side }) =>
    (sigmaLower === undefined && sigmaUpper === undefined
      ? `${sigma} σ about the ${center}`
      : `${sigmaLower ?? sigma} σ below, ${sigmaUpper ?? sigma} σ above the ${center}`) + (side === 'both' ? '' : `, ${side} only`),
});
