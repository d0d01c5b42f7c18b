import type { DensityAnswer } from '../../../core/query/query';
import { colourCounts, viridisLut, type Stretch } from './density-lut';
import type { Layer, Painter } from './layer';
import { toRgb } from './theme';

const LUT = viridisLut();

/**
 * The engine's 2-D histogram as an image under the axes. It keeps its place in data coordinates: a zoom stretches it at once, and the next
 * answer replaces it. Owns one canvas: `dispose` frees it.
 */
export class DensityLayer implements Layer {
  private canvas: HTMLCanvasElement | undefined;
  private paintedFor = '';

  constructor(
    readonly answer: DensityAnswer,
    private readonly stretch: Stretch,
    private readonly shifts: readonly number[] = [0],
  ) {}

  draw(p: Painter): void {
    const { width, height, xRange, yRange } = this.answer;
    if (width === 0 || height === 0) return;
    const image = this.imageFor(p.theme.sel);
    const { ctx } = p;
    const y0 = p.y.toPixel(yRange[0]);
    const y1 = p.y.toPixel(yRange[1]);
    for (const shift of this.shifts) {
      const x0 = p.x.toPixel(xRange[0] + shift);
      const x1 = p.x.toPixel(xRange[1] + shift);
      if (![x0, x1, y0, y1].every(Number.isFinite)) continue;
      ctx.save();
      ctx.imageSmoothingEnabled = false;
      // Row 0 of the counts is the lowest y, so the image is drawn from there; inverted axes flip by a negative scale.
      ctx.translate(x0, y0);
      ctx.scale((x1 - x0) / width, (y1 - y0) / height);
      ctx.drawImage(image, 0, 0);
      ctx.restore();
    }
  }

  dispose(): void {
    if (this.canvas) this.canvas.width = this.canvas.height = 0;
    this.canvas = undefined;
    this.paintedFor = '';
  }

  private imageFor(selectionColour: string): HTMLCanvasElement {
    if (this.canvas && this.paintedFor === selectionColour) return this.canvas;
    const { width, height, counts, max, selected } = this.answer;
    this.canvas ??= document.createElement('canvas');
    this.canvas.width = width;
    this.canvas.height = height;
    const image = new ImageData(width, height);
    colourCounts(new Uint32Array(image.data.buffer), counts, max, this.stretch, LUT, selected, toRgb(selectionColour));
    this.canvas.getContext('2d')!.putImageData(image, 0, 0);
    this.paintedFor = selectionColour;
    return this.canvas;
  }
}
