import type { Drawable } from '../../components/plot/export-plot';
import type { Pen } from '../../components/plot/layer';

interface Titled {
  readonly title: string;
  readonly surface: Drawable | undefined;
}

const CAPTION = 20;
const GAP = 6;

/** Several pictures as one, for a file: a grid of as many columns as on screen, each with its title above. */
export function sideBySide(panes: readonly Titled[], across: number): Drawable | undefined {
  const all = panes.flatMap(({ title, surface }) => (surface ? [{ title, surface, size: surface.size }] : []));
  if (!all.length) return undefined;
  const cell = { width: Math.max(...all.map((p) => p.size.width)), height: Math.max(...all.map((p) => p.size.height)) + CAPTION };
  const columns = Math.min(across, all.length);
  const rows = Math.ceil(all.length / columns);
  const size = { width: columns * (cell.width + GAP) - GAP, height: rows * (cell.height + GAP) - GAP };
  return {
    size,
    drawTo(ctx: Pen, pixelRatio: number, vector: boolean): void {
      ctx.fillStyle = '#808080';
      ctx.font = '12px sans-serif';
      all.forEach(({ title, surface }, i) => {
        const [x, y] = [(i % columns) * (cell.width + GAP), Math.floor(i / columns) * (cell.height + GAP)];
        ctx.fillStyle = '#808080';
        ctx.textBaseline = 'middle';
        ctx.textAlign = 'left';
        ctx.fillText(title, x + 2, y + CAPTION / 2);
        ctx.save();
        ctx.translate(x, y + CAPTION);
        surface.drawTo(ctx, pixelRatio, vector);
        ctx.restore();
      });
    },
  };
}
