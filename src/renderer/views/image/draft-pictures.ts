import type { ImageShape } from '../../../core/model/table';
import type { Kernel } from '../../../core/numerics/convolve/kernel-spec';
import type { ImagePreview } from '../../../core/protocol/image-preview';
import type { ImageAnswer, PixelGrid } from '../../../core/query/query';
import type { CellPicture } from '../../components/pixels/cells-layer';
import { colourTable, type ColourTable } from '../../components/pixels/colour-maps';
import { evenLimits, fits, ownLimits, usable } from '../../components/pixels/limits';
import { honest } from '../../components/format';
import { extentOf } from '../../components/plot/axis-info';
import type { Range } from '../../components/plot/scale';

/** A picture and what to know of it. */
export interface Noted {
  readonly picture: CellPicture;
  readonly note: string;
}

/** The step's result: with the original's limits, to compare by eye, unless nothing would be seen between them. */
export function resultPicture({ result, image, exact }: ImagePreview, limits: Range, colours: ColourTable): Noted {
  const own = ownLimits(result.values);
  const isShared = fits(own, limits);
  const note = [exact ? 'from all pixels' : `quick: from means of ${result.step} × ${result.step}`, isShared ? '' : 'own limits'];
  return { picture: { grid: result, image, colours, limits: isShared ? limits : own }, note: note.filter(Boolean).join(' · ') };
}

/** Original minus result, with zero in the middle where there is some of both signs; undefined while the two show different parts of the image. */
export function residualPicture({ result, image }: ImagePreview, original: ImageAnswer | undefined, colours: ColourTable): Noted | undefined {
  const isSame = original && (['step', 'x', 'y', 'width', 'height'] as const).every((k) => original[k] === result[k]);
  if (!isSame) return undefined;
  const values = original.values.map((v, i) => v - result.values[i]!);
  const grid = { ...result, values };
  const own = ownLimits(values);
  if (own[0] > 0 || own[1] < 0) return { picture: { grid, image, colours, limits: own }, note: 'original − result · own limits' };
  const limits = evenLimits(values);
  return {
    picture: { grid, image, colours: colourTable('diverging', false, 'linear'), limits },
    note: `original − result · ±${honest(limits[1], 3)}`,
  };
}

/** The kernel's numbers, its middle at 0. */
export function kernelPicture(kernel: Kernel, colours: ColourTable): Noted & { readonly image: ImageShape } {
  const { width, height, values, sum } = kernel;
  const grid: PixelGrid = { step: 1, x: 0, y: 0, width, height, values };
  const [low, high] = extentOf(values)!;
  const image = { width, height };
  const note = [`${width} × ${height}`, `sum ${honest(sum, 6)}`, `${honest(low, 3)} … ${honest(high, 3)}`, kernel.separable ? 'separable' : ''];
  return { picture: { grid, image, colours, limits: usable([low, high]) }, note: note.filter(Boolean).join(' · '), image };
}
