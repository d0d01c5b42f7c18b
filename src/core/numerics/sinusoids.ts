import type { Progress } from '../protocol/outcome';
import { factorize, solveFactored } from './cholesky';
import { addToNormal, writeHarmonics } from './harmonic-rows';
import { inBlocks } from './steps';

/** A periodic curve Σ A_k sin(2π(k·frequency·t + φ_k)), without its mean. */
export interface Sinusoids {
  readonly frequency: number;
  /** A_1, A_2 …, in the unit of the values. */
  readonly amplitudes: readonly number[];
  /** φ_1, φ_2 … in turns, [0, 1), at time 0: as Period04 gives them (Lenz & Breger 2005, CoAst 146, 53, doi:10.1553/cia146s53). */
  readonly phases: readonly number[];
}

/** Rows of some harmonics between two yields. */
const ROWS = 2 ** 16;

const angleOf = (turns: number): number => 2 * Math.PI * (turns - Math.round(turns));

/**
 * The sinusoid of a frequency and its harmonics, with a floating mean, fitted by least squares weighted by 1/errors². All finite, errors > 0. undefined
 * when there are fewer points than coefficients, or they do not tell the harmonics apart. O(points · terms²).
 */
export function* fitSinusoidsSteps(
  times: Float64Array,
  values: Float64Array,
  errors: Float64Array | undefined,
  frequency: number,
  terms: number,
): Generator<Progress, Sinusoids | undefined> {
  const n = times.length;
  const size = 2 * terms + 1;
  if (n < size) return undefined;
  const gram = Array.from({ length: size }, () => new Float64Array(size));
  const right = new Float64Array(size);
  const row = new Float64Array(size);
  row[size - 1] = 1;
  // Angles from a time of the data: those from 0 of a Julian date lose digits.
  const origin = times[0]!;
  const level = values[0]!;
  yield* inBlocks(
    n,
    (from, to) => {
      for (let i = from; i < to; i++) {
        writeHarmonics(angleOf(frequency * (times[i]! - origin)), terms, row);
        const w = errors ? 1 / (errors[i]! * errors[i]!) : 1;
        addToNormal(gram, right, row, w, values[i]! - level);
      }
    },
    ROWS,
  );
  const factored = factorize(gram, new Array<number>(size).fill(0));
  if (factored.dropped.length > 0) return undefined;
  const x = solveFactored(factored, right);
  const turn = frequency * origin;
  const phase = (k: number): number => {
    const turns = Math.atan2(x[2 * k - 2]!, x[2 * k - 1]!) / (2 * Math.PI) - k * (turn - Math.round(turn));
    return turns - Math.floor(turns);
  };
  const orders = Array.from({ length: terms }, (_, k) => k + 1);
  return { frequency, amplitudes: orders.map((k) => Math.hypot(x[2 * k - 2]!, x[2 * k - 1]!)), phases: orders.map(phase) };
}

/** Adds `factor` times the curve at each time to `sums`; missing times add NaN. O(times · terms). */
export function* addSinusoidsSteps(
  { frequency, amplitudes, phases }: Sinusoids,
  times: Float64Array,
  factor: number,
  sums: Float64Array,
): Generator<Progress, void> {
  const terms = amplitudes.length;
  const row = new Float64Array(2 * terms);
  const cos = amplitudes.map((a, k) => factor * a * Math.sin(2 * Math.PI * phases[k]!));
  const sin = amplitudes.map((a, k) => factor * a * Math.cos(2 * Math.PI * phases[k]!));
  yield* inBlocks(
    times.length,
    (from, to) => {
      for (let i = from; i < to; i++) {
        writeHarmonics(angleOf(frequency * times[i]!), terms, row);
        for (let k = 0; k < terms; k++) sums[i]! += cos[k]! * row[2 * k]! + sin[k]! * row[2 * k + 1]!;
      }
    },
    ROWS,
  );
}
