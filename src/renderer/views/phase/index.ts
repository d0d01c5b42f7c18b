import type { ViewDef } from '../../client/session';
import PhaseView from './PhaseView.vue';

/** One object folded at a period: points over one or two cycles, with the mean curve. */
const view: ViewDef = {
  kind: 'phase',
  title: 'Phase',
  component: PhaseView,
  propose: ({ id, roles }) => (roles.time && roles.value ? { kind: 'phase', table: id, follow: 'object', options: {} } : undefined),
};
export default view;
