import { Type } from '@sinclair/typebox';
import { PhaseDispersion } from '../../numerics/phase-dispersion';
import type { FoldPoints } from '../../numerics/fold-statistic';
import { defineOperation } from '../definition';
import { foldSearchExample, foldSearchHelp, foldSearchKernel, foldSearchParams, foldSearchShape } from '../fold-search';

export default defineOperation({
  id: 'periods.pdm',
  version: 1,
  title: 'Phase dispersion minimisation',
  summary: 'Search each light curve for the period whose folded curve scatters least within bins of phase.',
  help: `Stellingwerf's Θ: at each trial frequency the light curve is folded, its first time at phase 0, and cut into \`bins\` bins of phase, \`covers\` times over, each cover shifted by an equal part of a bin. Θ = s²/σ², where σ² is the variance of all values and s² the pooled variance within bins, Σ(n_j - 1)s_j² / (Σn_j - M); both with one degree of freedom taken off. About 1 for noise, near 0 for a clean period: lowest is best. Stellingwerf's (5, 2) and (10, 2) are bins 5 or 10 with covers 2; bins 20, covers 1, minimumPoints 10 are those of astrobase.

${foldSearchHelp}

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
  ...foldSearchShape,
  *kernel(input, params, context) {
    const make = (points: FoldPoints): PhaseDispersion => new PhaseDispersion(points, params);
    return yield* foldSearchKernel(input, params, context, { statistic: 'theta', speed: 1.5e8, make });
  },
  examples: [
    {
      ...foldSearchExample,
      params: { ...foldSearchExample.params, bins: 5 },
      expect: { results: [{ theta: 0 }] },
    },
  ],
  describe: ({ bins, covers }) => `${bins} bins, ${covers} ${covers === 1 ? 'cover' : 'covers'}`,
});
