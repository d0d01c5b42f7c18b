import type { Layer, Painter } from './layer';
import { withAlpha, type PlotTheme } from './theme';

type Colour = keyof Omit<PlotTheme, 'font'>;

/** Nearer than this, in pixels, two labels would be drawn over each other. */
const LINE_HEIGHT = 13;

/** Labels of lines that lie close together become one over the uppermost: `FAP 0.1 %`, `FAP 1 %` → `FAP 0.1 %, 1 %`. */
export function mergedLabels(lines: readonly { readonly py: number; readonly label: string }[]): { py: number; label: string }[] {
  const out: { py: number; label: string; lowest: number }[] = [];
  for (const { py, label } of [...lines].sort((a, b) => a.py - b.py)) {
    const last = out.at(-1);
    if (last && py - last.lowest < LINE_HEIGHT) {
      const lead = /^\D+ /.exec(label)?.[0] ?? '';
      last.label += `, ${lead && last.label.startsWith(lead) ? label.slice(lead.length) : label}`;
      last.lowest = py;
    } else out.push({ py, label, lowest: py });
  }
  return out.map(({ py, label }) => ({ py, label }));
}

/** Dashed horizontal lines with a label at the right: false-alarm levels. */
export class LevelsLayer implements Layer {
  constructor(private readonly levels: readonly { readonly y: number; readonly label: string }[]) {}
  draw({ ctx, plot, y, theme }: Painter): void {
    ctx.strokeStyle = ctx.fillStyle = theme.warn;
    ctx.lineWidth = 1;
    ctx.font = `11px ${theme.font}`;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'bottom';
    const lines = this.levels
      .toSorted((a, b) => b.y - a.y)
      .map((level) => ({ py: Math.round(y.toPixel(level.y)) + 0.5, label: level.label }))
      .filter(({ py }) => py > plot.y && py < plot.y + plot.h);
    ctx.setLineDash([5, 4]);
    for (const { py } of lines) {
      ctx.beginPath();
      ctx.moveTo(plot.x, py);
      ctx.lineTo(plot.x + plot.w, py);
      ctx.stroke();
    }
    ctx.setLineDash([]);
    // A halo keeps the words apart from the curve and other labels below them.
    ctx.strokeStyle = theme.panel;
    ctx.lineWidth = 3;
    for (const { py, label } of mergedLabels(lines)) {
      ctx.strokeText(label, plot.x + plot.w - 6, py - 3);
      ctx.fillText(label, plot.x + plot.w - 6, py - 3);
    }
  }
}

/** Short labels over places of the curve (peaks, aliases), with a faint tick; labels that would overlap an earlier one are left out. */
export class LabelsLayer implements Layer {
  constructor(
    private readonly labels: readonly { readonly x: number; readonly y?: number; readonly label: string; readonly strong?: boolean }[],
    private readonly colour: Colour = 'dim',
  ) {}
  draw({ ctx, plot, x, y, theme }: Painter): void {
    ctx.font = `11px ${theme.font}`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'bottom';
    const taken: { l: number; r: number; y: number }[] = [];
    for (const item of this.labels) {
      const px = x.toPixel(item.x);
      if (!(px >= plot.x && px <= plot.x + plot.w)) continue;
      const top = item.y === undefined ? plot.y + 14 : Math.max(plot.y + 14, y.toPixel(item.y) - 5);
      const half = ctx.measureText(item.label).width / 2 + 3;
      const cx = Math.min(Math.max(px, plot.x + half), plot.x + plot.w - half);
      ctx.strokeStyle = withAlpha(theme[this.colour], 0.35);
      ctx.lineWidth = 1;
      ctx.setLineDash([2, 3]);
      ctx.beginPath();
      ctx.moveTo(Math.round(px) + 0.5, top + 2);
      ctx.lineTo(Math.round(px) + 0.5, plot.y + plot.h);
      ctx.stroke();
      ctx.setLineDash([]);
      if (taken.some((t) => cx - half < t.r && cx + half > t.l && Math.abs(t.y - top) < 13)) continue;
      taken.push({ l: cx - half, r: cx + half, y: top });
      ctx.fillStyle = item.strong ? theme.text : theme[this.colour];
      ctx.fillText(item.label, cx, top);
    }
  }
}

