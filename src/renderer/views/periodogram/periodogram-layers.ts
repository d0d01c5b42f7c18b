import type { Series } from '../../../core/operations/definition';
import { LabelsLayer, LevelsLayer } from '../../components/plot/annotation-layers';
import { extentOf } from '../../components/plot/axis-info';
import type { Layer } from '../../components/plot/layer';
import { LineLayer } from '../../components/plot/line-layer';
import type { PeakRow } from './peak-rows';
import type { Best } from './peaks';
import { echoesOf, type Repetitions } from './relations';
import type { DrawnCurve } from './use-curve';

export interface Drawing {
  readonly curve: DrawnCurve;
  readonly best: Best;
  readonly levels: Series['levels'];
  readonly peaks: readonly PeakRow[];
  /** How the best peak is called. */
  readonly name: string;
  readonly repetitions: Repetitions;
  /** The spectral window, when it is shown. */
  readonly window: Series | undefined;
  toX(frequency: number): number;
}

/** The window's power on the scale of the curve: its highest as high as the best peak. */
function windowLayer({ curve, best, window, toX }: Drawing): Layer | undefined {
  if (!window) return undefined;
  const [range, own] = [extentOf(curve.power), extentOf(window.y.values)];
  if (!range || !own) return undefined;
  const [[low, high], [, top]] = [range, own];
  const [floor, peak] = best === 'lowest' ? [high, low] : [Math.min(0, low), high];
  const y = window.y.values.map((v) => floor + (v / (top || 1)) * (peak - floor));
  const x = window.x.values.map(toX);
  const isFalling = x.length > 1 && x[1]! < x[0]!;
  return new LineLayer(isFalling ? x.reverse() : x, isFalling ? y.reverse() : y, { colour: 'warn', width: 1, opacity: 0.55 });
}

/** The curve, its false-alarm levels, the name of its best peak, and where that one repeats itself. */
export function periodogramLayers(d: Drawing): readonly Layer[] {
  const { curve, best, peaks, toX } = d;
  const out: Layer[] = [];
  const window = windowLayer(d);
  if (window) out.push(window);
  out.push(new LineLayer(curve.x, curve.y));
  if (d.levels) out.push(new LevelsLayer(d.levels));
  const first = peaks[0];
  if (!first) return out;
  const echoes = echoesOf(curve, first, best, d.repetitions).map((e) => ({ x: toX(e.frequency), y: e.power, label: e.label }));
  out.push(new LabelsLayer([{ x: toX(first.frequency), y: first.power, label: d.name, strong: true }, ...echoes]));
  return out;
}
