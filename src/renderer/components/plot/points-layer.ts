import type { Layer, Painter } from './layer';
import type { Bucket } from './point-raster';
import { toRgb } from './theme';
import type { PlotTheme } from './theme';

/** Points as parallel arrays. NaN in either coordinate: not drawn. */
export interface PointSet {
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** bit 0: flagged; bit 1: selected; bit 2: in the style's second colour. */
  readonly marks?: Uint8Array | undefined;
}

export interface PointStyle {
  /** CSS pixels. */
  readonly radius?: number;
  readonly colour?: keyof Omit<PlotTheme, 'font'>;
  /** Of the points marked `SECOND`. */
  readonly second?: keyof Omit<PlotTheme, 'font'>;
  readonly opacity?: number;
  readonly hollow?: boolean;
}

export const FLAGGED = 1;
export const SELECTED = 2;
export const SECOND = 4;
/** Fewer markers of a kind than this are drawn as shapes, more as stamped pixels. */
const SHAPES_UP_TO = 600;
/** In a vector file: past it the file would be larger than a picture and slow to open. */
const VECTOR_SHAPES_UP_TO = 5_000;
/** From so many points on, a repeated set is stamped once and its picture drawn again. */
const COPIED_FROM = 20_000;

/** The kinds of markers, in the order they are drawn. */
const PLAIN = 0;
const OTHER = 1;
const FLAG = 2;
const SELECTION = 3;

/** From so many points on, how many lie in a place is told by a logarithm. */
const CROWD = 30_000;

interface Marker {
  readonly radius: number;
  readonly hollow: boolean;
  readonly colour: string;
  readonly opacity: number;
  readonly isCrowd: boolean;
}

/** Where bucketed markers are drawn again, in CSS pixels to the right. */
type Copies = readonly number[];

/** Markers: plain in the given colour, flagged hollow in the flag colour, selected larger in the selection colour, drawn in that order. */
export class PointsLayer implements Layer {
  constructor(
    private readonly points: PointSet,
    private readonly style: PointStyle = {},
    /** Draws the whole set again at these x shifts (phase cycles). */
    private readonly shifts: readonly number[] = [0],
  ) {}

  draw(p: Painter): void {
    const { points, style, shifts } = this;
    const all = points.count * shifts.length;
    const radius = style.radius ?? radiusFor(all);
    const isCopied = this.isCopied(p);
    const [plain, other, flagged, selected] = this.sort(p, radius, isCopied) as [Bucket, Bucket, Bucket, Bucket];
    const copies: Copies = isCopied ? shifts.map((s) => s * p.x.slope) : [0];
    const crowd = (plain.count + other.count) * copies.length;
    const opacity = style.opacity ?? (crowd > CROWD ? 0.45 : crowd > 5_000 ? 0.7 : 1);
    const usual = { radius, hollow: style.hollow ?? false, opacity, isCrowd: style.opacity === undefined && crowd > CROWD };
    this.paint(p, plain, { ...usual, colour: p.theme[style.colour ?? 'accent'] }, copies);
    if (style.second) this.paint(p, other, { ...usual, colour: p.theme[style.second] }, copies);
    this.paint(p, flagged, { radius: radius + 0.4, hollow: true, colour: p.theme.flag, opacity: 1, isCrowd: false }, copies);
    this.paint(p, selected, { radius: radius + 1.2, hollow: false, colour: p.theme.sel, opacity: 1, isCrowd: false }, copies);
  }

  /** A crowd shown in several whole cycles: stamping it once and drawing the picture again takes half the time. */
  private isCopied({ x, plot, vector }: Painter): boolean {
    const { shifts, points } = this;
    return shifts.length > 1 && points.count >= COPIED_FROM && !vector && !x.isLog && Math.abs(x.slope) * (shifts[1]! - shifts[0]!) <= plot.w;
  }

