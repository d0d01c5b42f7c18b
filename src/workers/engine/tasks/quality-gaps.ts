import { type TableData, viewOf } from '../../../core/query/table-view';
import { gapRows, objectGaps, type ObjectGap } from '../../../core/quality/object-gaps';
import { defineTask } from '../threads/task';

export interface GapsArgs {
  readonly table: TableData;
  readonly time: string;
  readonly field: Parameters<typeof objectGaps>[0];
}

function* gaps({ table, time, field }: GapsArgs): Generator<number, { gaps: readonly ObjectGap[]; judged: number; rows: readonly number[] }> {
  const found = yield* objectGaps(field);
  return { ...found, rows: gapRows(viewOf(table), time, found.gaps) };
}

/** Gaps of objects that those observed with them do not have, and the rows beside the gaps. */
export default defineTask({ name: 'quality-gaps', run: gaps });
