import { countCells, inkOf, makeStamp, stampOpacities, stampSums, toneSums, wrapSums, type Ink, type Stamp, type StampPoints } from './stamp';
import type { Rgb } from './theme';

/** Pixel positions of markers of one kind. */
export interface Bucket {
  readonly xs: Float32Array;
  readonly ys: Float32Array;
  count: number;
}

export interface Marking {
  readonly radius: number;
  readonly hollow: boolean;
  readonly colour: Rgb;
  readonly opacity: number;
  readonly isCrowd: boolean;
  readonly cycle: number;
}

/**
 * Draws many equal markers into pixels: each is a few byte operations, so 10⁵ points take milliseconds where as many canvas calls take a
 * hundred. One instance a plot; it keeps its buffers and one canvas between frames, so that a fold under the hand makes no garbage.
 */
export class PointRaster {
  private image: ImageData | undefined;
  private canvas: HTMLCanvasElement | undefined;
  /** Opacities: a quarter of the memory that colours take, which is what stamping at random places waits for. */
  private alpha = new Uint8Array(0);
  private sums = new Int32Array(0);
  /** Zeros between frames. */
  private counts = new Uint32Array(0);
  private readonly stamps = new Map<string, Stamp>();
  private ink: { readonly key: string; readonly ink: Ink } | undefined;
  private readonly buckets: Bucket[] = [];

  /** Bucket `k`, emptied, with room for so many markers. The next layer of the plot gets the same one. */
  bucket(k: number, room: number): Bucket {
    const old = this.buckets[k];
    if (old && old.xs.length >= room) {
      old.count = 0;
      return old;
    }
    return (this.buckets[k] = { xs: new Float32Array(room), ys: new Float32Array(room), count: 0 });
  }

  /**
   * Stamps the points and gives the canvas that holds them. `hollow` draws rings; `opacity` < 1 lets crowded places grow brighter; of a crowd
   * (`isCrowd`) it is that of a point alone, and how many lie in a place shows however many they are. A crowd with a `cycle` above 0 repeats after so
   * many pixels: what reaches over one end is there at the other, too.
   */
  draw(width: number, height: number, points: StampPoints, { radius, hollow, colour, opacity, isCrowd, cycle }: Marking): HTMLCanvasElement {
    const image = this.bufferOf(width, height);
    const cells = width * height;
    if (this.alpha.length < cells) this.alpha = new Uint8Array(cells);
    else this.alpha.fill(0, 0, cells);
    if (isCrowd) {
      if (this.sums.length < cells) this.sums = new Int32Array(cells);
      else this.sums.fill(0, 0, cells);
      const ink = this.inkOf(radius, hollow, width, 1);
      const room = countCells(width, height, ink);
      if (this.counts.length < room) this.counts = new Uint32Array(room);
      stampSums(this.sums, this.counts, width, height, points, ink);
      if (cycle > 0) wrapSums(this.sums, width, height, cycle);
      toneSums(this.sums, cells, opacity, this.alpha);
    } else stampOpacities(this.alpha, width, height, points, this.inkOf(radius, hollow, width, opacity));
    paint(new Uint32Array(image.data.buffer), this.alpha, colour);
    this.canvas!.getContext('2d', { willReadFrequently: true })!.putImageData(image, 0, 0);
    return this.canvas!;
  }

  dispose(): void {
    if (this.canvas) this.canvas.width = this.canvas.height = 0;
    this.canvas = undefined;
    this.image = undefined;
    this.alpha = new Uint8Array(0);
    this.sums = new Int32Array(0);
    this.counts = new Uint32Array(0);
    this.buckets.length = 0;
  }

  private bufferOf(width: number, height: number): ImageData {
    if (this.image?.width === width && this.image.height === height) return this.image;
    this.canvas ??= document.createElement('canvas');
    this.canvas.width = width;
    this.canvas.height = height;
    this.image = new ImageData(width, height);
    return this.image;
  }

  private inkOf(radius: number, hollow: boolean, width: number, opacity: number): Ink {
    const kind = `${radius} ${hollow}`;
    const key = `${kind} ${width} ${opacity}`;
    if (this.ink?.key === key) return this.ink.ink;
    let stamp = this.stamps.get(kind);
    if (!stamp) this.stamps.set(kind, (stamp = makeStamp(radius, hollow)));
    const ink = inkOf(stamp, width, opacity);
    this.ink = { key, ink };
    return ink;
  }
}

/** Little-endian RGBA pixels of one colour at the given opacities. */
function paint(pixels: Uint32Array, alpha: Uint8Array, [r, g, b]: Rgb): void {
  const base = (r | (g << 8) | (b << 16)) >>> 0;
  for (let i = 0; i < pixels.length; i++) {
    const a = alpha[i]!;
    pixels[i] = a === 0 ? 0 : (base | (a << 24)) >>> 0;
  }
}
