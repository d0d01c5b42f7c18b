/**
 * Flags: permanent named bits with an author. A flag of a step or a user marks rows as not to be used: these are the "flagged"
 * rows, left out of what later steps compute and counted in the ledger. A flag of the file (a survey's quality bit) is information:
 * it excludes nothing until a step (flags.from-quality-bits) says so. So is a step's flag that `informs` (imputed values).
 */
export interface Flag {
  /** snake_case, unique in its table; exported as the column `flag_<name>`. */
  readonly name: string;
  readonly author: { readonly kind: 'file' | 'step'; readonly id?: string };
  readonly description?: string;
  /** A step's flag that says what is true of a row and leaves the row in use. */
  readonly informs?: boolean;
  /** File flags: rows where `(column & bit) != 0`. */
  readonly bits?: { readonly column: string; readonly bit: number };
}

/** True where a set flag means "do not use this row". */
export function excludes(flag: Flag): boolean {
  return flag.author.kind !== 'file' && !flag.informs;
}
