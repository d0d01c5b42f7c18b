import { orderNumbers } from '../../../core/query/sort';
import { defineTask } from '../threads/task';

/** Positions in ascending order of their numbers, NaN last. */
export default defineTask({ name: 'order-numbers', run: (a: { values: Float64Array }) => orderNumbers(a.values) });
