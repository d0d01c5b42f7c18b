import type { Axis } from '../../../core/select/predicate';
import { axisName } from '../../components/plot/axis-info';
import type { Viewport } from '../../components/plot/frame';
import type { ViewContext } from '../../components/plot/use-view';

/** Pixels along a side: enough to see structure, few enough that most have rows in them. */
const PIXELS = 512;

export interface MapOf {
  readonly x: Axis;
  readonly y: Axis;
  readonly xLog: boolean;
  readonly yLog: boolean;
}

/** Makes an image table of the density that the view shows, which becomes the current table: it can be convolved like any image. */
export function useDensityMap({ session, table, rows, viewport }: ViewContext, shown: () => MapOf | undefined): () => Promise<void> {
  const range = (axis: keyof Viewport): readonly [number, number] | undefined => {
    const r = viewport.value?.[axis];
    return r && [Math.min(r[0], r[1]), Math.max(r[0], r[1])];
  };
  return async () => {
    const [t, of, set] = [table.value, shown(), rows.value];
    if (!t || !of || !set) return;
    const [xRange, yRange] = [range('x'), range('y')];
    const asked = { ...of, table: t.id, rows: set, width: PIXELS, height: PIXELS, ...(xRange && { xRange }), ...(yRange && { yRange }) };
    await session.runJob(`Density map of ${axisName(of.y)} over ${axisName(of.x)}`, (signal, onProgress) =>
      session.engine.densityMap(asked, { signal, onProgress }),
    );
  };
}
