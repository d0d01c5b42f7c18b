import type { LabCall } from '../../core/lab/parts';

/** One step of an experiment: pieces of work that know nothing of each other. */
export interface Stage {
  /** `combine`: puts the workers' results together, in shared memory; where there is none, one thread does it. */
  readonly kind: 'work' | 'combine';
  /** Made when the stages before are done, for so many hands. */
  calls(hands: number): readonly LabCall[];
}

/** An experiment of one size: its arrays, in shared memory. */
export interface Material {
  /** Fills the inputs, before any clock runs. */
  readonly preparation: readonly LabCall[];
  /** Before each run: inputs that a run changes as they were, results empty, so that no run is credited with what another one made. */
  reset(): void;
  stages(workers: number): readonly Stage[];
  /** Pieces whose figures, and arrays, tell what came out; and the one number that says so. */
  readonly inspection: readonly LabCall[];
  check(figures: readonly (number | undefined)[]): number;
}

export function sharedFloats(count: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * count));
}

export function sharedDoubles(count: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * count));
}

/** [0, count) cut into at most `pieces` ranges of nearly equal length, each a multiple of `grain` but for the last. */
export function ranges(count: number, pieces: number, grain = 1): readonly { readonly from: number; readonly to: number }[] {
  const grains = Math.ceil(count / grain);
  const n = Math.max(1, Math.min(pieces, grains));
  return Array.from({ length: n }, (_, k) => ({
    from: Math.floor((k * grains) / n) * grain,
    to: Math.min(count, Math.floor(((k + 1) * grains) / n) * grain),
  }));
}
