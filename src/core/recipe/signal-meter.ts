/**
 * A made-up signal to put into a star's own light curve. Periods and durations in the unit of the time. Depth: share of the flux a transit takes.
 * Amplitude: magnitudes from minimum to maximum of an RR Lyrae-like sawtooth.
 */
export type TestSignal =
  | { readonly kind: 'transit'; readonly depth: number; readonly duration: number; readonly period: number }
  | { readonly kind: 'rr-lyrae'; readonly amplitude: number; readonly period: number };

/**
 * What a step does to a signal that was put in. `kept`: depth or amplitude after the step over the one before it, 1 = all of it is left.
 * `flagged`: of the rows inside the signal, the share the step flags, and the share it flags of the same rows without the signal. `none`: the step
 * changes no values, or nothing can be measured, and why.
 */
export type MeterReading =
  | { readonly kind: 'kept'; readonly share: number; readonly error: number; readonly points: number; readonly events: number }
  | { readonly kind: 'flagged'; readonly share: number; readonly without: number; readonly points: number }
  | { readonly kind: 'none'; readonly reason: string };

/** A reading with the signal it is of. */
export interface SignalMeter {
  readonly version: number;
  readonly signal: TestSignal;
  readonly reading: MeterReading;
  readonly milliseconds: number;
}
