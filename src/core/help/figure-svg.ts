import type { Figure, FigurePanel, FigurePoints } from './figure';
import { imageSvg } from './image-svg';

const WIDTH = 640;
const PANEL = 170;
const LEFT = 56;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 34;

/** Colours of the window where its style sheet is, else of print. */
const COLORS = {
  line: 'var(--line-strong, #b5c0cd)',
  text: 'var(--dim, #596779)',
  before: 'var(--faint, #8e9aa9)',
  after: 'var(--accent, #1668ad)',
  flagged: 'var(--flag, #c8321f)',
  filled: 'var(--ok, #17744a)',
} as const;
const GROUPS = ['#3b82c4', '#e0a021', '#3fa37a', '#b45fa8', '#c8663c', '#7a8b99'] as const;

interface Scale {
  (value: number): number;
  readonly low: number;
  readonly high: number;
}

function scale(values: readonly number[], from: number, to: number): Scale {
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (!(low < high)) [low, high] = Number.isFinite(low) ? [low - 0.5, low + 0.5] : [0, 1];
  const margin = 0.05 * (high - low);
  const at = (v: number): number => from + ((v - (low - margin)) / (high - low + 2 * margin)) * (to - from);
  return Object.assign(at, { low, high });
}

/** The bulk of the values, widened to a few of its widths: one planted sentinel must not flatten the rest. */
function inSight(values: readonly number[]): readonly number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor(0.05 * (sorted.length - 1))]!, sorted[Math.ceil(0.95 * (sorted.length - 1))]!];
  const reach = 1.5 * (high - low);
  return high > low ? values.filter((v) => v >= low - reach && v <= high + reach) : values;
}

const px = (v: number): string => String(Math.round(v * 10) / 10);
const text = (s: string): string => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const number = (v: number): string => String(Number(v.toPrecision(4)));

/** Rows without a value: ticks on the lower edge. */
function ticks(x: readonly number[], sx: Scale, bottom: number): string {
  return x.map((v) => `<path d="M${px(sx(v))} ${px(bottom)}v-9" stroke="${COLORS.flagged}" stroke-width="1.5"/>`).join('');
}

function dots({ style, x, y, groups }: FigurePoints, sx: Scale, sy: Scale, box: readonly [number, number]): string {
  return x
    .map((v, i) => {
      const [cx, cy] = [sx(v), Math.min(box[1], Math.max(box[0], sy(y[i]!)))];
      if (style === 'flagged') return `<circle cx="${px(cx)}" cy="${px(cy)}" r="3.4" fill="none" stroke="${COLORS.flagged}" stroke-width="1.5"/>`;
      if (style === 'before' || style === 'after' || style === 'filled')
        return `<circle cx="${px(cx)}" cy="${px(cy)}" r="${style === 'filled' ? 2.4 : 1.7}" fill="${COLORS[style]}"/>`;
      const group = groups?.[i] ?? -1;
      return `<circle cx="${px(cx)}" cy="${px(cy)}" r="2" fill="${group < 0 ? COLORS.flagged : GROUPS[group % GROUPS.length]!}"/>`;
    })
    .join('');
}

function panel(p: FigurePanel, top: number): string {
  const bottom = top + PANEL - TOP - BOTTOM;
  const xs = [...p.points.flatMap((s) => s.x), ...p.curves.flatMap((c) => c.x)];
  const drawn = inSight(p.points.flatMap((s) => s.y));
  const ys = drawn.length > 0 ? drawn : p.curves.flatMap((c) => c.y);
  const sx = scale(xs, LEFT, WIDTH - RIGHT);
  const sy = p.isInverted ? scale(ys, top, bottom) : scale(ys, bottom, top);
  const lines = p.curves.map(
    (c) =>
      `<polyline fill="none" stroke="${COLORS.after}" stroke-width="1.6" points="${c.x
        .map((v, i) => `${px(sx(v))},${px(Math.min(bottom, Math.max(top, sy(c.y[i]!))))}`)
        .join(' ')}"/>`,
  );
  const say = (x: number, y: number, anchor: string, words: string): string =>
    `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" font-size="11" font-family="sans-serif" fill="${COLORS.text}">${text(words)}</text>`;
  return [
    `<rect x="${LEFT}" y="${px(top)}" width="${WIDTH - LEFT - RIGHT}" height="${px(bottom - top)}" fill="none" stroke="${COLORS.line}"/>`,
    ...p.points.map((s) => (s.style === 'missing' ? ticks(s.x, sx, bottom) : dots(s, sx, sy, [top, bottom]))),
    ...lines,
    say(LEFT - 5, sy(sy.high) + 4, 'end', number(sy.high)),
    say(LEFT - 5, sy(sy.low) + 4, 'end', number(sy.low)),
    say(sx(sx.low), bottom + 14, 'middle', number(sx.low)),
    say(sx(sx.high), bottom + 14, 'middle', number(sx.high)),
    say((LEFT + WIDTH - RIGHT) / 2, bottom + 16, 'middle', p.xLabel),
    `<text transform="translate(13 ${px((top + bottom) / 2)}) rotate(-90)" text-anchor="middle" font-size="11" font-family="sans-serif" fill="${COLORS.text}">${text(p.yLabel)}</text>`,
  ].join('\n');
}

/** The figure as SVG text: the window's colours inside the window, dark ink on nothing elsewhere. */
export function figureSvg(figure: Figure): string {
  const height = figure.panels.length * PANEL;
  const panels = figure.panels.map((p, i) =>
    p.images
      ? imageSvg(p.images, { x: LEFT, y: i * PANEL + TOP, width: WIDTH - LEFT - RIGHT, height: PANEL - TOP - BOTTOM })
      : panel(p, i * PANEL + TOP),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">\n<title>${text(figure.caption)}</title>\n${panels.join('\n')}\n</svg>\n`;
}
