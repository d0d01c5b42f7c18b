import type { ImageStretch } from '../../../core/query/query';
import type { Range } from '../plot/scale';

/** Between which two values an image is drawn: found by a rule, or set by hand. Percentages are central (99.5: from 0.25 to 99.75 %), as astropy's. */
export const LIMIT_RULES = ['zscale', '99.9', '99.5', '99', '98', '90', 'minmax'] as const;
export type LimitRule = (typeof LIMIT_RULES)[number];
export type Limits = LimitRule | Range;

/** The two values; low < high always. */
export function limitsOf(limits: Limits, of: Pick<ImageStretch, 'min' | 'max' | 'zscale' | 'percentiles'>): Range {
  if (typeof limits !== 'string') return usable(limits);
  if (limits === 'zscale') return usable(of.zscale);
  if (limits === 'minmax') return usable([of.min, of.max]);
  const cut = (100 - Number(limits)) / 2;
  const at = (percent: number): number => of.percentiles.find((p) => Math.abs(p.percent - percent) < 1e-9)?.value ?? NaN;
  return usable([at(cut), at(100 - cut)]);
}

/** A range that can be drawn with: an empty one gets room about its value, one of no numbers is [0, 1]. */
export function usable([low, high]: Range): Range {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  if (low < high) return [low, high];
  const half = Math.abs(low) * 1e-3 || 0.5;
  return [low - half, low + half];
}

const MOST_SAMPLES = 65_536;

/** The finite values among at most 65 536 evenly spread ones, ascending. */
function sample(values: Float64Array): Float64Array {
  const every = Math.max(1, Math.ceil(values.length / MOST_SAMPLES));
  const out = new Float64Array(Math.ceil(values.length / every));
  let n = 0;
  for (let i = 0; i < values.length; i += every) if (Number.isFinite(values[i])) out[n++] = values[i]!;
  return out.subarray(0, n).sort();
}

/** The central 99 % of the values. */
export function ownLimits(values: Float64Array): Range {
  const sorted = sample(values);
  const at = (f: number): number => sorted[Math.round(f * (sorted.length - 1))] ?? NaN;
  return usable([at(0.005), at(0.995)]);
}

/** Limits as far below zero as above: 99 % of the values lie between them. */
export function evenLimits(values: Float64Array): Range {
  const sizes = sample(values).map(Math.abs).sort();
  const reach = sizes[Math.round(0.99 * (sizes.length - 1))] ?? 0;
  const far = reach > 0 ? reach : (sizes.at(-1) ?? 0) || 1;
  return [-far, far];
}

/** Whether values with the limits `own` can be told apart when drawn with the limits `shared`. */
export function fits(own: Range, shared: Range): boolean {
  const overlap = Math.min(own[1], shared[1]) - Math.max(own[0], shared[0]);
  return overlap > 0.05 * (shared[1] - shared[0]) && own[1] - own[0] < 20 * (shared[1] - shared[0]);
}
