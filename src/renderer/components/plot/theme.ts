/** The colours and font a plot is drawn with, from the shell's CSS variables. */
export interface PlotTheme {
  readonly bg: string;
  readonly panel: string;
  readonly raised: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly accent: string;
  readonly flag: string;
  readonly ok: string;
  readonly warn: string;
  readonly sel: string;
  readonly font: string;
}

const FALLBACK = {
  bg: '#0f1318',
  panel: '#161b22',
  raised: '#1d242d',
  line: '#2a333f',
  text: '#dfe6ee',
  dim: '#8b98a8',
  accent: '#5aa9e6',
  flag: '#ff6b5e',
  ok: '#63c59b',
  warn: '#e3b341',
  sel: '#ffd166',
} as const;

export function readTheme(element: Element): PlotTheme {
  const style = getComputedStyle(element);
  const colours = Object.fromEntries(
    Object.entries(FALLBACK).map(([name, value]) => [name, style.getPropertyValue(`--${name}`).trim() || value]),
  ) as unknown as Omit<PlotTheme, 'font'>;
  return { ...colours, font: style.fontFamily || 'sans-serif' };
}

/** Calls back when the page's theme changes: an attribute of the root element, or the system's preference. */
export function onThemeChanged(callback: () => void): () => void {
  const observer = new MutationObserver(callback);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'data-theme', 'style'] });
  const media = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : undefined;
  media?.addEventListener('change', callback);
  return () => {
    observer.disconnect();
    media?.removeEventListener('change', callback);
  };
}

export type Rgb = readonly [number, number, number];

/** `#rgb`, `#rrggbb`, `rgb(…)` → three bytes; anything else is mid grey. */
export function toRgb(colour: string): Rgb {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(colour);
  if (short) return [1, 2, 3].map((i) => parseInt(short[i]! + short[i]!, 16)) as unknown as Rgb;
  const long = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})/i.exec(colour);
  if (long) return [1, 2, 3].map((i) => parseInt(long[i]!, 16)) as unknown as Rgb;
  const rgb = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)/i.exec(colour);
  if (rgb) return [1, 2, 3].map((i) => Math.round(Number(rgb[i]))) as unknown as Rgb;
  return [128, 128, 128];
}

export function withAlpha(colour: string, alpha: number): string {
  return `rgba(${toRgb(colour).join(',')},${alpha})`;
}
