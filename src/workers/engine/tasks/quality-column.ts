import { isNumeric } from '../../../core/model/column';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { cellProfile, type CellProfile } from '../../../core/quality/cell-profile';
import { numberProfile, type NumberOptions, type NumberProfile } from '../../../core/quality/number-profile';
import { MAX_LISTED } from '../../../core/quality/report';
import { defineTask } from '../threads/task';

function* profile(table: TableData, column: string, options: NumberOptions): Generator<number, NumberProfile | CellProfile> {
  const view = viewOf(table);
  const { type } = view.column(column).meta;
  return isNumeric(type) ? yield* numberProfile(view, column, options) : yield* cellProfile(view, column, MAX_LISTED);
}

/** What the quality report says of one column. */
export default defineTask({
  name: 'quality-column',
  run: (a: { table: TableData; column: string; options: NumberOptions }) => profile(a.table, a.column, a.options),
});
