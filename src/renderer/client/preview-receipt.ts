import { cpuReceipt, type Receipt } from '../gpu/receipt';

/** Who made a preview, as far as it is made. */
export interface Made {
  readonly gpu?: Receipt | undefined;
  /** What the engine took in float64. */
  readonly engineMs?: number | undefined;
  /** Why the GPU was not asked. */
  readonly reason?: string | undefined;
}

/** The receipt of a preview: the GPU's with the engine's time for the same, or the engine's with why. */
export function previewReceipt({ gpu, engineMs, reason }: Made): Receipt | undefined {
  if (gpu) return { ...gpu, cpuMs: engineMs ?? gpu.cpuMs };
  return engineMs === undefined ? undefined : cpuReceipt(engineMs, reason);
}
