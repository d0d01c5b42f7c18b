import type { Progress } from '../protocol/outcome';

/** Rows up to which a plain pass is done at once, and of which sums of sums are made: about 5 ms of transcendental functions. */
export const BLOCK = 2 ** 18;

/** Rows of a loop between two yields: fewer, since the first ones run before their code is compiled, in memory that is touched for the first time. */
const ROWS = 2 ** 16;

/** Runs `work` as the share [from, to] of a longer job: its fractions are scaled into that share. */
export function* part<T>(work: Generator<Progress, T>, from: number, to: number): Generator<Progress, T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    yield { fraction: from + (to - from) * step.value.fraction, note: step.value.note };
  }
}

/** `work` whose fraction never falls: for searches that look at one thing after the other without knowing how many there will be. */
export function* rising<T>(work: Generator<Progress, T>): Generator<Progress, T> {
  let fraction = 0;
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    fraction = Math.max(fraction, step.value.fraction);
    yield { ...step.value, fraction };
  }
}

/** Calls `work` on [0, n) in slices, yielding between them; short inputs never yield. */
export function* inBlocks(n: number, work: (from: number, to: number) => void, rows = ROWS): Generator<Progress, void> {
  for (let from = 0; from < n; from += rows) {
    const to = Math.min(n, from + rows);
    work(from, to);
    if (to < n) yield { fraction: to / n };
  }
}

/** {@link inBlocks} for `work` that sums each slice by itself: how the numbers are rounded depends on where slices end, so these stay where they are. */
export function inSumBlocks(n: number, work: (from: number, to: number) => void): Generator<Progress, void> {
  return inBlocks(n, work, BLOCK);
}

/** Runs a generator to its end at once: for tests, and for inputs known to be short. */
export function drain<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
