/** What the compute lab measures. */
export const LAB_EXPERIMENTS = ['sort', 'convolve', 'add', 'sum', 'curves'] as const;

export type LabExperiment = (typeof LAB_EXPERIMENTS)[number];

/** Where a measurement was made: in worker threads (one or more) over shared memory, in processes of their own, or on the graphics card. */
export type LabHow = 'threads' | 'processes' | 'gpu';

/** One order to the lab. */
export interface LabRequest {
  readonly experiment: LabExperiment;
  /** Sides of the arrays; for `curves` how many light curves. */
  readonly sizes: readonly number[];
  /** With how many threads, and processes, each is done; 1 is always among them. */
  readonly workers: readonly number[];
  /** Runs of each; the fastest counts. */
  readonly repetitions: number;
  /** Whether the work is also done in processes. */
  readonly processes: boolean;
}

/** One measurement. Times in milliseconds, of the fastest run. */
export interface LabRow {
  readonly experiment: LabExperiment;
  readonly size: number;
  readonly how: LabHow;
  /** Threads or processes; 1 for the GPU. */
  readonly workers: number;
  /** Starting the threads or processes, compiling the GPU's kernel: paid once, and in no other figure. */
  readonly prepareMs?: number | undefined;
  /** Carrying inputs to where they are worked on and results back; 0 where memory is shared. */
  readonly transferMs?: number | undefined;
  readonly computeMs?: number | undefined;
  /** What came out, as one number: a sum, or a hash of the sorted numbers. */
  readonly check?: number | undefined;
  /** Whether that is what one thread found (on the GPU: to 1 in 10⁴, since it counts in float32). */
  readonly agrees?: boolean | undefined;
  /** Why there are no figures, in one sentence. */
  readonly missing?: string | undefined;
}

export interface LabMachine {
  readonly processor: string;
  readonly cores: number;
  /** Node or Electron, with its version. */
  readonly runtime: string;
}

export interface LabReport {
  readonly machine: LabMachine;
  readonly rows: readonly LabRow[];
}
