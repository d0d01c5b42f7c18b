import { drawAxes, drawGrid } from './draw-axes';
import { bareLayout, layout, type Frame, type PlotAxis, type Viewport } from './frame';
import type { Layer, Painter, Pen } from './layer';
import { PointRaster } from './point-raster';
import type { SharedMargin } from './shared-margin';
import { onThemeChanged, readTheme, type PlotTheme } from './theme';

/** Everything a plot shows, as one immutable value. */
export interface Scene {
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly view: Viewport;
  readonly layers: readonly Layer[];
  /** Without axes and grid: the data reach the edges. */
  readonly isBare?: boolean | undefined;
}

/**
 * Two canvases of one plot: the data below, redrawn when the scene changes; hover, cursor and the shape being drawn above, redrawn with the
 * pointer. All drawing happens in the next animation frame, once.
 */
export class PlotSurface {
  frame: Frame | undefined;
  /** How long the last drawing of the data took, for the benchmark. */
  lastDrawMs = 0;
  private scene: Scene | undefined;
  private overlay: readonly Layer[] = [];
  private theme: PlotTheme;
  private readonly raster = new PointRaster();
  private readonly overlayRaster = new PointRaster();
  private readonly resize: ResizeObserver;
  private readonly offTheme: () => void;
  private pending = 0;
  /** The size when it last changed: asking for it while the page changes would lay the page out once more a frame. */
  private measured: { readonly width: number; readonly height: number } | undefined;
  private isSceneDirty = true;
  private isTopClear = false;

  constructor(
    private readonly host: HTMLElement,
    private readonly base: HTMLCanvasElement,
    private readonly top: HTMLCanvasElement,
    /** Of the plots that share their x axis with this one. */
    private readonly margin?: SharedMargin,
  ) {
    this.theme = readTheme(host);
    this.resize = new ResizeObserver(() => {
      this.measured = this.size;
      this.invalidate();
    });
    this.resize.observe(host);
    this.offTheme = onThemeChanged(() => {
      this.theme = readTheme(host);
      this.invalidate();
    });
  }

  show(scene: Scene): void {
    this.scene = scene;
    this.invalidate();
  }

  showOverlay(layers: readonly Layer[]): void {
    this.overlay = layers;
    this.schedule();
  }

  destroy(): void {
    cancelAnimationFrame(this.pending);
    this.resize.disconnect();
    this.offTheme();
    this.margin?.leave(this);
    this.raster.dispose();
    this.overlayRaster.dispose();
    // A canvas keeps its memory until it is collected; an empty one has none.
    for (const c of [this.base, this.top]) c.width = c.height = 0;
    this.scene = undefined;
  }

  /** Draws the scene with another pen, for a file: `width` and `height` are those on screen. */
  drawTo(ctx: Pen, pixelRatio: number, vector: boolean): void {
    if (!this.scene || !this.frame) return;
    ctx.fillStyle = this.theme.panel;
    ctx.fillRect(0, 0, this.frame.width, this.frame.height);
    this.paint(ctx, this.scene, this.frame, pixelRatio, vector);
  }

  /** Size on screen in CSS pixels. */
  get size(): { width: number; height: number } {
    return { width: this.host.clientWidth, height: this.host.clientHeight };
  }

  private readonly invalidate = (): void => {
    this.isSceneDirty = true;
    this.schedule();
  };

  private schedule(): void {
    this.pending ||= requestAnimationFrame(() => {
      this.pending = 0;
      this.render();
    });
  }

  private render(): void {
    const { width, height } = (this.measured ??= this.size);
    if (!this.scene || width < 30 || height < 30) return;
    const ratio = window.devicePixelRatio || 1;
    const started = performance.now();
    if (this.isSceneDirty) {
      const ctx = prepare(this.base, width, height, ratio);
      ctx.font = `11px ${this.theme.font}`;
      const { x, y, view, isBare } = this.scene;
      const aligned = (left: number): number => this.margin?.settle(this, left, this.invalidate) ?? left;
      this.frame = isBare ? bareLayout(width, height, x, y, view) : layout(width, height, x, y, view, (s) => ctx.measureText(s).width, aligned);
      this.paint(ctx, this.scene, this.frame, ratio, false);
      this.isSceneDirty = false;
      this.lastDrawMs = performance.now() - started;
    }
    // An empty canvas that is cleared again is carried to the screen again.
    if (this.overlay.length === 0 && this.isTopClear) return;
    const ctx = prepare(this.top, width, height, ratio);
    this.isTopClear = this.overlay.length === 0;
    if (!this.frame || this.isTopClear) return;
    this.clipped(ctx, this.frame, () => {
      const painter = this.painter(ctx, this.frame!, ratio, false, this.overlayRaster);
      for (const layer of this.overlay) layer.draw(painter);
    });
  }

  private paint(ctx: Pen, scene: Scene, frame: Frame, ratio: number, vector: boolean): void {
    if (!scene.isBare) drawGrid(ctx, frame, this.theme);
    this.clipped(ctx, frame, () => {
      const painter = this.painter(ctx, frame, ratio, vector, this.raster);
      for (const layer of scene.layers) layer.draw(painter);
    });
    if (!scene.isBare) drawAxes(ctx, frame, this.theme, scene.x.title, scene.y.title);
  }

  private clipped(ctx: Pen, { plot }: Frame, work: () => void): void {
    ctx.save();
    ctx.beginPath();
    ctx.rect(plot.x, plot.y, plot.w, plot.h);
    ctx.clip();
    work();
    ctx.restore();
  }

  private painter(ctx: Pen, frame: Frame, pixelRatio: number, vector: boolean, raster: PointRaster): Painter {
    return { ctx, frame, plot: frame.plot, x: frame.x, y: frame.y, theme: this.theme, pixelRatio, vector, raster };
  }
}

function prepare(canvas: HTMLCanvasElement, width: number, height: number, ratio: number): CanvasRenderingContext2D {
  const w = Math.round(width * ratio);
  const h = Math.round(height * ratio);
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  // Its pixels are made by the processor, so they stay with it: with a software renderer a slow way to the GPU and back falls away.
  const ctx = canvas.getContext('2d', { willReadFrequently: true })!;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  return ctx;
}
