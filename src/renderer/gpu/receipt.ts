import type { GpuBackend } from './gpu-device';

/** What a computation cost, and on what: shown under a preview. */
export interface Receipt {
  /** The renderer's name as people call it, or CPU. */
  readonly device: string;
  readonly backend: GpuBackend | 'cpu';
  readonly uploadMs: number;
  readonly computeMs: number;
  readonly readBackMs: number;
  /** What the CPU took for the same, when it was measured. */
  readonly cpuMs?: number | undefined;
  /** The largest difference from float64 among so many outputs picked at random, relative to the size of the terms they are sums of. */
  readonly largestDifference?: number | undefined;
  readonly checked: number;
  /** Why the GPU was not used, or not believed: one sentence. */
  readonly fallback?: string | undefined;
}

/** Of what the CPU computed, and why it was the CPU where that needs saying. */
export function cpuReceipt(computeMs: number, fallback?: string): Receipt {
  return { device: 'CPU', backend: 'cpu', uploadMs: 0, computeMs, readBackMs: 0, checked: 0, fallback };
}
