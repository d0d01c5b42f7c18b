import type { ViewDef } from '../../client/session';
import FeatureSpace from './FeatureSpace.vue';

/** One point an object: any number of the object table against any other. Opened by its command; it has the more to show the more steps have found. */
const view: ViewDef = { kind: 'feature-space', title: 'Feature space', component: FeatureSpace, propose: () => undefined };
export default view;