  /** Sorts what is inside the plot (of one copy, what could be) into pixel positions of each kind. */
  private sort(p: Painter, radius: number, isCopied: boolean): readonly Bucket[] {
    const { count, x, y, marks } = this.points;
    const most = isCopied ? count : count * this.shifts.length;
    const buckets = [PLAIN, OTHER, FLAG, SELECTION].map((k) => p.raster.bucket(k, k === PLAIN || marks ? most : 0));
    const { slope: ax, isLog: xLog } = p.x;
    const { slope: ay, isLog: yLog } = p.y;
    const left = isCopied ? -Infinity : p.plot.x - radius;
    const right = isCopied ? Infinity : p.plot.x + p.plot.w + radius;
    const top = p.plot.y - radius;
    const bottom = p.plot.y + p.plot.h + radius;
    const { xs, ys } = buckets[PLAIN]!;
    let plain = 0;
    for (const shift of isCopied ? [0] : this.shifts) {
      const bx = p.x.intercept + (xLog ? 0 : shift * ax);
      for (let i = 0; i < count; i++) {
        const px = ax * (xLog ? Math.log10(x[i]!) : x[i]!) + bx;
        if (!(px >= left && px <= right)) continue;
        const py = ay * (yLog ? Math.log10(y[i]!) : y[i]!) + p.y.intercept;
        if (!(py >= top && py <= bottom)) continue;
        const mark = marks ? marks[i]! : 0;
        if (mark === 0) {
          xs[plain] = px;
          ys[plain++] = py;
          continue;
        }
        const b = buckets[mark & SELECTED ? SELECTION : mark & FLAGGED ? FLAG : OTHER]!;
        b.xs[b.count] = px;
        b.ys[b.count++] = py;
      }
    }
    buckets[PLAIN]!.count = plain;
    return buckets;
  }

  private paint(p: Painter, b: Bucket, marker: Marker, copies: Copies): void {
    if (b.count === 0) return;
    const k = p.pixelRatio;
    if (b.count <= (p.vector ? VECTOR_SHAPES_UP_TO : SHAPES_UP_TO)) {
      for (const shift of copies) drawShapes(p, b, shift, marker);
      return;
    }
    const { plot } = p;
    // One copy begins where its first point does, and is as wide as the cycle; otherwise the picture is the plot.
    const originX = copies.length > 1 ? Math.floor(lowest(b) - marker.radius - 1) : plot.x;
    const wide = copies.length > 1 ? Math.abs(copies[1]! - copies[0]!) + 2 * (marker.radius + 2) : plot.w;
    const w = Math.ceil(wide * k);
    const h = Math.ceil(plot.h * k);
    const placed = { ...b, originX, originY: plot.y, scale: k };
    // Whole pixels: between them the picture would be blurred.
    const places = copies.map((shift) => Math.round(shift * k));
    // Of a crowd each copy ends where the next begins, with the markers that lie over the seam on both sides of it.
    const cycle = marker.isCrowd && places.length > 1 ? Math.max(0, places[1]! - places[0]!) : 0;
    const image = p.raster.draw(w, h, placed, { ...marker, radius: marker.radius * k, colour: toRgb(marker.colour), cycle });
    places.forEach((at, n) => {
      const part = cycle > 0 && n < places.length - 1 ? Math.min(cycle, w) : w;
      p.ctx.drawImage(image, 0, 0, part, h, originX + at / k, plot.y, part / k, h / k);
    });
  }
}

function lowest({ xs, count }: Bucket): number {
  let low = Infinity;
  for (let i = 0; i < count; i++) if (xs[i]! < low) low = xs[i]!;
  return low;
}

function drawShapes({ ctx }: Painter, b: Bucket, shift: number, { radius, hollow, colour, opacity }: Marker): void {
  ctx.globalAlpha = opacity;
  ctx.fillStyle = ctx.strokeStyle = colour;
  ctx.lineWidth = 1.2;
  for (let i = 0; i < b.count; i++) {
    ctx.beginPath();
    ctx.arc(b.xs[i]! + shift, b.ys[i]!, hollow ? radius - 0.4 : radius, 0, 2 * Math.PI);
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
