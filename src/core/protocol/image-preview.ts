import type { Alert, ImageShape } from '../model/table';
import type { PixelGrid, Query } from '../query/query';
import type { Step } from '../recipe/recipe';

/** A draft step on an image, and the part of the image that a view shows (as the query `image` has it). */
export type ImagePreviewAsked = Pick<Extract<Query, { kind: 'image' }>, 'table' | 'xRange' | 'yRange' | 'width' | 'height'> & {
  readonly step: Step;
  /**
   * From the image's own pixels, with progress, and only then averaged to the cells of the view. Otherwise within a tenth of a second: from the
   * averaged cells, with the kernel's lengths in cells, which at one pixel a cell is the same.
   */
  readonly whole?: boolean | undefined;
};

/** What a draft step would make of the pixels that a view shows. */
export interface ImagePreview {
  readonly version: number;
  readonly image: ImageShape;
  /** The step's result, on the cells of the query `image` with the same view. */
  readonly result: PixelGrid;
  /** The column it would be, and its unit. */
  readonly name: string;
  readonly unit?: string | undefined;
  /** From the image's own pixels: nothing better follows. */
  readonly exact: boolean;
  readonly alerts: readonly Alert[];
  /** In threads, without the wait for them. */
  readonly milliseconds: number;
}
