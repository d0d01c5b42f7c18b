import type { ViewDef } from '../../client/session';
import LightCurve from './LightCurve.vue';

/** One object's values over time, with errors, flags and what the draft step would do to them. */
const view: ViewDef = {
  kind: 'light-curve',
  title: 'Light curve',
  component: LightCurve,
  propose: ({ id, roles }) => (roles.time && roles.value ? { kind: 'light-curve', table: id, follow: 'object', options: {} } : undefined),
};
export default view;
