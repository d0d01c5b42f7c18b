import { onBeforeUnmount, shallowRef, watch, type ShallowRef } from 'vue';
import type { TableInfo } from '../../../core/protocol/engine-service';
import type { AnswerTo, ColumnSummary } from '../../../core/query/query';
import type { AppSession } from '../../client/app-session';

/** Columns asked for at once: the first ones show while the rest are computed. */
const BATCH = 8;
const BINS = 15;

/** The summaries of a table's columns by name, asked for in the order they are shown; renewed when the table changes. */
export function useColumnSummaries(session: AppSession, table: () => TableInfo | undefined): ShallowRef<ReadonlyMap<string, ColumnSummary>> {
  const summaries = shallowRef<ReadonlyMap<string, ColumnSummary>>(new Map());
  let abort = new AbortController();

  async function load(info: TableInfo): Promise<void> {
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    const names = info.meta.columns.map((c) => c.name);
    for (let from = 0; from < names.length; from += BATCH) {
      try {
        const outcome = await session.engine.query(
          { kind: 'summary', table: info.id, columns: names.slice(from, from + BATCH), bins: BINS },
          { signal },
        );
        if (signal.aborted || !('ok' in outcome)) return;
        const next = new Map(from === 0 ? [...summaries.value].filter(([n]) => names.includes(n)) : summaries.value);
        for (const c of (outcome.ok as AnswerTo<'summary'>).columns) next.set(c.name, c);
        summaries.value = next;
      } catch {
        // Superseded, or the engine went away, which the banner says; the next version of the table asks again.
        return;
      }
    }
  }

  watch(
    // While rows stream in the threads are for the views; the summaries come when the table is whole.
    () => {
      const t = table();
      return t && (t.state === 'reading' ? `${t.id}/reading` : `${t.id}/${t.version}/${t.state}`);
    },
    (_, before) => {
      const info = table();
      if (before?.split('/')[0] !== info?.id) summaries.value = new Map();
      if (info && info.state !== 'reading') void load(info);
    },
    { immediate: true },
  );
  onBeforeUnmount(() => abort.abort());
  return summaries;
}
