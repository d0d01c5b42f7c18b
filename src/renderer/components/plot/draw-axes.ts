import type { Frame } from './frame';
import type { Pen } from './layer';
import type { PlotScale, Tick } from './scale';
import { withAlpha, type PlotTheme } from './theme';

/** The faint grid, under the data. */
export function drawGrid(ctx: Pen, frame: Frame, theme: PlotTheme): void {
  const { x, y, w, h } = frame.plot;
  ctx.strokeStyle = withAlpha(theme.line, 0.55);
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (const t of frame.xTicks) {
    if (!t.label) continue;
    const px = Math.round(frame.x.toPixel(t.value)) + 0.5;
    ctx.moveTo(px, y);
    ctx.lineTo(px, y + h);
  }
  for (const t of frame.yTicks) {
    if (!t.label) continue;
    const py = Math.round(frame.y.toPixel(t.value)) + 0.5;
    ctx.moveTo(x, py);
    ctx.lineTo(x + w, py);
  }
  ctx.stroke();
}

/** Frame, tick marks, labels and titles, over the data's edge. */
export function drawAxes(ctx: Pen, frame: Frame, theme: PlotTheme, xTitle: string, yTitle: string): void {
  const { x, y, w, h } = frame.plot;
  ctx.strokeStyle = theme.line;
  ctx.fillStyle = theme.dim;
  ctx.lineWidth = 1;
  ctx.font = `11px ${theme.font}`;
  ctx.strokeRect(Math.round(x) + 0.5, y + 0.5, Math.round(w) - 1, h - 1);
  // All marks first, then all words: an SVG recorder cannot go back to a path after a text.
  const xTicks = placed(frame.xTicks, frame.x, x, x + w);
  const yTicks = placed(frame.yTicks, frame.y, y, y + h);
  ctx.beginPath();
  for (const { px, label } of xTicks) {
    ctx.moveTo(px, y + h);
    ctx.lineTo(px, y + h + (label ? 4 : 2));
  }
  for (const { px, label } of yTicks) {
    ctx.moveTo(x, px);
    ctx.lineTo(x - (label ? 4 : 2), px);
  }
  ctx.stroke();
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  let lastRight = -Infinity;
  // From the left, whichever way the axis runs: a label gives way to the one before it.
  for (const { px, label } of xTicks.toSorted((a, b) => a.px - b.px)) {
    const half = ctx.measureText(label).width / 2;
    if (!label || px - half < lastRight + 6) continue;
    const cx = Math.min(px, frame.width - half - 2);
    ctx.fillText(label, cx, y + h + 6);
    lastRight = cx + half;
  }
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  for (const { px, label } of yTicks) if (label) ctx.fillText(label, x - 7, px);
  ctx.textAlign = 'center';
  ctx.textBaseline = 'alphabetic';
  ctx.fillText(fitted(ctx, xTitle, w), x + w / 2, frame.height - 7);
  ctx.save();
  ctx.translate(13, y + h / 2);
  ctx.rotate(-Math.PI / 2);
  ctx.fillText(fitted(ctx, yTitle, h), 0, 0);
  ctx.restore();
}

/** Ticks inside the plot, at the middle of a pixel. */
function placed(ticks: readonly Tick[], scale: PlotScale, from: number, to: number): { px: number; label: string }[] {
  return ticks.map((t) => ({ px: Math.round(scale.toPixel(t.value)) + 0.5, label: t.label })).filter(({ px }) => px >= from - 1 && px <= to + 1);
}

function fitted(ctx: Pen, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  let n = text.length;
  while (n > 3 && ctx.measureText(text.slice(0, n) + '…').width > width) n--;
  return text.slice(0, n) + '…';
}
