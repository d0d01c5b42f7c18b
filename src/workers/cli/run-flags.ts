import { rmdir } from 'node:fs/promises';
import { ROLES, type Role } from '../../core/model/column';
import type { FlagSpec, ParsedFlags } from './flags';
import { COMMON_FLAGS } from './command';
import { didYouMean, UsageError } from './usage-error';

const ROLE_WORD = new RegExp(`^(?:${ROLES.join('|')})=`);

export const OUT_FLAG: FlagSpec = { name: 'out', short: 'o', kind: 'string', metavar: 'OUT', help: 'the file to write; its extension is its format' };
export const FLAGGED_FLAG: FlagSpec = {
  name: 'flagged',
  kind: 'string',
  choices: ['keep', 'drop', 'mask'],
  help: 'flagged rows in OUT: keep them (default), drop them, or keep them with their values missing',
};
export const TABLE_FLAG: FlagSpec = { name: 'table', kind: 'string', metavar: 'NAME', help: 'which table of the file; default the first' };
export const ROLE_FLAG: FlagSpec = {
  name: 'role',
  kind: 'string',
  metavar: 'ROLE=COLUMN',
  many: true,
  more: ROLE_WORD,
  help: `what a column means, where the guess is wrong: ${ROLES.join(', ')}`,
};
export const WITH_FLAG: FlagSpec = { name: 'with', kind: 'string', metavar: 'FILE2', help: 'a second file, for operations that read two' };
export const RESULTS_FLAG: FlagSpec = { name: 'results', kind: 'number', metavar: 'N', help: 'rows of results to print; default 1000' };

export const OBJECTS_OUT_FLAG: FlagSpec = {
  name: 'objects-out',
  kind: 'string',
  metavar: 'OUT2',
  help: 'also write the object table: one row an object, with all that steps found about it',
};
export const RESUME_FLAG: FlagSpec = {
  name: 'resume',
  kind: 'boolean',
  help: 'keep what is done of a search over objects beside OUT when it is stopped, and go on from there next time',
};

/** The folder beside an output in which a stopped search is kept; there only while there is one. */
export const partialsBeside = (out: string): string => `${out.replace(/\/+$/, '')}.partial`;

/** Removes that folder when nothing is left in it. */
export async function dropEmpty(partials: string | undefined): Promise<void> {
  if (partials !== undefined) await rmdir(partials).catch(() => undefined);
}

/** Flags of `run` besides those of the operation. */
export const RUN_FLAGS: readonly FlagSpec[] = [
  OUT_FLAG,
  ROLE_FLAG,
  { name: 'scope', kind: 'string', choices: ['table', 'object', 'object-band'], help: 'over which rows at once; default: as the operation prefers' },
  { name: 'where', kind: 'string', metavar: 'EXPR', help: 'only the rows for which the expression over columns is true' },
  WITH_FLAG,
  FLAGGED_FLAG,
  TABLE_FLAG,
  RESULTS_FLAG,
  OBJECTS_OUT_FLAG,
  RESUME_FLAG,
];

/** Names that a parameter's flag may not take; it is then spelled `--param-<name>`. */
export const RUN_FLAG_NAMES: ReadonlySet<string> = new Set([...RUN_FLAGS, ...COMMON_FLAGS].map((f) => f.name));

/** `--role time=TIME value=FLUX`, also with commas between. Throws UsageError naming near roles. */
export function rolesOf(flags: ParsedFlags): Readonly<Partial<Record<Role, string>>> {
  const roles: Partial<Record<Role, string>> = {};
  for (const word of flags.values.get('role') ?? []) {
    // A comma inside a column's name is kept: only a comma before another role divides.
    for (const part of word.split(new RegExp(`,(?=(?:${ROLES.join('|')})=)`))) {
      const at = part.indexOf('=');
      const role = part.slice(0, Math.max(0, at));
      if (at < 1 || at === part.length - 1) throw new UsageError(`invalid --role: ${part} (must be ROLE=COLUMN)`, 'for instance --role time=MJD');
      if (!ROLES.includes(role as Role)) throw new UsageError(`unknown role: ${role}`, didYouMean(role, ROLES, `the roles are ${ROLES.join(', ')}`));
      roles[role as Role] = part.slice(at + 1);
    }
  }
  return roles;
}
