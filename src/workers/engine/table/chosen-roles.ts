import type { Role } from '../../../core/model/column';

interface Choice {
  readonly role: Role;
  /** undefined: no column is to have the role. */
  readonly column: string | undefined;
}

/** Roles given by hand. A choice holds while its column is there: when the step that made it is undone, the choice before holds again. */
export class ChosenRoles {
  /** Oldest first. */
  private choices: readonly Choice[] = [];

  set(role: Role, column: string | undefined): void {
    this.choices = [...this.choices.filter((c) => c.role !== role || c.column !== column), { role, column }];
  }

  /** The columns of the roles that were given, where the newest that can hold does; a column has one role. Roles that are not among them are as guessed. */
  among(columns: { has(name: string): boolean }): ReadonlyMap<Role, string | undefined> {
    const held = new Map<Role, string | undefined>();
    const taken = new Set<string>();
    for (const { role, column } of this.choices.toReversed()) {
      if (held.has(role) || (column !== undefined && (taken.has(column) || !columns.has(column)))) continue;
      held.set(role, column);
      if (column !== undefined) taken.add(column);
    }
    return held;
  }
}
