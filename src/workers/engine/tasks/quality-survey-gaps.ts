import { type TableData, viewOf } from '../../../core/query/table-view';
import { surveyGaps } from '../../../core/quality/survey-gaps';
import { defineTask } from '../threads/task';

/** Intervals without a row of any object. */
export default defineTask({
  name: 'quality-survey-gaps',
  run: (a: { table: TableData; time: string; low: number; high: number }) => surveyGaps(viewOf(a.table), a.time, a.low, a.high),
});
