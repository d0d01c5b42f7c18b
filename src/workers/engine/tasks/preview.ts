import type { Preview } from '../../../core/protocol/engine-service';
import type { Predicate } from '../../../core/select/predicate';
import { Memory } from '../../../core/numerics/memory';
import { previewUnits } from '../steps/preview-units';
import { type StepArgs, byFraction, revived } from '../steps/step-args';
import { defineTask } from '../threads/task';

export interface PreviewArgs extends StepArgs {
  readonly where?: Predicate | undefined;
  readonly object?: string | undefined;
  readonly band?: string | undefined;
  readonly whole?: boolean | undefined;
}

/** Of the previews that this thread made. */
const memory = new Memory();

function* preview(args: PreviewArgs): Generator<number, Preview> {
  const started = performance.now();
  const done = yield* byFraction(previewUnits({ ...revived(args), memory }));
  return { ...done, milliseconds: performance.now() - started };
}

/** What a step would do to one object. */
export default defineTask({ name: 'preview', run: preview });
