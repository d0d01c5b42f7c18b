import { Type } from '@sinclair/typebox';
import type { Context } from './definition';
import { choice, sideParam } from './params';

const sigmaOption = (where: string) =>
  Type.Optional(
    Type.Number({
      more: true,
      title: `Sigma ${where}`,
      description: `${where === 'below' ? 'Below' : 'Above'} the local level, instead of sigma.`,
      exclusiveMinimum: 0,
      unit: 'σ',
      slider: [1, 20],
    }),
  );

/** What clipping about a local level asks for, in time or in phase. */
export function residualClipParams<const S extends readonly [string, ...string[]]>(scales: S, meaning: string) {
  return {
    sigma: Type.Number({
      title: 'Sigma',
      description: 'How many robust standard deviations of the residuals from the local level a value may lie.',
      default: 5,
      exclusiveMinimum: 0,
      unit: 'σ',
      origin: 'lightkurve',
      slider: [2, 10],
    }),
    sigmaLower: sigmaOption('below'),
    sigmaUpper: sigmaOption('above'),
    side: sideParam,
    scale: choice(scales, { title: 'Spread over', description: meaning, default: 'global' }),
    maxIterations: Type.Integer({
      title: 'Iterations',
      description: 'At most so many; 0 = until nothing more is rejected.',
      default: 5,
      minimum: 0,
      origin: 'astropy',
      slider: [0, 20],
    }),
    fewest: Type.Integer({
      more: true,
      title: 'Fewest points',
      description: 'A point with fewer points about it, itself included, is not judged.',
      default: 5,
      minimum: 1,
      unit: 'points',
      slider: [1, 20],
    }),
  };
}

/** Says how many points could not be judged, and why. */
export function warnUnjudged(context: Context, thin: number, flat: number, hint: string): void {
  if (thin > 0) context.alert({ severity: 'info', message: 'points have too few neighbours to be judged: kept', rows: thin, hint });
  if (flat > 0)
    context.alert({
      severity: 'warning',
      message: 'points lie where the spread of the residuals is 0: not judged',
      rows: flat,
      hint: 'take the spread over more points',
    });
}
