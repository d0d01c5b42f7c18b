import { madStd, median } from '../numerics/robust';
import { inBlocks } from '../numerics/steps';
import type { TemplateBand } from '../numerics/template-search';
import type { Progress } from '../protocol/outcome';
import type { VoteInput } from '../numerics/period-vote';

/** Points of a band that its level and scatter are taken from: of more, every second, third … is. */
const ENOUGH = 50_000;
/** Robust standard deviations beyond which values are brought back to there. */
const EXTREME = 5;

export interface BandCurve extends TemplateBand {
  /** Position of the band. */
  readonly band: number;
}

/**
 * The points of each band on their own, values about their median, weights 1/(σ² + (share · scatter)²), robust scatter. Values beyond five robust standard
 * deviations are brought back to there. Bands without scatter or with fewer than `fewest` points are left out. O(points · bands).
 */
export function* bandCurvesSteps(
  { times, values, errors, bandOf, bands }: Pick<VoteInput, 'times' | 'values' | 'errors' | 'bandOf' | 'bands'>,
  share: number,
  fewest: number,
): Generator<Progress, BandCurve[]> {
  const out: BandCurve[] = [];
  for (let band = 0; band < bands; band++) {
    let n = 0;
    const rows = new Uint32Array(times.length);
    yield* inBlocks(times.length, (from, to) => {
      for (let i = from; i < to; i++) if (!bandOf || bandOf[i] === band) rows[n++] = i;
    });
    if (n < fewest) continue;
    const stride = Math.ceil(n / ENOUGH);
    const sample = (): Float64Array => Float64Array.from({ length: Math.ceil(n / stride) }, (_, k) => values[rows[k * stride]!]!);
    yield { fraction: 1 };
    const level = median(sample());
    yield { fraction: 1 };
    const scatter = madStd(sample());
    yield { fraction: 1 };
    if (!(scatter > 0) || !(scatter * scatter < Infinity)) continue;
    const [t, z, w] = [0, 1, 2].map(() => new Float64Array(n)) as [Float64Array, Float64Array, Float64Array];
    let weight = 0;
    yield* inBlocks(n, (from, to) => {
      for (let k = from; k < to; k++) {
        const i = rows[k]!;
        t[k] = times[i]!;
        z[k] = Math.max(-EXTREME * scatter, Math.min(EXTREME * scatter, values[i]! - level));
        const error = errors ? errors[i]! : scatter;
        weight += w[k] = 1 / (error * error + (share * scatter) ** 2);
      }
    });
    yield* inBlocks(n, (from, to) => {
      for (let k = from; k < to; k++) w[k]! /= weight;
    });
    out.push({ band, times: t, values: z, weights: w, weight });
  }
  return out;
}
