import type { ViewDef } from '../../client/session';
import TableView from './TableView.vue';

/** The rows themselves, a page at a time: any column, any order, all digits. */
const view: ViewDef = {
  kind: 'table',
  title: 'Table',
  component: TableView,
  propose: () => ({ kind: 'table', follow: 'table', options: {} }),
};
export default view;
