import type { Alert, TableMeta } from '../model/table';
import type { CompanionPart, OperationDef } from '../operations/definition';
import { AppError } from '../protocol/outcome';
import type { Step, StepCompanion } from './recipe';

/** A table that is open beside the one a step runs on. */
export interface OpenCompanion {
  readonly id: string;
  readonly source: { readonly name: string; readonly sha256?: string | undefined };
  readonly meta: TableMeta;
}

/** The tables a step reads besides its own, and what the recipe records of their file. */
export interface ResolvedCompanion {
  readonly with: StepCompanion;
  readonly parts: readonly (CompanionPart & { readonly id: string })[];
  readonly alerts: readonly Alert[];
}

const fail = (message: string, hint?: string): never => {
  throw new AppError({ code: 'invalid-argument', message, hint });
};

/** The open tables of the file a step names: those with its content, else those with its name. The newest wins where it was opened twice. */
function tablesOf(wanted: StepCompanion, open: readonly OpenCompanion[]): readonly OpenCompanion[] {
  const isSame = (t: OpenCompanion): boolean => wanted.sha256 !== undefined && t.source.sha256 === wanted.sha256;
  const named = (t: OpenCompanion): boolean => t.source.name === wanted.name;
  const found = open.some(isSame) ? open.filter(isSame) : open.filter(named);
  const last = found[found.length - 1];
  const ofFile = found.filter((t) => t.source.name === last?.source.name && t.source.sha256 === last.source.sha256);
  return [...new Map(ofFile.map((t) => [t.meta.name, t])).values()];
}

/**
 * Finds the second file of a step among the open tables and asks the operation what it reads of it. Undefined when the step has none. Throws
 * AppError invalid-argument when one is needed and missing, named and not open, or does not fit.
 */
export function resolveCompanion(
  op: OperationDef,
  params: Readonly<Record<string, unknown>>,
  step: Step,
  open: readonly OpenCompanion[],
  of: TableMeta,
): ResolvedCompanion | undefined {
  const need = op.companion;
  const wanted = step.with;
  if (!need) return wanted ? fail(`${op.title} takes no second file (${wanted.name} was given)`, 'leave it out') : undefined;
  if (!wanted) {
    if (need.optional) return undefined;
    return fail(
      `${op.title} needs a second file: ${need.title.toLowerCase()}`,
      `${need.description} Open it beside this table (--with FILE on the command line).`,
    );
  }
  const tables = tablesOf(wanted, open);
  if (tables.length === 0)
    return fail(`${op.title} reads ${wanted.name}, which is not open`, 'open it beside this table (--with FILE on the command line)');
  const file = tables[0]!.source;
  const among = wanted.table === undefined ? tables : tables.filter((t) => t.meta.name === wanted.table);
  if (among.length === 0) return fail(`${file.name} has no table ${wanted.table}`, `its tables are ${someNames(tables)}`);
  const parts = need.pick(
    params as never,
    among.map((t) => t.meta),
    of,
  );
  const differs = wanted.sha256 !== undefined && file.sha256 !== undefined && wanted.sha256 !== file.sha256;
  const alerts: Alert[] = differs
    ? [
        {
          severity: 'warning',
          message: `${file.name} is not the file this step was made with: its content differs`,
          hint: 'open the other one if the numbers must be the same',
        },
      ]
    : [];
  return {
    with: { name: file.name, sha256: file.sha256, ...(wanted.table === undefined ? {} : { table: wanted.table }) },
    parts: parts.map((part) => ({ ...part, id: among.find((t) => t.meta.name === part.table)!.id })),
    alerts,
  };
}

function someNames(tables: readonly OpenCompanion[]): string {
  const names = tables.map((t) => t.meta.name);
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} … (${names.length})` : names.join(', ');
}
