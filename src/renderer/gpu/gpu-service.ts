import type { GpuBackend } from './gpu-device';
import type { ProgramInputs, ProgramName } from './programs';
import type { Receipt } from './receipt';

/** A GPU, as it introduces itself. */
export interface GpuFound {
  readonly backend: GpuBackend;
  /** Absent where it does not open. */
  readonly device?: string | undefined;
  readonly isSoftware: boolean;
  /** Why it is not used: one sentence. */
  readonly refused?: string | undefined;
}

/** How fast something is: milliseconds = fixed + operations · perOperation. An operation of the CPU is a nanosecond of what core plans for one thread. */
export interface Speed {
  readonly backend: GpuBackend | 'cpu';
  readonly fixedMs: number;
  readonly nsPerOperation: number;
}

export type RunRequest = {
  [N in ProgramName]: {
    readonly program: N;
    readonly input: ProgramInputs[N];
    readonly backend: GpuBackend | 'cpu';
    /** Also on a software renderer: for tests of numbers, never for work. */
    readonly allowSoftware?: boolean | undefined;
  };
}[ProgramName];

/** What a program is to be run on, without where. */
export type GpuTask = RunRequest extends infer R ? (R extends RunRequest ? Omit<R, 'backend' | 'allowSoftware'> : never) : never;

export interface RunResult {
  readonly values: Float64Array;
  readonly receipt: Receipt;
}

/** The worker that holds the GPU, as the page sees it. */
export interface GpuService {
  /** Which GPUs there are. */
  find(a: Record<string, never>): Promise<readonly GpuFound[]>;
  /** Times a short convolution on a backend and on this worker's CPU. Rejects where the backend fails. */
  calibrate(a: { readonly backend: GpuBackend; readonly allowSoftware?: boolean | undefined }): Promise<readonly Speed[]>;
  /**
   * Runs a program on a backend, checks a sample of its numbers in float64, and falls back to float64 on the CPU, saying why, where the GPU fails in any
   * way. Rejects with AppError where the input is at fault. A newer call in the same slot cancels an older one.
   */
  run(a: RunRequest): Promise<RunResult>;
}
