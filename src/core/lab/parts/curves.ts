import { gridPowerSteps } from '../../numerics/fast-lomb-scargle';
import { LombScargle } from '../../numerics/lomb-scargle';
import { part } from '../../numerics/steps';
import { definePart } from '../part';

/** Points of each light curve. */
export const CURVE_POINTS = 500;

/** Frequencies that are tried, in cycles a day. */
export const CURVE_GRID = { first: 0.01, step: 0.0005, count: 20_000 };

export interface CurvesArgs {
  /** Days, and magnitudes: `CURVE_POINTS` of each curve after another. */
  readonly time: Float64Array;
  readonly value: Float64Array;
  /** The highest power and its frequency, two numbers a curve. */
  readonly peaks: Float64Array;
}

/** The highest peak of the Lomb–Scargle periodogram of each light curve. */
export const curves = definePart<CurvesArgs>({
  written: ['peaks'],
  *run({ time, value, peaks }) {
    const count = peaks.length / 2;
    for (let c = 0; c < count; c++) {
      const at = c * CURVE_POINTS;
      const end = at + CURVE_POINTS;
      const search = yield* part(LombScargle.prepareSteps(time.subarray(at, end), value.subarray(at, end), undefined, 1), c / count, c / count);
      const power = yield* part(gridPowerSteps(search, CURVE_GRID), c / count, (c + 1) / count);
      let best = 0;
      for (let k = 1; k < power.length; k++) if (power[k]! > power[best]!) best = k;
      peaks[2 * c] = power[best]!;
      peaks[2 * c + 1] = CURVE_GRID.first + best * CURVE_GRID.step;
      yield { fraction: (c + 1) / count };
    }
    return undefined;
  },
  results: ({ peaks }) => [peaks],
});
