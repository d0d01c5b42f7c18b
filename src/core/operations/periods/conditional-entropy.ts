import { Type } from '@sinclair/typebox';
import { ConditionalEntropy } from '../../numerics/conditional-entropy';
import type { FoldPoints } from '../../numerics/fold-statistic';
import { defineOperation } from '../definition';
import { foldSearchKernel, foldSearchParams } from '../fold-search';

/** Five phases of a period of 2.5. */
const TIMES = Array.from({ length: 60 }, (_, i) => 0.5 * i);

export default defineOperation({
  id: 'periods.conditional-entropy',
  version: 1,
  title: 'Conditional entropy',
  summary: 'Search each light curve for the period at which the phase says most about the value.',
  help: `At each trial frequency the light curve is folded, its first time at phase 0, and counted in a grid of \`phaseBins\` by \`valueBins\` equal bins, from the lowest to the highest value. The statistic is the entropy of the value once the phase is known, H = Σ p(v, φ) ln(p(φ) / p(v, φ)), in nats. Lowest is best. Because p(φ) is taken out, phases that the window function leaves empty do not look like order: Graham et al. find it less prone to daily aliases than other methods.

Frequencies: from two turns in the baseline to nyquistFactor times the mean Nyquist frequency in steps of 1/(baseline · samplesPerPeak), unless you set the limits or the number. For uneven sampling real periods may be shorter than that: set the maximum frequency. A long run is announced with its size and about how long it takes; a preview searches some of the points at some of the frequencies and says so.

The lowest points of the curve are refined between grid points: period, frequency and the statistic of the best, then period_2 … of the next, none within 1/baseline of a better one. sde = (mean of the curve - best) / its standard deviation: how far the best stands out. Rows without a time or value and flagged rows take no part.

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
  inputs: [
    { role: 'time', title: 'Time' },
    { role: 'value', title: 'Value' },
  ],
  writes: 'table',
  scope: ['object-band', 'object', 'table'],
  ordered: 'time',
  *kernel(input, params, context) {
    const make = (points: FoldPoints): ConditionalEntropy => new ConditionalEntropy(points, params);
    return yield* foldSearchKernel(input, params, context, { statistic: 'entropy', speed: 1.5e8, make });
  },
  examples: [
    {
      title: 'Period 2.5, five values',
      columns: { time: TIMES, value: TIMES.map((_, i) => [10, 12, 11, 9, 8][i % 5]!) },
      params: { minimumFrequency: 0.3, maximumFrequency: 0.5, frequencies: 21, peaks: 1, phaseBins: 6 },
      expect: { results: [{ entropy: 0 }] },
    },
  ],
  figure: { data: 'magnitude', params: { maximumFrequency: 6 } },
  produces: () => ({}),
  describe: ({ phaseBins, valueBins }) => `${phaseBins} × ${valueBins} bins`,
});
