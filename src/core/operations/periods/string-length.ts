import { Type } from '@sinclair/typebox';
import { StringLength } from '../../numerics/string-length';
import type { FoldPoints } from '../../numerics/fold-statistic';
import { defineOperation } from '../definition';
import { foldSearchExample, foldSearchHelp, foldSearchKernel, foldSearchParams, foldSearchShape } from '../fold-search';
import { choice } from '../params';

export default defineOperation({
  id: 'periods.string-length',
  version: 1,
  title: 'String length',
  summary: 'Search each light curve for the period whose folded points make the shortest string.',
  help: `At each trial frequency the light curve is folded, its first time at phase 0, and its points are joined in order of phase, the last to the first. Shortest is best. No bins, so it works with few points: with 20 to 200 it is at its best.

lafler-kinman: Σ(v_{i+1} - v_i)² / Σ(v_i - mean)², times (n - 1)/2n as normalised by Clarke, so that noise gives about 1. Times 2n/(n - 1) it is Lafler & Kinman's Θ. dworetsky: the length Σ√(Δφ² + Δv²) in the plane of phase and value, values scaled to ±0.25 by the lowest and highest.

${foldSearchHelp}

Errors do not weigh; one outlier adds two long steps at every frequency, and sets the scale of dworetsky: flag outliers first. Traps: noise as large as the steps between neighbours makes all strings equally long: with thousands of points use bins (phase dispersion, conditional entropy). Double the period is the next best.`,
  cite: 'Lafler & Kinman 1965, ApJS 11, 216, doi:10.1086/190116; Dworetsky 1983, MNRAS 203, 917, doi:10.1093/mnras/203.4.917; Clarke 2002, A&A 386, 763, doi:10.1051/0004-6361:20020258',
  params: Type.Object(
    {
      ...foldSearchParams,
      statistic: choice(['lafler-kinman', 'dworetsky'], {
        title: 'Statistic',
        description: 'lafler-kinman: squares of the steps in value. dworetsky: lengths in the plane of phase and value.',
        default: 'lafler-kinman',
      }),
    },
    { additionalProperties: false },
  ),
  ...foldSearchShape,
  *kernel(input, params, context) {
    const make = (points: FoldPoints): StringLength => new StringLength(points, params.statistic);
    return yield* foldSearchKernel(input, params, context, { statistic: 'string_length', speed: 3e7, make });
  },
  examples: [
    {
      ...foldSearchExample,
      expect: { results: [{ string_length: (14 / 120) * (59 / 120) }] },
    },
  ],
  describe: ({ statistic }) => statistic,
});
