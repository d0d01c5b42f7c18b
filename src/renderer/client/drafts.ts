import type { TSchema } from '@sinclair/typebox';
import type { Role } from '../../core/model/column';
import type { OperationDef } from '../../core/operations/definition';
import type { TableInfo } from '../../core/protocol/engine-service';
import type { Step } from '../../core/recipe/recipe';
import type { Predicate } from '../../core/select/predicate';

/** The parameters an operation starts with, from its own declaration. */
export function defaultParams(def: OperationDef): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(def.params.properties as Record<string, TSchema>))
    if (schema['default'] !== undefined) out[key] = structuredClone(schema['default']) as unknown;
  return out;
}

/** The columns of a table that carry the roles an operation needs. */
export function defaultBind(def: OperationDef, table: TableInfo): Partial<Record<Role, string>> {
  const bind: Partial<Record<Role, string>> = {};
  for (const need of def.inputs) {
    const column = table.roles[need.role];
    if (column) bind[need.role] = column;
  }
  return bind;
}

/** A step of an operation with its defaults: what the form starts from. */
export function draftStep(
  def: OperationDef,
  table: TableInfo,
  change: { where?: Predicate | undefined; params?: Record<string, unknown> } = {},
): Step {
  const hasObjects = table.objects > 0;
  const fitting = def.scope.find((s) => (s === 'table' ? true : s === 'object' ? hasObjects : hasObjects && table.bands.length > 0));
  return {
    id: crypto.randomUUID(),
    op: def.id,
    version: def.version,
    params: { ...defaultParams(def), ...change.params },
    bind: defaultBind(def, table),
    scope: fitting ?? def.scope[0] ?? 'table',
    ...(change.where ? { where: change.where } : {}),
    enabled: true,
  };
}
