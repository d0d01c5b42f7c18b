import type { Progress } from '../../core/protocol/outcome';
import type { GpuClock } from './gpu-clock';
import type { GpuArray, GpuDevice } from './gpu-device';

/** What a program is run with. */
export interface GpuRun {
  readonly device: GpuDevice;
  readonly clock: GpuClock;
  /** Arrays that stay on the device from one run to the next. */
  readonly residents: Residents;
  readonly signal: AbortSignal;
}

/** Arrays kept on a device by the name of what they hold; the newest few. */
export interface Residents {
  /** The array of this name, or the one `make` uploads (and this keeps). */
  get(name: string, make: () => Promise<GpuArray>): Promise<GpuArray>;
}

/** Some outputs as float64 makes them. */
export interface ExactSample {
  readonly values: Float64Array;
  /** What their rounding errors are relative to: the sum of the absolute values of the terms, or the like. */
  readonly scales: Float64Array;
}

/** A computation on the GPU with its float64 twin: one file for each in `programs/`. */
export interface GpuProgram<Input> {
  /** Throws GpuFailure where the device fails, AppError where the input is at fault. */
  run(run: GpuRun, input: Input): Promise<Float64Array>;
  /** The same by the CPU in float64. */
  exact(input: Input): Generator<Progress, Float64Array>;
  /** Outputs at some places in float64, each on its own. */
  sample(input: Input, places: Uint32Array): ExactSample;
  /** Multiplications, or the like: what the time to compute grows with. */
  operations(input: Input): number;
}
