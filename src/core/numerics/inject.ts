import type { Progress } from '../protocol/outcome';
import { inBlocks } from './steps';

/**
 * How a signal enters the values: `flux` multiplies (value · (1 - depth · shape)), `difference` subtracts (fluxes about zero: value - depth · shape),
 * `magnitude` adds (value + depth · shape). In all three a positive depth makes the star fainter.
 */
export type InjectMode = 'flux' | 'difference' | 'magnitude';

/** A periodic box or trapezoid: times, period and duration in the same unit. */
export interface TransitShape {
  readonly period: number;
  /** Middle of one transit. */
  readonly epoch: number;
  /** First to last contact. */
  readonly duration: number;
  /** Share of the duration each flank takes: 0 (default) is a box, 0.5 a triangle. */
  readonly flank?: number | undefined;
}

/** A periodic sawtooth: a fast rise in brightness, then a slow decline, as of an RRab star. */
export interface SawtoothShape {
  readonly period: number;
  /** Time of one maximum of brightness. */
  readonly epoch: number;
  /** Share of the period the rise takes; 0.15 unless given. */
  readonly rise?: number | undefined;
}

/** A template's value at a time: the share of the full depth. */
export type Template = (time: number) => number;

/** 1 inside the transit, 0 outside, between them on the flanks; NaN for a missing time. */
export function transitTemplate({ period, epoch, duration, flank = 0 }: TransitShape): Template {
  const half = duration / 2;
  const slope = flank * duration;
  return (time) => {
    const cycles = (time - epoch) / period;
    const inner = half - Math.abs(cycles - Math.round(cycles)) * period;
    if (!(inner < 0)) return slope > 0 && inner < slope ? inner / slope : inner === inner ? 1 : NaN;
    return 0;
  };
}

/** How much fainter than half way the star is: -½ at maximum, ½ at minimum of brightness; NaN for a missing time. */
export function sawtoothTemplate({ period, epoch, rise = 0.15 }: SawtoothShape): Template {
  return (time) => {
    const cycles = (time - epoch) / period;
    const phase = cycles - Math.floor(cycles);
    const fall = 1 - rise;
    return phase < fall ? phase / fall - 0.5 : (1 - phase) / rise - 0.5;
  };
}

/**
 * The values with a signal put in: `depth` is a fraction of the flux, or in the unit of the values (see {@link InjectMode}). Missing values stay
 * missing; rows with a missing time keep their value.
 */
export function* injectSteps(
  times: Float64Array,
  values: Float64Array,
  template: Template,
  depth: number,
  mode: InjectMode,
): Generator<Progress, Float64Array> {
  const out = new Float64Array(values.length);
  yield* inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const v = values[i]!;
      const shape = template(times[i]!);
      const change = depth * (shape === shape ? shape : 0);
      out[i] = mode === 'flux' ? v * (1 - change) : mode === 'difference' ? v - change : v + change;
    }
  });
  return out;
}
