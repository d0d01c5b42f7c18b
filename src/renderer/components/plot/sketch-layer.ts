import type { Layer, Painter } from './layer';
import { withAlpha } from './theme';

/** The box, strip or lasso under the pointer, in pixels. */
export class SketchLayer implements Layer {
  constructor(
    private readonly path: readonly (readonly [number, number])[],
    private readonly kind: 'box' | 'lasso',
    private readonly stripOnly: boolean,
  ) {}
  draw({ ctx, plot, theme }: Painter): void {
    ctx.strokeStyle = theme.sel;
    ctx.fillStyle = withAlpha(theme.sel, 0.1);
    ctx.lineWidth = 1.2;
    ctx.setLineDash([4, 3]);
    ctx.beginPath();
    if (this.kind === 'box') {
      const [a, b] = [this.path[0]!, this.path.at(-1)!];
      const top = this.stripOnly ? plot.y : Math.min(a[1], b[1]);
      const height = this.stripOnly ? plot.h : Math.abs(a[1] - b[1]);
      ctx.rect(Math.min(a[0], b[0]), top, Math.abs(a[0] - b[0]), height);
    } else {
      for (const [x, y] of this.path) ctx.lineTo(x, y);
      ctx.closePath();
    }
    ctx.fill();
    ctx.stroke();
    ctx.setLineDash([]);
  }
}

/** A ring around the point the pointer is on, in data coordinates. */
export class HoverLayer implements Layer {
  constructor(
    private readonly at: readonly [number, number],
    private readonly shifts: readonly number[] = [0],
  ) {}
  draw({ ctx, x, y, theme }: Painter): void {
    ctx.strokeStyle = theme.text;
    ctx.lineWidth = 1.4;
    for (const shift of this.shifts) {
      ctx.beginPath();
      ctx.arc(x.toPixel(this.at[0] + shift), y.toPixel(this.at[1]), 6, 0, 2 * Math.PI);
      ctx.stroke();
    }
  }
}
