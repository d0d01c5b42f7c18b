import type { Progress } from '../protocol/outcome';

/** A numeric kernel's progress as bare fractions, scaled into [from, to] of a longer job. */
export function* fractions<T>(work: Generator<Progress, T>, from: number, to: number): Generator<number, T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    yield from + (to - from) * step.value.fraction;
  }
}
