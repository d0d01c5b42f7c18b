import type { Role } from '../../../core/model/column';
import type { TableMeta } from '../../../core/model/table';
import type { Scope } from '../../../core/operations/definition';
import { operations } from '../../../core/operations/registry';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { type CompanionData, companionTables } from '../steps/companion';
import { type StepOutput, type UnitsDone, runUnits } from '../steps/run-units';
import { type Part, unitsOf } from '../steps/units';
import { defineTask } from '../threads/task';

export interface OperationArgs {
  readonly op: string;
  readonly params: Record<string, unknown>;
  readonly bind: Readonly<Partial<Record<Role, string>>>;
  readonly scope: Scope;
  readonly data: TableData;
  readonly meta: TableMeta;
  readonly inside?: Uint8Array | undefined;
  readonly companion?: readonly CompanionData[] | undefined;
  readonly output: StepOutput;
  readonly part: Part;
}

function* operation({ op, data, part, companion, ...rest }: OperationArgs): Generator<number, UnitsDone> {
  const view = viewOf(data);
  const rows = part.kind === 'rows' ? part.to - part.from : (view.objects!.starts[part.to] ?? 0) - view.objects!.starts[part.from]!;
  const run = runUnits(unitsOf(part, rest.scope, view), rows, { ...rest, op: operations.get(op)!, view, companion: companionTables(companion) });
  for (;;) {
    const next = run.next();
    if (next.done) return next.value;
    yield next.value.fraction;
  }
}

/** A part of a step: its kernel over some of the rows or objects, answers written into shared memory. */
export default defineTask({ name: 'operation', run: operation });
