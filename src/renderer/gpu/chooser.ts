import type { GpuBackend } from './gpu-device';
import type { GpuFound, Speed } from './gpu-service';

/** What was measured on a machine, and what was found there. Small JSON, kept from one start to the next. */
export interface Measured {
  /** The names of what was found and the version of Skysift: measured again when it changes. */
  readonly key: string;
  readonly speeds: readonly Speed[];
  /** Backends that failed the calibration, and how. */
  readonly failed: Readonly<Partial<Record<GpuBackend, string>>>;
}

/** How much there is to do. */
export interface Work {
  /** Of the program on the GPU. */
  readonly operations: number;
  /** What the plan of core says it takes one thread, in nanoseconds; it may know a shorter way. */
  readonly plannedNs: number;
}

/** How the choice was made, in one sentence, when it is the CPU. */
export interface Choice {
  readonly backend: GpuBackend | 'cpu';
  /** What the chosen one is expected to take. */
  readonly expectedMs?: number | undefined;
  readonly reason?: string | undefined;
}

/** What a set of measurements is good for. */
export function measuredKey(found: readonly GpuFound[], version: string): string {
  return [version, ...found.map((f) => `${f.backend}:${f.device ?? '-'}`)].join(' | ');
}

const expected = (speed: Speed, operations: number, threads = 1): number => speed.fixedMs + (speed.nsPerOperation * operations) / 1e6 / threads;

/**
 * Where to compute: the backend expected to take least, the engine among them, at the pace it had lately or else at the calibrated one with all its
 * `threads`. `pace`: what the engine took lately over what was planned for one thread. What failed or is software is never chosen.
 */
export function choose(
  found: readonly GpuFound[],
  measured: Measured | undefined,
  { operations, plannedNs }: Work,
  threads: number,
  pace?: number,
): Choice {
  const usable = found.filter((f) => f.device !== undefined && !f.isSoftware && !measured?.failed[f.backend]);
  if (usable.length === 0) return { backend: 'cpu', reason: whyNone(found, measured) };
  const timed = measured?.speeds ?? [];
  const cpu = timed.find((s) => s.backend === 'cpu');
  const speeds = timed.filter((s) => usable.some((f) => f.backend === s.backend));
  const best = speeds.reduce<Speed | undefined>((a, b) => (a && expected(a, operations) <= expected(b, operations) ? a : b), undefined);
  if (!best) return { backend: 'cpu', reason: 'The GPU has not been timed yet.' };
  const onGpu = expected(best, operations);
  const onCpu = pace !== undefined ? (pace * plannedNs) / 1e6 : cpu ? expected(cpu, plannedNs, threads) : Infinity;
  if (onGpu < onCpu) return { backend: best.backend, expectedMs: onGpu };
  return { backend: 'cpu', expectedMs: onCpu, reason: `The CPU is expected to be faster for this (${ms(onCpu)} against ${ms(onGpu)} on the GPU).` };
}

const ms = (v: number): string => `${v < 10 ? v.toFixed(1) : Math.round(v)} ms`;

/** Nothing as long as nobody has looked. */
function whyNone(found: readonly GpuFound[], measured: Measured | undefined): string | undefined {
  for (const f of found) {
    const failed = measured?.failed[f.backend];
    if (failed) return failed;
    if (f.isSoftware && f.refused) return f.refused;
  }
  return found[0]?.refused;
}
