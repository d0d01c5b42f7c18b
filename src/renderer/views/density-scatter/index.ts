import type { ViewDef } from '../../client/session';
import DensityScatter from './DensityScatter.vue';
import { proposeAxes } from './axes';

/** Points over two axes, or their density past 10⁵: sky, colour–magnitude, anything against anything. */
const view: ViewDef = {
  kind: 'density-scatter',
  title: 'Density',
  component: DensityScatter,
  propose(table) {
    const axes = proposeAxes(table);
    return axes && { kind: 'density-scatter', table: table.id, follow: 'table', x: axes.x, y: axes.y, options: {} };
  },
};
export default view;
