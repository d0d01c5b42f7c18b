import { lowerBound } from '../../../core/numerics/bounds';
import { decimate } from './decimate';
import type { Layer, Painter } from './layer';
import type { PlotTheme } from './theme';

export interface LineStyle {
  readonly colour?: keyof Omit<PlotTheme, 'font'>;
  readonly width?: number;
  readonly dash?: readonly number[];
  readonly opacity?: number;
}

/** A curve over ascending x; millions of points are thinned to the pixels, keeping every extremum. NaN breaks it. */
export class LineLayer implements Layer {
  constructor(
    private readonly x: Float64Array,
    private readonly y: Float64Array,
    private readonly style: LineStyle = {},
    private readonly shifts: readonly number[] = [0],
  ) {}

  draw(p: Painter): void {
    const { ctx } = p;
    ctx.strokeStyle = p.theme[this.style.colour ?? 'accent'];
    ctx.lineWidth = this.style.width ?? 1.2;
    ctx.globalAlpha = this.style.opacity ?? 1;
    ctx.lineJoin = 'round';
    if (this.style.dash) ctx.setLineDash([...this.style.dash]);
    for (const shift of this.shifts) this.stroke(p, shift);
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
  }

  private stroke(p: Painter, shift: number): void {
    const [low, high] = p.x.domain;
    // One point beyond each side, so that the curve runs to the plot's edge.
    const from = Math.max(0, lowerBound(this.x, low - shift) - 1);
    const to = Math.min(this.x.length, lowerBound(this.x, high - shift) + 1);
    const pairs = decimate(this.x, this.y, from, to, (v) => p.x.toPixel(v + shift) * p.pixelRatio);
    p.ctx.beginPath();
    let isDown = false;
    for (let k = 0; k < pairs.length; k += 2) {
      const px = p.x.toPixel(pairs[k]! + shift);
      const py = p.y.toPixel(pairs[k + 1]!);
      if (Number.isNaN(px) || Number.isNaN(py)) {
        isDown = false;
        continue;
      }
      if (isDown) p.ctx.lineTo(px, py);
      else p.ctx.moveTo(px, py);
      isDown = true;
    }
    p.ctx.stroke();
  }
}
