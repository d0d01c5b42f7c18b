import type { ViewDef } from '../../client/session';
import TableView from './TableView.vue';

/** The rows themselves, a page at a time: any column, any order, all digits. */
const view: ViewDef = {
  kind: 'table',
  title: 'Table',
  component: TableView,
  propose: ({ id }) => ({ kind: 'table', table: id, follow: 'table', options: {} }),
};
export default view;
