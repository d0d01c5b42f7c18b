import { Type } from '@sinclair/typebox';
import { ConditionalEntropy } from '../../numerics/conditional-entropy';
import type { FoldPoints } from '../../numerics/fold-statistic';
import { defineOperation } from '../definition';
import { foldSearchExample, foldSearchHelp, foldSearchKernel, foldSearchParams, foldSearchShape } from '../fold-search';

export default defineOperation({
  id: 'periods.conditional-entropy',
  version: 1,
  title: 'Conditional entropy',
  summary: 'Search each light curve for the period at which the phase says most about the value.',
  help: `At each trial frequency the light curve is folded, its first time at phase 0, and counted in a grid of \`phaseBins\` by \`valueBins\` equal bins, from the lowest to the highest value. The statistic is the entropy of the value once the phase is known, H = Σ p(v, φ) ln(p(φ) / p(v, φ)), in nats. Lowest is best. Because p(φ) is taken out, phases that the window function leaves empty do not look like order: Graham et al. find it less prone to daily aliases than other methods.

${foldSearchHelp}

It makes no assumption about the shape. Errors do not weigh. Traps: one outlier stretches the range and leaves all other points in one bin of value: flag outliers first. With few points (below about 5 for each bin) the entropy is low by chance at many frequencies: use fewer bins. Double the period can be as good.`,
  cite: 'Graham et al. 2013, MNRAS 434, 2629, doi:10.1093/mnras/stt1206',
  params: Type.Object(
    {
      ...foldSearchParams,
      phaseBins: Type.Integer({
        title: 'Phase bins',
        description: 'Equal bins of phase.',
        default: 10,
        minimum: 2,
        maximum: 1000,
        origin: 'Graham et al.',
        slider: [3, 50],
      }),
      valueBins: Type.Integer({
        title: 'Value bins',
        description: 'Equal bins from the lowest value to the highest.',
        default: 5,
        minimum: 2,
        maximum: 1000,
        origin: 'Graham et al.',
        slider: [2, 20],
      }),
    },
    { additionalProperties: false },
  ),
  ...foldSearchShape,
  *kernel(input, params, context) {
    const make = (points: FoldPoints): ConditionalEntropy => new ConditionalEntropy(points, params);
    return yield* foldSearchKernel(input, params, context, { statistic: 'entropy', speed: 1.5e8, make });
  },
  examples: [
    {
      ...foldSearchExample,
      params: { ...foldSearchExample.params, phaseBins: 6 },
      expect: { results: [{ entropy: 0 }] },
    },
  ],
  describe: ({ phaseBins, valueBins }) => `${phaseBins} × ${valueBins} bins`,
});
