import { type StepOutput, type UnitsDone, runUnits } from '../steps/run-units';
import { type StepArgs, byFraction, revived } from '../steps/step-args';
import { type Part, unitsOf } from '../steps/units';
import { defineTask } from '../threads/task';

export interface OperationArgs extends StepArgs {
  readonly inside?: Uint8Array | undefined;
  readonly output: StepOutput;
  readonly part: Part;
}

function operation({ part, ...args }: OperationArgs): Generator<number, UnitsDone> {
  const work = revived(args);
  const { view } = work;
  const rows = part.kind === 'rows' ? part.to - part.from : (view.objects!.starts[part.to] ?? 0) - view.objects!.starts[part.from]!;
  return byFraction(runUnits(unitsOf(part, work.scope, view), rows, work));
}

/** A part of a step: its kernel over some of the rows or objects, answers written into shared memory. */
export default defineTask({ name: 'operation', run: operation });
