import type { Role } from '../model/column';
import type { Alert } from '../model/table';
import type { Scope } from '../operations/definition';
import type { Predicate } from '../select/predicate';

/** The second file a step reads: found among the open tables by its content, else by its name. */
export interface StepCompanion {
  /** File name, without its folder. */
  readonly name: string;
  readonly sha256?: string | undefined;
  /** Only this table of it; otherwise the operation chooses. */
  readonly table?: string | undefined;
}

/** One change to a table, said so that it can be done again on another. */
export interface Step {
  readonly id: string;
  readonly op: string;
  readonly version: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly bind: Readonly<Partial<Record<Role, string>>>;
  readonly scope: Scope;
  readonly where?: Predicate | undefined;
  /** For operations that read a second file. */
  readonly with?: StepCompanion | undefined;
  readonly enabled: boolean;
  readonly note?: string | undefined;
}

/** The file format of a recipe: `{"skysift": 1, …}`. */
export interface Recipe {
  readonly skysift: 1;
  readonly title?: string | undefined;
  readonly source?: { readonly name: string; readonly table: string; readonly rows: number; readonly sha256?: string | undefined } | undefined;
  readonly steps: readonly Step[];
  /** Roles given to columns by hand, so that binding does not depend on guesses. */
  readonly roles?: Readonly<Partial<Record<Role, string>>> | undefined;
  /** The provenance that the source file itself carried (a recipe as JSON text), when it was an export of Skysift's. */
  readonly before?: string | undefined;
}

/** What a step did when it ran: shown on its card in the history. */
export interface StepReport {
  readonly step: Step;
  readonly state: 'applied' | 'disabled' | 'failed';
  readonly rowsFlagged: number;
  readonly columnsAdded: readonly string[];
  readonly resultRows: number;
  readonly seconds: number;
  readonly alerts: readonly Alert[];
  readonly error?: string | undefined;
}
