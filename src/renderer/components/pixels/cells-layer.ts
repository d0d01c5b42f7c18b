import type { ImageShape } from '../../../core/model/table';
import type { PixelGrid } from '../../../core/query/query';
import type { Layer, Painter } from '../plot/layer';
import type { Range } from '../plot/scale';
import { toRgb } from '../plot/theme';
import { pack } from '../plot/density-lut';
import { TABLE_SIZE, type ColourTable } from './colour-maps';

/** What is drawn: the cells, and how their values become colours. */
export interface CellPicture {
  readonly grid: PixelGrid;
  /** Size of the whole image: a cell at its edge may reach beyond it. */
  readonly image: ImageShape;
  readonly colours: ColourTable;
  readonly limits: Range;
  /** 1 = a flagged pixel is in the cell. */
  readonly flagged?: Uint8Array | undefined;
}

/**
 * Cells of an image under pixel coordinates (the centre of pixel 0 at 0): crisp squares when enlarged, averaged when reduced. Stays at its place
 * when the view moves, until the next answer replaces it. Owns one canvas: `dispose` frees it.
 */
export class CellsLayer implements Layer {
  private canvas: HTMLCanvasElement | undefined;
  private paintedFor = '';

  constructor(readonly picture: CellPicture) {}

  draw({ ctx, x, y, theme, pixelRatio }: Painter): void {
    const { grid, image } = this.picture;
    if (grid.width === 0 || grid.height === 0) return;
    const canvas = this.canvasFor(theme.flag);
    const perCell = (x.toPixel(grid.step) - x.toPixel(0)) * pixelRatio;
    const across = Math.min(grid.width, (image.width - grid.x) / grid.step);
    const down = Math.min(grid.height, (image.height - grid.y) / grid.step);
    const [x0, y0] = [x.toPixel(grid.x - 0.5), y.toPixel(grid.y - 0.5)];
    const [x1, y1] = [x.toPixel(grid.x + across * grid.step - 0.5), y.toPixel(grid.y + down * grid.step - 0.5)];
    ctx.save();
    ctx.imageSmoothingEnabled = perCell < 1;
    // Row 0 is the lowest y: drawn from there, turned over by a negative scale.
    ctx.translate(x0, y0);
    ctx.scale((x1 - x0) / across, (y1 - y0) / down);
    ctx.drawImage(canvas, 0, 0, across, down, 0, 0, across, down);
    ctx.restore();
  }

  dispose(): void {
    if (this.canvas) this.canvas.width = this.canvas.height = 0;
    this.canvas = undefined;
    this.paintedFor = '';
  }

  private canvasFor(flagColour: string): HTMLCanvasElement {
    if (this.canvas && this.paintedFor === flagColour) return this.canvas;
    const { width, height } = this.picture.grid;
    this.canvas ??= document.createElement('canvas');
    this.canvas.width = width;
    this.canvas.height = height;
    const image = new ImageData(width, height);
    colourCells(new Uint32Array(image.data.buffer), this.picture, flagColour);
    this.canvas.getContext('2d')!.putImageData(image, 0, 0);
    this.paintedFor = flagColour;
    return this.canvas;
  }
}

/** Cells to little-endian RGBA words: values outside the limits get the ends' colours, cells without a value that for missing ones. */
export function colourCells(out: Uint32Array, { grid, colours, limits: [low, high], flagged }: CellPicture, flagColour: string): void {
  const { values } = grid;
  const { words } = colours;
  const missing = pack(toRgb(colours.missing));
  const last = TABLE_SIZE - 1;
  const scale = TABLE_SIZE / (high - low);
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    const t = (v - low) * scale;
    out[i] = t > 0 ? words[t < last ? t | 0 : last]! : v === v ? words[0]! : missing;
  }
  if (!flagged) return;
  const flag = toRgb(flagColour);
  for (let i = 0; i < values.length; i++) if (flagged[i]) out[i] = tinted(out[i]!, flag);
}

/** Two thirds of the flag's colour: what is flagged shows, and what it was still does. */
function tinted(word: number, [r, g, b]: readonly [number, number, number]): number {
  const mix = (shift: number, to: number): number => Math.round(((word >>> shift) & 255) * 0.33 + to * 0.67);
  return pack([mix(0, r), mix(8, g), mix(16, b)]);
}
