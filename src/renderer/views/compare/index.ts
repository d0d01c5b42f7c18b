import type { ViewDef } from '../../client/session';
import CompareView from './CompareView.vue';

/** Up to four methods side by side on the current object. Opened by its command: alone it has nothing to show. */
const view: ViewDef = { kind: 'compare', title: 'Compare methods', component: CompareView, propose: () => undefined };
export default view;
