import { isNumeric } from '../../../core/model/column';
import type { ViewDef } from '../../client/session';
import HistogramView from './HistogramView.vue';

/** How the values of one column (or expression) are spread, with the flagged and the selected rows among them. */
const view: ViewDef = {
  kind: 'histogram',
  title: 'Histogram',
  component: HistogramView,
  propose(table) {
    const column = table.roles.value ?? table.meta.columns.find((c) => isNumeric(c.type) && c.role === undefined)?.name;
    return column === undefined ? undefined : { kind: 'histogram', table: table.id, follow: 'table', x: { column }, options: {} };
  },
};
export default view;
