import type { Progress } from '../protocol/outcome';
import { collectSteps, mean, std } from './robust';
import { inBlocks, part } from './steps';

/**
 * The column in units of its own scatter: (x - mean) / std, both over the finite values of the rows with `use` = 1 (std with ddof 0; scikit-learn's
 * StandardScaler). A column that does not vary becomes 0; what is missing stays missing.
 */
export function* standardizedSteps(column: Float64Array, use: Uint8Array): Generator<Progress, Float64Array> {
  const sample = yield* part(collectSteps(column, use), 0, 0.4);
  const centre = sample.n > 0 ? mean(sample.values, sample.n) : 0;
  yield { fraction: 0.5 };
  const spread = sample.n > 0 ? std(sample.values, sample.n, 0, centre) : 0;
  const scale = spread > 0 ? 1 / spread : 1;
  const out = new Float64Array(column.length);
  const scaling = inBlocks(column.length, (from, to) => {
    for (let i = from; i < to; i++) out[i] = (column[i]! - centre) * scale;
  });
  yield* part(scaling, 0.6, 1);
  return out;
}
