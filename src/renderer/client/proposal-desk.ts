import { shallowRef, watch, type ShallowRef } from 'vue';
import { operations } from '../../core/operations/registry';
import type { AppSession } from './app-session';
import { draftStep } from './drafts';

export type Decision = 'accepted' | 'rejected';

/** The flag of points that were looked at one by one. */
const REVIEWED = 'reviewed_outlier';

type Needs = Pick<AppSession, 'table' | 'draft' | 'editing' | 'actions'>;

/** What was decided about the points the draft would flag, object after object, until the draft becomes another operation or is applied. */
export class ProposalDesk {
  /** By row of the table. */
  readonly decisions: ShallowRef<ReadonlyMap<number, Decision>> = shallowRef(new Map());
  private readonly stop: () => void;

  constructor(private readonly s: Needs) {
    this.stop = watch([() => s.draft.value?.id, () => s.table.value?.id, () => s.table.value?.steps.length], () => this.forget());
  }

  dispose(): void {
    this.stop();
  }

  forget(): void {
    if (this.decisions.value.size > 0) this.decisions.value = new Map();
  }

  /** Undefined takes a decision back. */
  decide(rows: readonly number[], decision: Decision | undefined): void {
    const next = new Map(this.decisions.value);
    for (const row of rows) {
      if (decision) next.set(row, decision);
      else next.delete(row);
    }
    this.decisions.value = next;
  }

  rowsOf(decision: Decision): readonly number[] {
    return [...this.decisions.value].filter(([, d]) => d === decision).map(([row]) => row);
  }

  /** Flags the accepted rows, and only them, as one step. They are rows, not a rule: the step means nothing on another table, and says so. */
  async flagAccepted(): Promise<boolean> {
    const table = this.s.table.value;
    const rows = this.rowsOf('accepted').toSorted((a, b) => a - b);
    const mark = operations.get('flags.mark');
    if (!table || !mark || rows.length === 0) return false;
    const of = operations.get(this.s.draft.value?.op ?? '')?.title.toLowerCase() ?? 'proposals';
    this.s.editing.value = undefined;
    this.s.draft.value = draftStep(mark, table, {
      where: { kind: 'rows', rows },
      params: { flag: REVIEWED, reason: `accepted one by one from ${of}` },
    });
    return this.s.actions.applyDraft();
  }
}
