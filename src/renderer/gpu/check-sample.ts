import { GpuFailure } from './gpu-failure';
import type { GpuProgram } from './gpu-program';

/** Outputs computed again. */
const SAMPLE = 48;

/** What a difference may be, relative to the size of the terms: float32 sums stay below. */
export const TOLERANCE = 1e-5;

export interface Check {
  readonly checked: number;
  readonly largestDifference: number;
}

/**
 * Computes a random sample of outputs again in float64. Throws GpuFailure, in words, where one differs by more than {@link TOLERANCE}, or is missing where
 * the other is not. `random`: uniform in [0, 1).
 */
export function checkSample<Input>(program: GpuProgram<Input>, input: Input, output: Float64Array, random: () => number = Math.random): Check {
  const checked = Math.min(SAMPLE, output.length);
  const places = Uint32Array.from({ length: checked }, () => Math.floor(random() * output.length));
  const { values, scales } = program.sample(input, places);
  let largestDifference = 0;
  for (const [i, place] of places.entries()) {
    const got = output[place]!;
    const wanted = values[i]!;
    if (Number.isNaN(got) && Number.isNaN(wanted)) continue;
    const difference = Math.abs(got - wanted) / Math.max(scales[i]!, Math.abs(wanted), Number.MIN_VALUE);
    if (!(difference <= TOLERANCE)) throw new GpuFailure(wrong(got, wanted));
    largestDifference = Math.max(largestDifference, difference);
  }
  return { checked, largestDifference };
}

const wrong = (got: number, wanted: number): string => `The GPU computed ${short(got)} where float64 says ${short(wanted)}.`;
const short = (v: number): string => (Number.isNaN(v) ? 'nothing' : String(Number(v.toPrecision(6))));
