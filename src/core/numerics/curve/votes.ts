import type { Progress } from '../../protocol/outcome';
import { lowerBound } from '../bounds';
import { sortedSteps } from '../sort-values';
import { part } from '../steps';
import type { CurveResiduals } from './curve-residuals';
import { type LightCurve, SPREAD_SIGMA } from './light-curve';
import { SortedOutlierFactor } from './sorted-outlier-factor';

/** The detectors, and how many votes each has. */
export const DETECTORS = { curve: 4, error: 1, global: 1, density: 1, quality: 1 } as const;
export type Detector = keyof typeof DETECTORS;

const DENSITY_NEIGHBOURS = 20;
/** Local outlier factor of the residuals above which a point stands alone. */
const DENSITY_FACTOR = 1.5;

/**
 * Who votes against each point: `curve` (off every good model of the curve by more than sigma), `error` (off the best one by more than sigma
 * of its own errors), `global` (outside its band's level by more than sigma of its spread), `density` (alone among the residuals, by the
 * local outlier factor), `quality` (a suspicious bit). One list a point that anyone but quality votes against.
 */
export function* votesSteps(
  curve: LightCurve,
  { residuals, z }: CurveResiduals,
  suspect: Uint8Array,
  sigma: number,
): Generator<Progress, ReadonlyMap<number, readonly Detector[]>> {
  const sorted = yield* part(sortedSteps(z), 0, 0.8);
  const neighbours = Math.min(DENSITY_NEIGHBOURS, curve.count - 1);
  const density = neighbours > 0 ? new SortedOutlierFactor(sorted, neighbours) : undefined;
  const votes = new Map<number, readonly Detector[]>();
  for (let i = 0; i < curve.count; i++) {
    const band = curve.bands[curve.band[i]!]!;
    const off = Math.abs(z[i]!);
    const isOffByError = curve.hasErrors && Math.abs(residuals[i]!) > sigma * curve.errors[i]!;
    const isFarOff = Math.abs(curve.driftless[i]! - band.level) > (sigma * band.spread) / 2 / SPREAD_SIGMA;
    const isAlone = off > sigma / 2 && density !== undefined && density.at(lowerBound(sorted, z[i]!)) > DENSITY_FACTOR;
    if (!(off > sigma || isOffByError || isFarOff || isAlone)) continue;
    const own: Detector[] = [];
    if (off > sigma) own.push('curve');
    if (isOffByError) own.push('error');
    if (isFarOff) own.push('global');
    if (isAlone) own.push('density');
    if (suspect[i] === 1) own.push('quality');
    votes.set(i, own);
  }
  return votes;
}
