import type { Role } from '../../../src/core/model/column';
import type { Alert, TableMeta } from '../../../src/core/model/table';
import { anew } from '../../../src/core/numerics/memory';
import type { Batch, Effect, Scope } from '../../../src/core/operations/definition';
import { operations } from '../../../src/core/operations/registry';
import { AppError } from '../../../src/core/protocol/outcome';
import type { Step } from '../../../src/core/recipe/recipe';
import type { FakeTable } from './fake-table';
import { uniform } from './fake-data';

export interface UnitResult {
  readonly rows: readonly number[];
  readonly effect: Effect;
  readonly alerts: readonly Alert[];
}

/** What is the same for all units of one run. */
export interface Shared {
  readonly flagged: Uint8Array;
  readonly meta: TableMeta;
}

export function sharedOf(table: FakeTable): Shared {
  return { flagged: table.flagged(), meta: table.info().meta };
}

/** Runs a step's real kernel on the rows of one unit of its scope. */
export function runUnit(table: FakeTable, step: Step, { rows, object, band }: Unit, { flagged, meta }: Shared): UnitResult {
  const def = operations.get(step.op);
  if (!def) throw new AppError({ code: 'not-found', message: `unknown operation: ${step.op}` });
  for (const need of def.inputs)
    if (!need.optional && !step.bind[need.role])
      throw new AppError({
        code: 'invalid-argument',
        message: `no column is bound to ${need.role}`,
        hint: 'choose one in the form',
        column: need.role,
      });
  const time = step.bind.time ? table.numbers({ column: step.bind.time }) : undefined;
  const ordered = def.ordered === 'time' && time ? [...rows].sort((a, b) => time(a) - time(b)) : [...rows];
  const where = step.where ? table.test(step.where) : undefined;
  const inside = Uint8Array.from(ordered, (r) => (!where || where(r) ? 1 : 0));
  const batch: Batch = {
    length: ordered.length,
    object,
    band,
    role: (role: Role) => (step.bind[role] ? Float64Array.from(ordered, table.numbers({ column: step.bind[role]! })) : undefined),
    column: (name) => Float64Array.from(ordered, table.numbers({ column: name })),
    text: (name) => ordered.map((r) => String(table.columns.get(name)?.[r])),
    has: (name) => table.columns.has(name),
    unit: (name) => table.data.columns.find((c) => c.meta.name === name)?.meta.unit,
    nameOf: (role) => step.bind[role],
    live: Uint8Array.from(ordered, (r, i) => (inside[i] && !flagged[r] ? 1 : 0)),
    inside,
    flag: (name) => Uint8Array.from(ordered, (r) => (table.test({ kind: 'flag', name })(r) ? 1 : 0)),
    table: meta,
  };
  const alerts: Alert[] = [];
  const kernel = def.kernel(batch, step.params, { random: uniform(1), alert: (a) => alerts.push(a), preview: true, remember: anew });
  let next = kernel.next();
  while (!next.done) next = kernel.next();
  return { rows: ordered, effect: next.value, alerts };
}

export interface Unit {
  readonly object?: string | undefined;
  readonly band?: string | undefined;
  readonly rows: readonly number[];
}

/** The units a step runs over: the table, its objects, or its objects by band. */
export function unitsOf(table: FakeTable, scope: Scope): Unit[] {
  if (scope === 'table' || table.objects.size === 0) return [{ rows: Array.from({ length: table.rows }, (_, i) => i) }];
  const bands = scope === 'object-band' && table.roles.band ? (table.columns.get(table.roles.band) as string[]) : undefined;
  return [...table.objects].flatMap(([object, rows]) => {
    if (!bands) return [{ object, rows }];
    return [...new Set(rows.map((r) => bands[r]!))].map((band) => ({ object, band, rows: rows.filter((r) => bands[r] === band) }));
  });
}
