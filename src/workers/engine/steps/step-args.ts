import type { Role } from '../../../core/model/column';
import type { TableMeta } from '../../../core/model/table';
import type { CompanionTable, OperationDef, Scope } from '../../../core/operations/definition';
import { operations } from '../../../core/operations/registry';
import type { Progress } from '../../../core/protocol/outcome';
import { type TableData, type TableView, viewOf } from '../../../core/query/table-view';
import { type CompanionData, companionTables } from './companion';

/** A step as it goes to a thread: its operation by name, its table as data. */
export interface StepArgs {
  readonly op: string;
  readonly params: Record<string, unknown>;
  readonly bind: Readonly<Partial<Record<Role, string>>>;
  readonly scope: Scope;
  readonly data: TableData;
  readonly meta: TableMeta;
  readonly companion?: readonly CompanionData[] | undefined;
}

/** What the thread makes of it. */
interface Revived {
  readonly op: OperationDef;
  readonly view: TableView;
  readonly companion: readonly CompanionTable[] | undefined;
}

export function revived<A extends StepArgs>({ op, data, companion, ...rest }: A): Omit<A, 'op' | 'data' | 'companion'> & Revived {
  return { ...rest, op: operations.get(op)!, view: viewOf(data), companion: companionTables(companion) };
}

/** Work with progress as a task does it: by its fractions alone. */
export function* byFraction<T>(work: Generator<Progress, T>): Generator<number, T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    yield step.value.fraction;
  }
}
