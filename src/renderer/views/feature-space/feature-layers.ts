import type { Layer, Painter } from '../../components/plot/layer';
import { type PointSet, radiusFor, SELECTED } from '../../components/plot/points-layer';
import type { ColourScale } from './colours';

/** Points coloured by a third number; those without one faint, selected ones ringed. */
export class ColouredPointsLayer implements Layer {
  private readonly groups: readonly number[][];

  constructor(
    private readonly points: PointSet,
    values: Float64Array,
    private readonly scale: ColourScale,
  ) {
    // The last group is that of points without a value: drawn first.
    this.groups = Array.from({ length: scale.colours.length + 1 }, () => []);
    for (let i = 0; i < points.count; i++) this.groups.at(scale.groupOf(values[i]!))!.push(i);
  }

  draw(p: Painter): void {
    const { ctx, theme } = p;
    const radius = radiusFor(this.points.count) + 0.4;
    ctx.globalAlpha = 0.35;
    this.fill(p, this.groups.at(-1)!, radius, theme.dim);
    ctx.globalAlpha = 0.9;
    this.scale.colours.forEach((colour, k) => this.fill(p, this.groups[k]!, radius, colour));
    ctx.globalAlpha = 1;
    const { marks } = this.points;
    if (!marks) return;
    ctx.strokeStyle = theme.sel;
    ctx.lineWidth = 1.2;
    ctx.beginPath();
    for (let i = 0; i < this.points.count; i++) if (marks[i]! & SELECTED) this.circle(p, i, radius + 1.6);
    ctx.stroke();
  }

  private fill(p: Painter, group: readonly number[], radius: number, colour: string): void {
    if (group.length === 0) return;
    p.ctx.fillStyle = colour;
    p.ctx.beginPath();
    for (const i of group) this.circle(p, i, radius);
    p.ctx.fill();
  }

  private circle({ ctx, x, y }: Painter, i: number, radius: number): void {
    const [px, py] = [x.toPixel(this.points.x[i]!), y.toPixel(this.points.y[i]!)];
    if (!Number.isFinite(px) || !Number.isFinite(py)) return;
    ctx.moveTo(px + radius, py);
    ctx.arc(px, py, radius, 0, 2 * Math.PI);
  }
}

/** Two rings around the current object, seen on any ground. */
export class CurrentLayer implements Layer {
  constructor(private readonly at: readonly [number, number]) {}

  draw({ ctx, x, y, theme }: Painter): void {
    const [px, py] = [x.toPixel(this.at[0]), y.toPixel(this.at[1])];
    for (const [colour, width] of [
      [theme.panel, 4],
      [theme.accent, 2],
    ] as const) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.beginPath();
      ctx.arc(px, py, 7, 0, 2 * Math.PI);
      ctx.stroke();
    }
  }
}
