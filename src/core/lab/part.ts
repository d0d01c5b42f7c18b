import type { Progress } from '../protocol/outcome';

/** Arrays that experiments work on. */
export type LabArray = Float32Array | Float64Array;

/**
 * A piece of an experiment's work that runs anywhere: in a thread on shared memory, in a process on copies, in the page. It writes into the arrays of
 * its arguments, and a figure is all that it returns, if anything.
 */
export interface LabPart<A> {
  /** Arrays of the arguments that are only written: a process is told their length instead of their numbers. */
  readonly written: readonly (keyof A & string)[];
  run(args: A): Generator<Progress, number | undefined>;
  /** Views of the arguments' arrays that hold the results: what a process sends back, and where it is put. */
  results(args: A): readonly LabArray[];
}

export function definePart<A>(part: LabPart<A>): LabPart<A> {
  return part;
}
