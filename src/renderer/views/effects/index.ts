import type { ViewDef } from '../../client/session';
import EffectsView from './EffectsView.vue';

/** What the draft does to many objects, as linked histograms. Opened by its command: without a draft it has nothing to show. */
const view: ViewDef = { kind: 'effects', title: 'Effect on objects', component: EffectsView, propose: () => undefined };
export default view;
