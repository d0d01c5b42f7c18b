import type { Layer, Painter } from './layer';
import { withAlpha } from './theme';
import { FLAGGED, SELECTED, type PointSet } from './points-layer';

/** More visible bars than this are left out: they would only blacken the plot. */
export const ERROR_BARS_UP_TO = 2_000;

/** Vertical error bars, one path a colour; none when they would be too dense. Missing and non-positive errors draw nothing. */
export class ErrorBarsLayer implements Layer {
  constructor(
    private readonly points: PointSet,
    private readonly error: Float32Array,
    private readonly shifts: readonly number[] = [0],
  ) {}

  draw(p: Painter): void {
    const { count, x, y, marks } = this.points;
    const inside: number[] = [];
    for (const shift of this.shifts)
      for (let i = 0; i < count; i++) {
        const px = p.x.toPixel(x[i]! + shift);
        if (px >= p.plot.x && px <= p.plot.x + p.plot.w && this.error[i]! > 0) {
          if (inside.length >= 2 * ERROR_BARS_UP_TO) return;
          inside.push(px, i);
        }
      }
    const { ctx, theme } = p;
    ctx.lineWidth = 1;
    const kinds = [
      [0, theme.accent],
      [FLAGGED, theme.flag],
      [SELECTED, theme.sel],
    ] as const;
    for (const [kind, colour] of kinds) {
      ctx.strokeStyle = withAlpha(colour, 0.55);
      ctx.beginPath();
      for (let k = 0; k < inside.length; k += 2) {
        const i = inside[k + 1]!;
        const mark = marks ? marks[i]! : 0;
        if ((mark & SELECTED ? SELECTED : mark & FLAGGED) !== kind) continue;
        const low = p.y.toPixel(y[i]! - this.error[i]!);
        const high = p.y.toPixel(y[i]! + this.error[i]!);
        if (Number.isNaN(high)) continue;
        ctx.moveTo(inside[k]!, Number.isNaN(low) ? p.plot.y + p.plot.h : low);
        ctx.lineTo(inside[k]!, high);
      }
      ctx.stroke();
    }
  }
}
