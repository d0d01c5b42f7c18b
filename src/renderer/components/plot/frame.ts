import { PlotScale, type Range, type ScaleKind, type Tick } from './scale';

/** One axis of a plot as a view describes it. */
export interface PlotAxis {
  /** With its unit: `g (mag)`. */
  readonly title: string;
  readonly kind: ScaleKind;
  /** High values at the left or the bottom: magnitudes. */
  readonly inverted?: boolean | undefined;
  /** The domain that a reset shows. */
  readonly home: Range;
  /** Zoom and pan stay inside. */
  readonly limits?: Range | undefined;
  readonly offset?: number | undefined;
  readonly julian?: number | undefined;
}

/** What part of the data a plot shows. */
export interface Viewport {
  readonly x: Range;
  readonly y: Range;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export type Region = 'plot' | 'x-axis' | 'y-axis' | 'outside';

/** The geometry of a drawn plot, in CSS pixels of its canvas. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly plot: Rect;
  readonly x: PlotScale;
  readonly y: PlotScale;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
}

const TOP = 10;
const RIGHT = 14;
const BOTTOM = 40;

/** Lays out a plot: the left margin is as wide as the longest label of the y axis needs, or what `aligned` makes of that. */
export function layout(
  width: number,
  height: number,
  xAxis: PlotAxis,
  yAxis: PlotAxis,
  view: Viewport,
  textWidth: (s: string) => number,
  aligned: (left: number) => number = (left) => left,
): Frame {
  const h = Math.max(20, height - TOP - BOTTOM);
  const yPixels: Range = yAxis.inverted ? [TOP, TOP + h] : [TOP + h, TOP];
  const y = new PlotScale(yAxis, view.y, yPixels);
  const yTicks = y.ticks(54);
  // In steps: labels that become a little wider while the plot is dragged do not move it.
  const left = aligned(Math.ceil((Math.max(24, ...yTicks.map((t) => textWidth(t.label))) + 30) / 12) * 12);
  const w = Math.max(20, width - left - RIGHT);
  const xPixels: Range = xAxis.inverted ? [left + w, left] : [left, left + w];
  const x = new PlotScale(xAxis, view.x, xPixels);
  return { width, height, plot: { x: left, y: TOP, w, h }, x, y, xTicks: x.ticks(xAxis.kind === 'time' ? 110 : 84), yTicks };
}

/** A plot without axes, as large as its canvas. */
export function bareLayout(width: number, height: number, xAxis: PlotAxis, yAxis: PlotAxis, view: Viewport): Frame {
  const x = new PlotScale(xAxis, view.x, xAxis.inverted ? [width, 0] : [0, width]);
  const y = new PlotScale(yAxis, view.y, yAxis.inverted ? [0, height] : [height, 0]);
  return { width, height, plot: { x: 0, y: 0, w: width, h: height }, x, y, xTicks: [], yTicks: [] };
}

export function regionAt(frame: Frame, px: number, py: number): Region {
  const { x, y, w, h } = frame.plot;
  const insideX = px >= x && px <= x + w;
  const insideY = py >= y && py <= y + h;
  if (insideX && insideY) return 'plot';
  if (insideX && py > y + h) return 'x-axis';
  if (insideY && px < x) return 'y-axis';
  return 'outside';
}
