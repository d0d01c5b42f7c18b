import { coveredEpoch } from '../../../core/numerics/covered-epoch';
import { type InjectMode, type Template, sawtoothTemplate, transitTemplate } from '../../../core/numerics/inject';
import { type Recovered, recoveredAmplitudeSteps, recoveredDepthSteps } from '../../../core/numerics/recover-signal';
import { AppError, type Progress } from '../../../core/protocol/outcome';
import type { TestSignal } from '../../../core/recipe/signal-meter';

/** A test signal placed into given times: its shape, how deep it is in the mode's own measure, and how to measure it again. */
export interface PlacedSignal {
  readonly template: Template;
  /** The depth that `injectSteps` takes: a share of the flux, or magnitudes. */
  readonly depth: number;
  /** True where a row is inside the signal. */
  isInside(time: number): boolean;
  measure(times: Float64Array, values: Float64Array, use: Uint8Array): Generator<Progress, Recovered>;
}

function check(name: string, value: number, isRight: boolean, rule: string): void {
  if (!Number.isFinite(value) || !isRight) throw new AppError({ code: 'invalid-argument', message: `invalid ${name}: ${value} (must be ${rule})` });
}

function transit(signal: Extract<TestSignal, { kind: 'transit' }>, times: Float64Array, use: Uint8Array, mode: InjectMode): PlacedSignal {
  const { depth, duration, period } = signal;
  check('depth', depth, depth > 0 && depth < 1, '> 0 and < 1');
  check('period', period, period > 0, '> 0');
  check('duration', duration, duration > 0 && duration < period / 2, '> 0 and less than half the period');
  const shape = { period, duration, epoch: coveredEpoch(times, use, period, duration) };
  const template = transitTemplate(shape);
  return {
    template,
    depth: mode === 'magnitude' ? -2.5 * Math.log10(1 - depth) : depth,
    isInside: (time) => template(time) > 0,
    measure: (t, values, u) => recoveredDepthSteps(t, values, u, shape),
  };
}

function sawtooth(signal: Extract<TestSignal, { kind: 'rr-lyrae' }>, times: Float64Array, use: Uint8Array, mode: InjectMode): PlacedSignal {
  const { amplitude, period } = signal;
  check('amplitude', amplitude, amplitude > 0 && amplitude <= 5, '> 0 and at most 5 mag');
  check('period', period, period > 0, '> 0');
  const shape = { period, epoch: times.find((_, i) => use[i] === 1) ?? NaN };
  const brightening = 10 ** (0.4 * amplitude);
  return {
    template: sawtoothTemplate(shape),
    // (1 + a/2) / (1 - a/2) is the ratio of the fluxes at maximum and minimum.
    depth: mode === 'magnitude' ? amplitude : (2 * (brightening - 1)) / (brightening + 1),
    isInside: (time) => time - time === 0,
    measure: (t, values, u) => recoveredAmplitudeSteps(t, values, u, shape),
  };
}

/** Places a signal where these times see it best. Throws AppError invalid-argument for a signal that cannot be. */
export function placeSignal(signal: TestSignal, times: Float64Array, use: Uint8Array, mode: InjectMode): PlacedSignal {
  return signal.kind === 'transit' ? transit(signal, times, use, mode) : sawtooth(signal, times, use, mode);
}
