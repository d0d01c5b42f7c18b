import type { ViewDef } from '../../client/session';
import PeriodogramView from './PeriodogramView.vue';

/** Lomb–Scargle power of one object over frequency; a click on a peak folds the phase view. */
const view: ViewDef = {
  kind: 'periodogram',
  title: 'Periodogram',
  component: PeriodogramView,
  propose: ({ id, roles }) => (roles.time && roles.value ? { kind: 'periodogram', table: id, follow: 'object', options: {} } : undefined),
};
export default view;
