import type { OperationDef } from '../../../core/operations/definition';
import { operations } from '../../../core/operations/registry';
import { print, type Command } from '../command';
import { flagHelp } from '../flags';
import { flagsOf } from '../schema-flags';
import { textTable } from '../text-table';
import { RUN_FLAG_NAMES } from '../run-flags';
import { didYouMean, UsageError } from '../usage-error';

/** The operation of this id. Throws UsageError naming near ones. */
export function operationOf(id: string): OperationDef {
  const op = operations.get(id);
  if (!op) throw new UsageError(`unknown operation: ${id}`, didYouMean(id, [...operations.keys()], 'skysift ops lists them'));
  return op;
}

/** `skysift ops [ID] [--json]`. */
export const ops: Command = {
  name: 'ops',
  usage: '[ID] [--json]',
  summary: 'The catalogue of operations, or one operation and its parameters (with --json: as JSON Schema).',
  flags: () => [],
  async run(context) {
    const [id, ...more] = context.flags.positionals;
    if (more.length > 0) throw new UsageError(`ops takes one ID, not ${more[0]} as well`);
    if (id === undefined) {
      const all = [...operations.values()];
      return print(context, all.map(brief), () => textTable(all.map((op) => [op.id, op.summary])));
    }
    const op = operationOf(id);
    await print(context, { ...brief(op), help: op.help, cite: op.cite, params: schemaOf(op) }, () => page(op));
  },
};

function brief(op: OperationDef): Record<string, unknown> {
  return {
    id: op.id,
    version: op.version,
    title: op.title,
    summary: op.summary,
    writes: op.writes,
    scope: op.scope,
    inputs: op.inputs.map((i) => ({ role: i.role, title: i.title, optional: i.optional ?? false, type: i.type ?? 'number' })),
  };
}

/** The parameters as plain JSON Schema: TypeBox's symbols do not survive the copy. */
function schemaOf(op: OperationDef): unknown {
  return JSON.parse(JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...op.params }));
}

function page(op: OperationDef): string {
  const inputs = op.inputs.map((i) => `${i.role}${i.optional ? ' (optional)' : ''}`).join(', ');
  const parts = [`${op.id}: ${op.title}`, op.summary, '', op.help.trim()];
  if (op.cite) parts.push('', `From: ${op.cite}`);
  parts.push('', `Columns by role: ${inputs || 'none'}`, `Works on: ${op.scope.join(', ')} (the first is the default)`, `Writes: ${op.writes}`);
  const flags = flagsOf(op.params, RUN_FLAG_NAMES).map((f) => f.flag);
  if (flags.length > 0) parts.push('', `skysift run ${op.id} IN -o OUT`, flagHelp(flags));
  return parts.join('\n');
}
