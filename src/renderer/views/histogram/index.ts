import { isNumeric } from '../../../core/model/column';
import type { ViewDef } from '../../client/session';
import HistogramView from './HistogramView.vue';

/** How the values of one column (or expression) are spread, with the flagged and the selected rows among them. */
const view: ViewDef = {
  kind: 'histogram',
  title: 'Histogram',
  component: HistogramView,
  propose(table) {
    const numbers = table.meta.columns.filter((c) => isNumeric(c.type) && c.role === undefined);
    // Whole numbers are often identifiers and counters, of which the spread says little.
    const column = table.roles.value ?? (numbers.find((c) => c.type.startsWith('float')) ?? numbers[0])?.name;
    return column === undefined ? undefined : { kind: 'histogram', table: table.id, follow: 'table', x: { column }, options: {} };
  },
};
export default view;
