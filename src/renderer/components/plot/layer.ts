import type { Frame, Rect } from './frame';
import type { PointRaster } from './point-raster';
import type { PlotScale } from './scale';
import type { PlotTheme } from './theme';

/** The part of a 2-D context that layers draw with: a canvas has it, and so has the SVG recorder. */
export type Pen = CanvasRenderingContext2D;

export interface Painter {
  readonly ctx: Pen;
  readonly frame: Frame;
  readonly plot: Rect;
  readonly x: PlotScale;
  readonly y: PlotScale;
  readonly theme: PlotTheme;
  readonly pixelRatio: number;
  /** True when the drawing is recorded as vectors: no pixel tricks then. */
  readonly vector: boolean;
  readonly raster: PointRaster;
}

/** One thing drawn in a plot, clipped to it. Immutable: a change is a new layer. */
export interface Layer {
  draw(painter: Painter): void;
}
