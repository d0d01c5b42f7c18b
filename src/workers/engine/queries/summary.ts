import type { Column } from '../../../core/model/column';
import type { AnswerTo, ColumnSummary, Query } from '../../../core/query/query';
import { binRange, hasMoments, mergeMoments, NO_MOMENTS, summaryOf } from '../../../core/query/summary';
import { pick, type TableData, type TableView } from '../../../core/query/table-view';
import columnBins from '../tasks/column-bins';
import distinctTask from '../tasks/distinct';
import missingTask from '../tasks/missing';
import momentsTask from '../tasks/moments';
import type { QueryTable } from './query-table';
import { executorFor, optionsOf, overRows, type Work } from './split';

async function numericSummary(
  work: Work,
  args: { table: TableData; column: string },
  rows: number,
  bins: number | undefined,
): Promise<ColumnSummary> {
  const moments = (await overRows(work, momentsTask, rows, args)).reduce(mergeMoments, NO_MOMENTS);
  const range = bins === undefined ? undefined : binRange(moments);
  if (bins === undefined || !range) return summaryOf(args.column, moments);
  const parts = await overRows(work, columnBins, rows, { ...args, range, bins });
  const counts = new Uint32Array(bins);
  for (const part of parts) for (let i = 0; i < bins; i++) counts[i]! += part[i]!;
  return summaryOf(args.column, moments, counts);
}

async function otherSummary(work: Work, args: { table: TableData; column: string }, rows: number, column: Column): Promise<ColumnSummary> {
  const missing = (await overRows(work, missingTask, rows, args)).reduce((a, b) => a + b, 0);
  if (column.meta.type !== 'utf8') return { name: args.column, missing };
  const distinct = await executorFor(work, rows).run(distinctTask, args, optionsOf(work));
  return { name: args.column, missing, distinct };
}

/** Columns in a few numbers each; kept with the column, so only a new column is computed again. */
export async function answerSummary(
  work: Work,
  table: QueryTable,
  data: TableData,
  view: TableView,
  query: Extract<Query, { kind: 'summary' }>,
): Promise<AnswerTo<'summary'>> {
  const columns = query.columns.map((name) => view.column(name));
  const one = async (column: Column): Promise<ColumnSummary> => {
    const { name } = column.meta;
    const key = String(query.bins ?? '');
    const known = table.cache.summaries.get(column, table.rows, key);
    if (known) return known;
    const args = { table: pick(data, { columns: [name] }), column: name };
    const summary = hasMoments(column) ? await numericSummary(work, args, view.rows, query.bins) : await otherSummary(work, args, view.rows, column);
    table.cache.summaries.set(column, table.rows, summary, key);
    return summary;
  };
  return { kind: 'summary', version: table.version, columns: await Promise.all(columns.map(one)) };
}
