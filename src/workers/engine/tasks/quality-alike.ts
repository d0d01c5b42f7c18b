import { type TableData, viewOf } from '../../../core/query/table-view';
import { alikeColumns } from '../../../core/quality/alike-columns';
import { defineTask } from '../threads/task';

/** Columns that say the same. */
export default defineTask({ name: 'quality-alike', run: (a: { table: TableData }) => alikeColumns(viewOf(a.table)) });
