import type { Layer, Painter } from './layer';
import { toRgb } from './theme';
import type { PlotTheme } from './theme';

/** Points as parallel arrays. NaN in either coordinate: not drawn. */
export interface PointSet {
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** bit 0: flagged; bit 1: selected. */
  readonly marks?: Uint8Array | undefined;
}

export interface PointStyle {
  /** CSS pixels. */
  readonly radius?: number;
  readonly colour?: keyof Omit<PlotTheme, 'font'>;
  readonly opacity?: number;
  readonly hollow?: boolean;
}

export const FLAGGED = 1;
export const SELECTED = 2;
/** Fewer markers of a kind than this are drawn as shapes, more as stamped pixels. */
const SHAPES_UP_TO = 600;
/** In a vector file: past it the file would be larger than a picture and slow to open. */
const VECTOR_SHAPES_UP_TO = 5_000;

interface Bucket {
  readonly xs: Float32Array;
  readonly ys: Float32Array;
  count: number;
}

/** Markers: plain in the given colour, flagged hollow in the flag colour, selected larger in the selection colour, drawn in that order. */
export class PointsLayer implements Layer {
  private readonly buckets: Bucket[] = [];

  constructor(
    private readonly points: PointSet,
    private readonly style: PointStyle = {},
    /** Draws the whole set again at these x shifts (phase cycles). */
    private readonly shifts: readonly number[] = [0],
  ) {}

  draw(p: Painter): void {
    const { points, style } = this;
    const radius = style.radius ?? radiusFor(points.count * this.shifts.length);
    this.sort(p, radius);
    const crowd = this.buckets[0]!.count;
    const opacity = style.opacity ?? (crowd > 30_000 ? 0.45 : crowd > 5_000 ? 0.7 : 1);
    const plain = style.colour ?? 'accent';
    this.paint(p, this.buckets[0]!, radius, style.hollow ?? false, p.theme[plain], opacity);
    this.paint(p, this.buckets[1]!, radius + 0.4, true, p.theme.flag, 1);
    this.paint(p, this.buckets[2]!, radius + 1.2, false, p.theme.sel, 1);
  }

  /** Sorts what is inside the plot into plain, flagged and selected pixel positions. */
  private sort(p: Painter, radius: number): void {
    const { count, x, y, marks } = this.points;
    const most = count * this.shifts.length;
    for (let k = 0; k < 3; k++) {
      const b = this.buckets[k];
      const needed = k === 0 || marks ? most : 0;
      if (!b || b.xs.length < needed) this.buckets[k] = { xs: new Float32Array(needed), ys: new Float32Array(needed), count: 0 };
      else b.count = 0;
    }
    const [plain, flagged, selected] = this.buckets as [Bucket, Bucket, Bucket];
    const { slope: ax, isLog: xLog } = p.x;
    const { slope: ay, isLog: yLog } = p.y;
    const left = p.plot.x - radius;
    const right = p.plot.x + p.plot.w + radius;
    const top = p.plot.y - radius;
    const bottom = p.plot.y + p.plot.h + radius;
    for (const shift of this.shifts) {
      const bx = p.x.intercept + (xLog ? 0 : shift * ax);
      for (let i = 0; i < count; i++) {
        const px = ax * (xLog ? Math.log10(x[i]!) : x[i]!) + bx;
        if (!(px >= left && px <= right)) continue;
        const py = ay * (yLog ? Math.log10(y[i]!) : y[i]!) + p.y.intercept;
        if (!(py >= top && py <= bottom)) continue;
        const mark = marks ? marks[i]! : 0;
        const b = mark & SELECTED ? selected : mark & FLAGGED ? flagged : plain;
        b.xs[b.count] = px;
        b.ys[b.count++] = py;
      }
    }
  }

  private paint(p: Painter, b: Bucket, radius: number, hollow: boolean, colour: string, opacity: number): void {
    if (b.count === 0) return;
    if (b.count <= (p.vector ? VECTOR_SHAPES_UP_TO : SHAPES_UP_TO)) return drawShapes(p, b, radius, hollow, colour, opacity);
    const k = p.pixelRatio;
    const { plot } = p;
    const w = Math.ceil(plot.w * k);
    const h = Math.ceil(plot.h * k);
    const placed = { ...b, originX: plot.x, originY: plot.y, scale: k };
    const image = p.raster.draw(w, h, placed, radius * k, hollow, toRgb(colour), opacity);
    p.ctx.drawImage(image, plot.x, plot.y, w / k, h / k);
  }
}

function drawShapes({ ctx }: Painter, b: Bucket, radius: number, hollow: boolean, colour: string, opacity: number): void {
  ctx.globalAlpha = opacity;
  ctx.fillStyle = ctx.strokeStyle = colour;
  ctx.lineWidth = 1.2;
  for (let i = 0; i < b.count; i++) {
    ctx.beginPath();
    ctx.arc(b.xs[i]!, b.ys[i]!, hollow ? radius - 0.4 : radius, 0, 2 * Math.PI);
    if (hollow) ctx.stroke();
    else ctx.fill();
  }
  ctx.globalAlpha = 1;
}

/** Smaller markers the more there are. CSS pixels. */
export function radiusFor(count: number): number {
  if (count <= 300) return 2.8;
  if (count <= 3_000) return 2.2;
  if (count <= 20_000) return 1.6;
  return 1.2;
}
