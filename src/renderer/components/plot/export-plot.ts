import type { Pen } from './layer';
import type { PlotSurface } from './surface';

/** What can be drawn for a file: one plot, or several beside each other. */
export type Drawable = Pick<PlotSurface, 'size' | 'drawTo'>;

/** The plot as a PNG at twice the screen's resolution. */
export function plotPng(surface: Drawable): Promise<Blob> {
  const { width, height } = surface.size;
  const ratio = 2;
  const canvas = document.createElement('canvas');
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const ctx = canvas.getContext('2d')!;
  ctx.scale(ratio, ratio);
  surface.drawTo(ctx, ratio, false);
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the picture could not be made: the view is too large for a PNG'))),
      'image/png',
    ),
  );
}

/** Hands a file to the browser's own download (in the application: its save dialog). */
export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download reads the URL after the click returns.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The plot as an SVG document: axes, curves and up to some thousand markers as shapes, denser sets as an embedded picture. */
export async function plotSvg(surface: Drawable): Promise<string> {
  const { Context } = await import('svgcanvas');
  const { width, height } = surface.size;
  const recorder = new Context({ width, height });
  // The recorder implements what the layers use of a 2-D context; its own type says only how to read the result.
  surface.drawTo(recorder as unknown as Pen, 2, true);
  return recorder.getSerializedSvg(true);
}
