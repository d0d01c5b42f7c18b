import type { ViewDef } from '../../client/session';
import ImageView from './ImageView.vue';

/** The pixels of an image in colours, with what the draft step would make of them beside. */
const view: ViewDef = {
  kind: 'image',
  title: 'Image',
  component: ImageView,
  propose: ({ id, meta }) => (meta.image ? { kind: 'image', table: id, follow: 'table', options: {} } : undefined),
};
export default view;
