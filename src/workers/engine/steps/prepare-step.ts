import { operations } from '../../../core/operations/registry';
import type { ResultsProgress } from '../../../core/protocol/engine-service';
import { ObjectIndex, type ObjectIndexData } from '../../../core/query/object-index';
import type { TableData } from '../../../core/query/table-view';
import { type ResolvedStep, type StepTarget, resolveStep } from '../../../core/recipe/resolve';
import type { Step } from '../../../core/recipe/recipe';
import { columnsOf, flagsOf, namesObjects, objectColumnsOf } from '../../../core/select/columns-of';
import { withObjectColumns } from '../queries/object-table';
import { ObjectTableCache } from '../queries/object-table-cache';
import type { ColumnCache } from '../store/column-cache';
import type { Executor } from '../threads/executor';
import { objectExtras } from '../table/object-extras';
import type { OpenTable } from '../table/open-table';
import { queryCacheOf } from '../table/query-cache-of';
import type { TableState } from '../table/state';
import { tableData } from '../table/table-data';
import { companionData, openBeside } from './companion';
import type { StepArgs } from './step-args';

export interface StepDeps {
  readonly executor: Executor;
  readonly cache: ColumnCache;
  readonly workspace: string;
  /** All that are open: a step may read a second one. */
  readonly tables: ReadonlyMap<string, OpenTable>;
  objectIndex(table: OpenTable): Promise<ObjectIndexData | undefined>;
  /** Where results of runs that do not end are kept; absent: nowhere. */
  readonly partials?: string | undefined;
  onResults?(progress: ResultsProgress): void;
}

export function stepTarget(table: OpenTable, state: TableState, all: ReadonlyMap<string, OpenTable>): StepTarget {
  const meta = table.metaOf(state);
  return { columns: meta.columns, roles: table.roleColumns(), flags: [...state.flags.keys()], meta, open: openBeside(table, all) };
}

/** The data a resolved step reads, loaded. */
async function stepData(
  resolved: ResolvedStep,
  table: OpenTable,
  state: TableState,
  deps: StepDeps,
  also: readonly string[] = [],
): Promise<TableData> {
  const { step, op, params } = resolved;
  const fileFlagColumns = table.meta.fileFlags.flatMap((f) => (f.bits && state.columns.has(f.bits.column) ? [f.bits.column] : []));
  const columns = new Set([
    ...Object.values(step.bind),
    ...(op.needs?.(params, [...state.columns.keys()]) ?? []),
    ...(step.where ? columnsOf(step.where) : []),
    ...fileFlagColumns,
    ...also,
  ]);
  const wantsObjects = step.scope !== 'table' || op.grouped === true || (step.where !== undefined && namesObjects(step.where)) || also.length > 0;
  const objects = wantsObjects ? await deps.objectIndex(table) : undefined;
  const asked = step.where && objectColumnsOf(step.where);
  const { value } = table.roleColumns();
  if (asked && value !== undefined) columns.add(value);
  const data = await tableData(table, { columns: [...columns], flags: step.where ? flagsOf(step.where) : [], objects }, deps.cache, state);
  if (!asked || !objects) return data;
  // A preview asks for the same object table with every move of a slider, and so do the queries of the views beside it.
  const cache = state === table.state ? queryCacheOf(table).objects : new ObjectTableCache();
  return withObjectColumns({ pool: deps.executor }, data, new ObjectIndex(objects), asked, objectExtras(table, objects, state), cache);
}

/** A step ready for the threads: resolved against a state of its table, its columns and its companion loaded. */
export interface PreparedStep {
  readonly resolved: ResolvedStep;
  readonly args: StepArgs;
}

/** `also`: columns that are read besides those the step names. */
export async function prepareStep(
  step: Step,
  table: OpenTable,
  state: TableState,
  deps: StepDeps,
  also: readonly string[] = [],
): Promise<PreparedStep> {
  const resolved = resolveStep(step, stepTarget(table, state, deps.tables), operations);
  const data = await stepData(resolved, table, state, deps, also);
  const companion = await companionData(resolved.companion, deps.tables, deps.cache);
  const { op, bind, scope } = resolved.step;
  return { resolved, args: { op, params: resolved.params, bind, scope, data, meta: table.metaOf(state), companion } };
}

/** The columns a step's effect is measured by, whatever the step reads. */
export function measuredColumns(table: OpenTable): readonly string[] {
  const { value, time } = table.roleColumns();
  return [value, time].filter((n) => n !== undefined);
}
