import { Type } from '@sinclair/typebox';
import { PhaseDispersion } from '../../numerics/phase-dispersion';
import type { FoldPoints } from '../../numerics/fold-statistic';
import { defineOperation } from '../definition';
import { foldSearchKernel, foldSearchParams } from '../fold-search';

/** Five phases of a period of 2.5. */
const TIMES = Array.from({ length: 60 }, (_, i) => 0.5 * i);

export default defineOperation({
  id: 'periods.pdm',
  version: 1,
  title: 'Phase dispersion minimisation',
  summary: 'Search each light curve for the period whose folded curve scatters least within bins of phase.',
  help: `Stellingwerf's Θ: at each trial frequency the light curve is folded, its first time at phase 0, and cut into \`bins\` bins of phase, \`covers\` times over, each cover shifted by an equal part of a bin. Θ = s²/σ², where σ² is the variance of all values and s² the pooled variance within bins, Σ(n_j - 1)s_j² / (Σn_j - M); both with one degree of freedom taken off. About 1 for noise, near 0 for a clean period: lowest is best. Stellingwerf's (5, 2) and (10, 2) are bins 5 or 10 with covers 2; bins 20, covers 1, minimumPoints 10 are those of astrobase.

Frequencies: from two turns in the baseline to nyquistFactor times the mean Nyquist frequency in steps of 1/(baseline · samplesPerPeak), unless you set the limits or the number. For uneven sampling real periods may be shorter than that: set the maximum frequency. A long run is announced with its size and about how long it takes; a preview searches some of the points at some of the frequencies and says so.

The lowest points of the curve are refined between grid points: period, frequency and the statistic of the best, then period_2 … of the next, none within 1/baseline of a better one. sde = (mean of the curve - best) / its standard deviation: how far the best stands out. Rows without a time or value and flagged rows take no part.

It makes no assumption about the shape, so it finds eclipsing binaries and sawteeth at once where one sinusoid needs harmonics. Errors do not weigh: take out bad points first. Traps: double and triple the period fold nearly as well; bins wider than an eclipse wash it out (more bins); with few points in a bin Θ is low by chance (fewer bins).`,
  cite: 'Stellingwerf 1978, ApJ 224, 953, doi:10.1086/156444',
  params: Type.Object(
    {
      ...foldSearchParams,
      bins: Type.Integer({
        title: 'Bins',
        description: 'Bins of phase in one cover.',
        default: 10,
        minimum: 2,
        maximum: 1000,
        origin: 'Stellingwerf: 5 or 10',
        slider: [3, 50],
      }),
      covers: Type.Integer({
        title: 'Covers',
        description: 'Sets of bins, each shifted by an equal part of a bin. 1 = bins that do not overlap.',
        default: 2,
        minimum: 1,
        maximum: 20,
        origin: 'Stellingwerf: 2',
        slider: [1, 5],
      }),
      minimumPoints: Type.Integer({
        more: true,
        title: 'Minimum points',
        description: 'Bins with fewer points do not count.',
        default: 2,
        minimum: 2,
        origin: 'Stellingwerf; astrobase: 10',
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
    const make = (points: FoldPoints): PhaseDispersion => new PhaseDispersion(points, params);
    return yield* foldSearchKernel(input, params, context, { statistic: 'theta', speed: 1.5e8, make });
  },
  examples: [
    {
      title: 'Period 2.5, five values',
      columns: { time: TIMES, value: TIMES.map((_, i) => [10, 12, 11, 9, 8][i % 5]!) },
      params: { minimumFrequency: 0.3, maximumFrequency: 0.5, frequencies: 21, peaks: 1, bins: 5 },
      expect: { results: [{ theta: 0 }] },
    },
  ],
  figure: { data: 'magnitude', params: { maximumFrequency: 6 } },
  produces: () => ({}),
  describe: ({ bins, covers }) => `${bins} bins, ${covers} ${covers === 1 ? 'cover' : 'covers'}`,
});
