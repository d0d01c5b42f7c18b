import { computed, type ComputedRef } from 'vue';
import { OutlinesLayer } from '../../components/plot/annotation-layers';
import { axisName } from '../../components/plot/axis-info';
import type { BinnedCurve } from '../../components/plot/binned-curve';
import { DensityLayer } from '../../components/plot/density-layer';
import { ErrorBarsLayer } from '../../components/plot/error-bars-layer';
import type { Layer } from '../../components/plot/layer';
import { LineLayer, type LineStyle } from '../../components/plot/line-layer';
import { repeatOutlines } from '../../components/plot/phase-shape';
import { PointsLayer, type PointSet } from '../../components/plot/points-layer';
import { overlayOf } from '../../components/plot/preview-overlay';
import { outlinesOf } from '../../components/plot/shape';
import { useDensityImage } from '../../components/plot/use-density-image';
import type { CloudAxes } from '../../components/plot/use-cloud';
import type { ViewContext } from '../../components/plot/use-view';
import type { Harmonics } from './use-harmonics';
import type { Curves } from './use-curves';
import type { Folded } from './use-folded';

type Colour = NonNullable<LineStyle['colour']>;

/** What the later half is drawn in; the earlier keeps the colour of points. */
const LATER: Colour = 'ok';

export interface PhaseParts {
  readonly view: ViewContext;
  readonly folded: Folded;
  readonly curves: Curves;
  readonly harmonics: Harmonics;
  axes(): CloudAxes | undefined;
  yUnit(): string | undefined;
  /** Where the one cycle is drawn. */
  shifts(): readonly number[];
  showsCurve(): boolean;
}

/** A line with a halo, so that it is seen over points of its own colour. */
function haloed(x: Float64Array, y: Float64Array, colour: Colour, shifts: readonly number[]): Layer[] {
  return [new LineLayer(x, y, { colour: 'panel', width: 4.5, opacity: 0.8 }, shifts), new LineLayer(x, y, { colour, width: 1.8 }, shifts)];
}

function curveLayers(curve: BinnedCurve, colour: Colour, shifts: readonly number[], withHalo: boolean): Layer[] {
  const set = { count: curve.phase.length, x: curve.phase, y: curve.level };
  const line = withHalo
    ? haloed(curve.phase, curve.level, colour, shifts)
    : [new LineLayer(curve.phase, curve.level, { colour, width: 1.6 }, shifts)];
  return [...line, new ErrorBarsLayer(set, curve.error, shifts), new PointsLayer(set, { colour, radius: 2, opacity: 1 }, shifts)];
}

/** The layers of the phase plot, lowest first: image or points, what a draft would do to them, curves, outlines of the selection. */
export function usePhaseLayers({ view, folded, curves, harmonics, axes, yUnit, shifts, showsCurve }: PhaseParts): ComputedRef<readonly Layer[]> {
  const image = useDensityImage(() => folded.density.value && new DensityLayer(folded.density.value, 'log', shifts()));
  // Joined to the rows once, not for every fold.
  const overlay = computed(() => {
    const [a, s] = [axes(), folded.source.value];
    return a && s && overlayOf(view.session.preview.value, { count: s.x.length, ...s }, axisName(a.y), yUnit());
  });
  const hits = computed(() => {
    const flags = overlay.value?.flags;
    return flags && Uint32Array.from(flags.keys()).filter((i) => flags[i]);
  });
  const pointLayers = (): Layer[] => {
    const p = folded.points.value;
    if (!p) return [];
    const out: Layer[] = [];
    const after = overlay.value?.sharesScale ? overlay.value.after : undefined;
    const over = shifts();
    if (p.yError && view.option('errors', false)) out.push(new ErrorBarsLayer(p, p.yError, over));
    out.push(new PointsLayer(p, after ? { colour: 'dim', second: 'dim', opacity: 0.55 } : { second: LATER }, over));
    if (after) out.push(new PointsLayer({ count: p.count, x: p.x, y: after.y }, {}, over));
    const at = hits.value;
    if (at) {
      const y = after?.y ?? p.y;
      const hit: PointSet = { count: at.length, x: Float64Array.from(at, (i) => p.x[i]!), y: Float64Array.from(at, (i) => y[i]!) };
      out.push(new PointsLayer(hit, { colour: overlay.value?.clears ? 'ok' : 'flag', radius: 3.4, opacity: 1 }, over));
    }
    return out;
  };
  return computed(() => {
    const out: Layer[] = image.value ? [image.value] : [];
    out.push(...pointLayers());
    const halves = showsCurve() ? curves.halves.value : undefined;
    const whole = showsCurve() && !halves ? curves.whole.value : undefined;
    if (whole) out.push(...curveLayers(whole, 'ok', shifts(), false));
    if (halves) out.push(...curveLayers(halves[0], 'accent', shifts(), true), ...curveLayers(halves[1], LATER, shifts(), true));
    const model = harmonics.model.value;
    if (model) out.push(...haloed(model.x, model.y, 'warn', shifts()));
    const [a, x] = [axes(), folded.phaseAxis.value];
    if (a && x) out.push(new OutlinesLayer(repeatOutlines(outlinesOf(view.selection.value, x, a.y), shifts())));
    return out;
  });
}
