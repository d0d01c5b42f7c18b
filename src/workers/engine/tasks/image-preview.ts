import { type ConvolveView, convolveViewSteps } from '../../../core/query/convolve-view';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { defineTask } from '../threads/task';

export interface ImagePreviewArgs extends ConvolveView {
  readonly data: TableData;
  readonly from: number;
  readonly to: number;
}

function* preview({ data, from, to, ...job }: ImagePreviewArgs): Generator<number, { values: Float64Array; milliseconds: number }> {
  const started = performance.now();
  const values = yield* convolveViewSteps(viewOf(data), job, from, to);
  return { values, milliseconds: performance.now() - started };
}

/** Some rows of a view of what a step makes of an image. */
export default defineTask({ name: 'image-preview', run: preview });
