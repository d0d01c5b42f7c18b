import { median } from '../../../core/numerics/robust';
import type { BinnedCurve } from '../../components/plot/binned-curve';

/**
 * The phase of the curve's highest or lowest level, refined by the parabola through it and its two neighbours (cyclic). Undefined when no bin
 * holds a row.
 */
export function extremumPhase(curve: BinnedCurve, which: 'highest' | 'lowest'): number | undefined {
  const best = extremeBin(curve, which);
  if (best === undefined) return undefined;
  const { level, phase } = curve;
  const n = level.length;
  const [a, m, c] = [level[(best + n - 1) % n]!, level[best]!, level[(best + 1) % n]!];
  const bend = a - 2 * m + c;
  const shift = Number.isFinite(bend) && bend !== 0 ? Math.max(-0.5, Math.min(0.5, (a - c) / (2 * bend))) : 0;
  return phase[best]! + shift / n;
}

/**
 * The middle of the deepest dip: a transit or an eclipse, whose bottom is flat and noisy, so that its lowest bin is no measure. The bins around
 * the lowest (for magnitudes, the highest) that lie beyond half the depth below the curve's median, and their centre weighted by how deep
 * each is. Undefined when no bin holds a row.
 */
export function dipPhase(curve: BinnedCurve, downwards: 'highest' | 'lowest'): number | undefined {
  const deepest = extremeBin(curve, downwards);
  if (deepest === undefined) return undefined;
  const { level, phase } = curve;
  const n = level.length;
  const known = level.filter(Number.isFinite);
  const top = median(known);
  const depthOf = (b: number): number => (downwards === 'lowest' ? top - level[b]! : level[b]! - top);
  const half = depthOf(deepest) / 2;
  let sum = 0;
  let moment = 0;
  const add = (offset: number): boolean => {
    const depth = depthOf((deepest + offset + n) % n);
    if (!(depth > half)) return false;
    sum += depth;
    moment += depth * offset;
    return true;
  };
  add(0);
  for (let k = 1; k < n / 2 && add(k); k++);
  for (let k = 1; k < n / 2 && add(-k); k++);
  return phase[deepest]! + (sum > 0 ? moment / sum : 0) / n;
}

function extremeBin({ level }: BinnedCurve, which: 'highest' | 'lowest'): number | undefined {
  const sign = which === 'highest' ? 1 : -1;
  let best: number | undefined;
  for (let b = 0; b < level.length; b++) if (Number.isFinite(level[b]!) && (best === undefined || sign * (level[b]! - level[best]!) > 0)) best = b;
  return best;
}
