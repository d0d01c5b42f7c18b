import { Random } from '../../sample/random';
import { definePart } from '../part';
import { CURVE_POINTS } from './curves';

const NIGHTS = 1000;

export interface MakeCurvesArgs {
  readonly time: Float64Array;
  readonly value: Float64Array;
  /** Number of the first curve. */
  readonly first: number;
}

/** Simulated light curves: a sinusoid with noise, seen at night in random weather. Each from its number. */
export const makeCurves = definePart<MakeCurvesArgs>({
  written: ['time', 'value'],
  *run({ time, value, first }) {
    const count = time.length / CURVE_POINTS;
    for (let c = 0; c < count; c++) {
      const random = new Random(1971, first + c);
      const frequency = random.logBetween(0.02, 9);
      const phase = random.uniform();
      const times = Array.from({ length: CURVE_POINTS }, () => random.below(NIGHTS) + random.between(0.2, 0.6)).sort((x, y) => x - y);
      for (const [i, t] of times.entries()) {
        time[c * CURVE_POINTS + i] = t;
        value[c * CURVE_POINTS + i] = 15 + 0.2 * Math.sin(2 * Math.PI * (frequency * t + phase)) + 0.1 * random.normal();
      }
      if (c % 16 === 15) yield { fraction: (c + 1) / count };
    }
    return undefined;
  },
  results: ({ time, value }) => [time, value],
});
