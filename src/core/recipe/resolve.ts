import { type ColumnMeta, type Role, isNumeric } from '../model/column';
import type { Alert, TableMeta } from '../model/table';
import { checkParams } from '../operations/check-params';
import type { OperationDef } from '../operations/definition';
import { AppError } from '../protocol/outcome';
import { didYouMean } from '../model/similar-names';
import { columnsOf } from '../select/columns-of';
import { type OpenCompanion, type ResolvedCompanion, resolveCompanion } from './companion';
import type { Step } from './recipe';

/** What a step is checked against: the columns there are when it runs. */
export interface StepTarget {
  readonly columns: readonly ColumnMeta[];
  readonly roles: Readonly<Partial<Record<Role, string>>>;
  readonly flags: readonly string[];
  /** The table itself, and the others that are open: for operations that read a second file. */
  readonly meta?: TableMeta | undefined;
  readonly open?: readonly OpenCompanion[] | undefined;
}

export interface ResolvedStep {
  readonly op: OperationDef;
  /** With every parameter written out and every role bound: this is what the recipe records. */
  readonly step: Step;
  readonly params: Record<string, unknown>;
  readonly companion?: ResolvedCompanion | undefined;
}

const fail = (message: string, hint?: string, column?: string): never => {
  throw new AppError({ code: 'invalid-argument', message, hint, column });
};

/**
 * Checks a step against the table it is to run on, brings old parameters up to date and writes out defaults and bindings. Throws AppError
 * invalid-argument naming the value and the rule.
 */
export function resolveStep(step: Step, target: StepTarget, operations: ReadonlyMap<string, OperationDef>): ResolvedStep {
  const op = operations.get(step.op);
  if (!op) return fail(`unknown operation: ${step.op}`, 'the recipe may come from a newer Skysift');
  if (step.version > op.version) return fail(`${step.op} version ${step.version} is newer than this Skysift knows (${op.version})`, 'update Skysift');
  const params: Record<string, unknown> = checkParams(op, migrated(op, step));
  if (!op.scope.includes(step.scope)) fail(`invalid scope: ${step.scope} (${op.id} works at ${op.scope.join(', ')})`);
  const bind = bindRoles(op, step, target);
  const names = new Set(target.columns.map((c) => c.name));
  for (const name of op.needs?.(params, [...names]) ?? []) if (!names.has(name)) fail(...missingColumn(name, target));
  if (step.where) for (const name of columnsOf(step.where)) if (!names.has(name)) fail(...missingColumn(name, target));
  const of = target.meta ?? { name: '', rows: 0, columns: target.columns, header: [], fileFlags: [] };
  const companion = resolveCompanion(op, params, step, target.open ?? [], of);
  const resolved: Step = { ...step, version: op.version, params, bind, ...(companion ? { with: companion.with } : {}) };
  return { op, params, step: resolved, companion };
}

function missingColumn(name: string, target: StepTarget): [string, string, string] {
  const names = target.columns.map((c) => c.name);
  return [`the table has no column ${name}`, didYouMean(name, names, `the columns are ${names.slice(0, 12).join(', ')}`), name];
}

function migrated(op: OperationDef, step: Step): Record<string, unknown> {
  let params: Record<string, unknown> = { ...step.params };
  for (let version = step.version; version < op.version; version++) {
    const migrate = op.migrate?.[version];
    if (migrate) params = migrate(params);
  }
  return params;
}

function bindRoles(op: OperationDef, step: Step, target: StepTarget): Partial<Record<Role, string>> {
  const bind: Partial<Record<Role, string>> = {};
  const roles = new Set<Role>(op.inputs.map((i) => i.role));
  for (const need of op.inputs) {
    const name = step.bind[need.role] ?? target.roles[need.role];
    if (name === undefined || name === '') {
      if (!need.optional)
        fail(`${op.title} needs a ${need.role} column`, `choose the column for "${need.title}", or give a column the role ${need.role}`);
      continue;
    }
    const meta = target.columns.find((c) => c.name === name);
    if (!meta) return fail(...missingColumn(name, target));
    if (need.type !== 'text' && !isNumeric(meta.type))
      fail(`invalid ${need.role} column: ${name} is ${meta.type} (must be a number)`, undefined, name);
    bind[need.role] = name;
  }
  // Objects and bands are what scopes are made of, whether or not the kernel reads them.
  for (const role of ['object', 'band'] as const) {
    const name = step.bind[role] ?? target.roles[role];
    if (roles.has(role) || name === undefined || step.scope === 'table' || (role === 'band' && step.scope !== 'object-band')) continue;
    if (!target.columns.some((c) => c.name === name)) fail(...missingColumn(name, target));
    bind[role] = name;
  }
  return bind;
}

/** The same check for display: one alert for what is wrong, none when the step can run. */
export function checkStep(step: Step, target: StepTarget, operations: ReadonlyMap<string, OperationDef>): readonly Alert[] {
  try {
    return resolveStep(step, target, operations).companion?.alerts.map((a) => ({ ...a, severity: 'info' as const })) ?? [];
  } catch (error) {
    const { message, hint, column } = AppError.from(error).fields;
    return [{ severity: 'warning', message: `${step.op}: ${message}`, hint, column }];
  }
}

/** The target as the step after `step` will see it: its new columns and flags are there. */
export function targetAfter(resolved: ResolvedStep, target: StepTarget): StepTarget {
  const { columns = [], flags = [], marks = [] } = resolved.op.produces(resolved.params, (role) => resolved.step.bind[role]);
  const added: ColumnMeta[] = columns.filter((n) => !target.columns.some((c) => c.name === n)).map((name) => ({ name, type: 'float64' }));
  return { ...target, columns: [...target.columns, ...added], flags: [...new Set([...target.flags, ...flags, ...marks])] };
}
