import type { Order } from '../../../core/query/sort';
import { defineTask } from '../threads/task';

/** The rows of an order with those that have a value turned round: descending, rows without one still last. */
export default defineTask({
  name: 'turn-order',
  run: ({ order: { rows, valid } }: { order: Order }) => {
    const out = new Uint32Array(new SharedArrayBuffer(4 * rows.length));
    out.set(rows);
    out.subarray(0, valid).reverse();
    return out;
  },
});
