import { type TableData, viewOf } from '../../../core/query/table-view';
import { bandCounts, classCounts } from '../../../core/quality/class-counts';
import type { ClassCount } from '../../../core/quality/report';
import { defineTask } from '../threads/task';

function* counts(table: TableData, column: string): Generator<number, readonly ClassCount[] | undefined> {
  const view = viewOf(table);
  // The index of the objects knows the bands already.
  if (table.objects?.bandColumn === column) return yield* bandCounts(table.objects, view.flagged);
  return yield* classCounts(view, column);
}

/** How many rows have each value of a column of few values. */
export default defineTask({ name: 'quality-classes', run: (a: { table: TableData; column: string }) => counts(a.table, a.column) });
