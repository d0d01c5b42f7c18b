import { findRepeats } from '../../../core/quality/repeats';
import type { RowHashes } from '../../../core/quality/row-hash';
import { defineTask } from '../threads/task';

/** Rows that repeat an earlier one, among those whose hash falls into some parts. */
export default defineTask({
  name: 'quality-repeats',
  run: (a: { hashes: RowHashes; first: number; last: number; limit: number }) => findRepeats(a.hashes, a.first, a.last, a.limit),
});