/** Vertical bars over bin edges, stacked overlays allowed by several layers. `base` is where bars stand (log axes have no 0). */
export class BarsLayer implements Layer {
  constructor(
    private readonly edges: Float64Array,
    private readonly counts: Uint32Array,
    private readonly colour: Colour,
    private readonly opacity = 1,
  ) {}
  draw({ ctx, plot, x, y, theme }: Painter): void {
    ctx.fillStyle = theme[this.colour];
    ctx.globalAlpha = this.opacity;
    const floor = plot.y + plot.h;
    ctx.beginPath();
    for (let i = 0; i < this.counts.length; i++) {
      const n = this.counts[i]!;
      if (n === 0) continue;
      const a = x.toPixel(this.edges[i]!);
      const b = x.toPixel(this.edges[i + 1]!);
      if (Number.isNaN(a) || Number.isNaN(b)) continue;
      const left = Math.min(a, b);
      const gap = Math.abs(b - a) > 4 ? 1 : 0;
      const top = Math.min(y.toPixel(n), floor - 1);
      if (left > plot.x + plot.w || left + Math.abs(b - a) < plot.x) continue;
      ctx.rect(left + gap / 2, top, Math.max(0.5, Math.abs(b - a) - gap), floor - top);
    }
    ctx.fill();
    ctx.globalAlpha = 1;
  }
}

/** Dashed outlines of what is selected: polygons, rectangles, strips. Coordinates in data units; an open side runs to the plot's edge. */
export type Outline =
  | { readonly kind: 'polygon'; readonly points: readonly (readonly [number, number])[] }
  | { readonly kind: 'box'; readonly x?: Side | undefined; readonly y?: Side | undefined };

interface Side {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

export class OutlinesLayer implements Layer {
  constructor(private readonly outlines: readonly Outline[]) {}
  draw({ ctx, plot, x, y, theme }: Painter): void {
    ctx.strokeStyle = theme.sel;
    ctx.lineWidth = 1.2;
    ctx.setLineDash([4, 3]);
    for (const o of this.outlines) {
      ctx.beginPath();
      if (o.kind === 'polygon') {
        for (const [px, py] of o.points) ctx.lineTo(x.toPixel(px), y.toPixel(py));
        ctx.closePath();
      } else {
        const side = (v: number | undefined, scale: typeof x, edge: number): number => (v === undefined ? edge : scale.toPixel(v));
        const l = side(o.x?.low, x, plot.x - 2);
        const r = side(o.x?.high, x, plot.x + plot.w + 2);
        const b = side(o.y?.low, y, plot.y + plot.h + 2);
        const t = side(o.y?.high, y, plot.y - 2);
        ctx.rect(Math.min(l, r), Math.min(t, b), Math.abs(r - l), Math.abs(b - t));
      }
      ctx.stroke();
    }
    ctx.setLineDash([]);
  }
}

/** A vertical line: the current period, a cursor shared by two panes. */
export class CursorLayer implements Layer {
  constructor(
    private readonly at: number,
    private readonly colour: Colour = 'text',
    private readonly horizontal = false,
  ) {}
  draw({ ctx, plot, x, y, theme }: Painter): void {
    ctx.strokeStyle = withAlpha(theme[this.colour], 0.6);
    ctx.lineWidth = 1;
    ctx.beginPath();
    if (this.horizontal) {
      const py = Math.round(y.toPixel(this.at)) + 0.5;
      ctx.moveTo(plot.x, py);
      ctx.lineTo(plot.x + plot.w, py);
    } else {
      const px = Math.round(x.toPixel(this.at)) + 0.5;
      ctx.moveTo(px, plot.y);
      ctx.lineTo(px, plot.y + plot.h);
    }
    ctx.stroke();
  }
}
