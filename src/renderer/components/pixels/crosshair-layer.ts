import type { Layer, Painter } from '../plot/layer';

/** Outlines one pixel of an image, at least some screen pixels wide so that it is found: the same place in pictures side by side. */
export class CrosshairLayer implements Layer {
  constructor(private readonly pixel: readonly [number, number]) {}

  draw({ ctx, x, y, theme }: Painter): void {
    const [px, py] = [x.toPixel(this.pixel[0]), y.toPixel(this.pixel[1])];
    const side = Math.max(7, x.toPixel(1) - x.toPixel(0));
    ctx.lineWidth = 3;
    ctx.strokeStyle = theme.panel;
    ctx.strokeRect(px - side / 2, py - side / 2, side, side);
    ctx.lineWidth = 1;
    ctx.strokeStyle = theme.sel;
    ctx.strokeRect(px - side / 2, py - side / 2, side, side);
  }
}
