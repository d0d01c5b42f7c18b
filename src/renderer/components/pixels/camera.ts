import type { ImageShape } from '../../../core/model/table';
import type { Viewport } from '../plot/frame';
import type { Range } from '../plot/scale';

/** Size of a pane in CSS pixels. */
export interface PaneSize {
  readonly width: number;
  readonly height: number;
}

/** A pixel of the image takes this many of the screen at most, and the whole image this share of a pane at least. */
const MOST_ENLARGED = 160;
const LEAST_SHARE = 0.1;

const middle = ([low, high]: Range): number => (low + high) / 2;
const about = (centre: number, length: number): Range => [centre - length / 2, centre + length / 2];

/** The whole image, as pixel coordinates with the centre of pixel 0 at 0. */
export function wholeImage({ width, height }: ImageShape): Viewport {
  return { x: [-0.5, width - 0.5], y: [-0.5, height - 0.5] };
}

/** Pixels of the screen that a pixel of the image takes. */
export function enlargement(view: Viewport, { width }: PaneSize): number {
  return width / (view.x[1] - view.x[0]);
}

/**
 * The view, or the whole image, with room added along one axis so that pixels are squares in a pane of this size. Neither too near nor too far,
 * and never beside the image.
 */
export function squared(view: Viewport | undefined, image: ImageShape, size: PaneSize): Viewport {
  const shown = view ?? wholeImage(image);
  const [w, h] = [Math.max(1, size.width), Math.max(1, size.height)];
  const scale = Math.min(w / (shown.x[1] - shown.x[0]), h / (shown.y[1] - shown.y[0]));
  const least = LEAST_SHARE * Math.min(w / image.width, h / image.height);
  const kept = Math.min(MOST_ENLARGED, Math.max(least, scale));
  const inside = (range: Range, n: number): number => Math.min(n - 1, Math.max(0, middle(range)));
  return { x: about(inside(shown.x, image.width), w / kept), y: about(inside(shown.y, image.height), h / kept) };
}

/** The view about the same middle in which a pixel of the image is one of the screen. */
export function actualSize(view: Viewport, size: PaneSize, pixelRatio: number): Viewport {
  return { x: about(middle(view.x), size.width * pixelRatio), y: about(middle(view.y), size.height * pixelRatio) };
}

/** In how many columns so many pictures of one image are largest in a room of this size. */
export function columnsOf(pictures: number, { width, height }: PaneSize, image: ImageShape): number {
  const scale = (columns: number): number => Math.min(width / columns / image.width, height / Math.ceil(pictures / columns) / image.height);
  let best = 1;
  for (let columns = 2; columns <= pictures; columns++) if (scale(columns) > scale(best)) best = columns;
  return best;
}
