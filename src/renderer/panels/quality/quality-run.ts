import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import type { ErrorFields } from '../../../core/protocol/outcome';
import type { QualityReport } from '../../../core/quality/report';
import type { AppSession } from '../../client/app-session';

export const JOB_TITLE = 'Quality report';

export type QualityState =
  | { readonly state: 'none' }
  | { readonly state: 'running'; readonly table: string; readonly previous?: QualityReport | undefined }
  | { readonly state: 'done'; readonly table: string; readonly report: QualityReport }
  | { readonly state: 'failed'; readonly table: string; readonly error: ErrorFields };

/** The quality report of the current table: made when asked for, kept until another is made, stale once the table has changed. */
export class QualityRun {
  readonly state: ShallowRef<QualityState> = shallowRef({ state: 'none' });
  /** What the user says must hold of every row. */
  readonly rules: ShallowRef<readonly string[]> = shallowRef([]);
  /** The report of the current table, if there is one. */
  readonly report: ComputedRef<QualityReport | undefined>;
  readonly isStale: ComputedRef<boolean>;

  constructor(private readonly session: AppSession) {
    this.report = computed(() => {
      const s = this.state.value;
      if (s.state === 'none' || s.state === 'failed' || s.table !== session.table.value?.id) return undefined;
      return s.state === 'done' ? s.report : s.previous;
    });
    this.isStale = computed(() => this.report.value !== undefined && this.report.value.version !== session.table.value?.version);
  }

  /** Makes the report anew. A cancel leaves the one there was. */
  async make(): Promise<void> {
    const table = this.session.table.value;
    if (!table || this.state.value.state === 'running') return;
    const before = this.state.value;
    const previous = this.report.value;
    this.state.value = { state: 'running', table: table.id, previous };
    const rules = this.rules.value;
    const outcome = await this.session.runJob(JOB_TITLE, (signal, onProgress) =>
      this.session.engine.quality({ table: table.id, ...(rules.length > 0 ? { rules } : {}) }, { signal, onProgress }),
    );
    if (outcome && 'ok' in outcome) this.state.value = { state: 'done', table: table.id, report: outcome.ok };
    else if (outcome && 'failed' in outcome) this.state.value = { state: 'failed', table: table.id, error: outcome.failed };
    else this.state.value = before.state === 'done' ? before : { state: 'none' };
  }
}

const runs = new WeakMap<AppSession, QualityRun>();

/** The report belongs to the window: closing the panel does not throw it away. */
export function useQualityRun(session: AppSession): QualityRun {
  let run = runs.get(session);
  if (!run) runs.set(session, (run = new QualityRun(session)));
  return run;
}
