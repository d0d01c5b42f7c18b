import type { ViewDef } from '../../client/session';
import ProposalsView from './ProposalsView.vue';

/** The points the draft would flag, one by one, to accept or reject by key. Opened by its command. */
const view: ViewDef = { kind: 'proposals', title: 'Review points', component: ProposalsView, propose: () => undefined };
export default view;
