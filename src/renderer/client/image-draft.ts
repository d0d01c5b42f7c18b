import { shallowRef, watch, type ShallowRef } from 'vue';
import { operations } from '../../core/operations/registry';
import type { EngineService, TableInfo } from '../../core/protocol/engine-service';
import type { ImagePreview, ImagePreviewAsked } from '../../core/protocol/image-preview';
import { toOutcome, type Outcome } from '../../core/protocol/outcome';
import type { Client } from '../../core/protocol/rpc';
import type { Step } from '../../core/recipe/recipe';
import type { Receipt } from '../gpu/receipt';
import type { AppSession } from './app-session';
import type { GpuImagePreview, GpuPlan, GpuPreview } from './gpu-image-preview';
import { Latest } from './latest';
import { previewReceipt, type Made } from './preview-receipt';

/** The part of the image that is looked at, and cells of the screen for it. */
export type ImageLook = Pick<ImagePreviewAsked, 'xRange' | 'yRange' | 'width' | 'height'>;

/** Nobody looks: the whole image, small. */
const FIRST: ImageLook = { width: 512, height: 512 };
/** A slider at rest for so many milliseconds is worth the whole image's work. */
const PAUSE = 250;

type Needs = Pick<AppSession, 'table' | 'draft' | 'previewError' | 'runJob'> & {
  readonly engine: Client<EngineService>;
  readonly onGpu: GpuImagePreview;
};

/** Whether a step works on images, so that what it does shows as a picture. */
export function isImageStep(step: Step | undefined, table: TableInfo | undefined): step is Step {
  return step !== undefined && table?.meta.image !== undefined && operations.get(step.op)?.ofImages === true;
}

/**
 * What the draft makes of the image that is looked at: at once from cells as large as the screen's, and when nothing moves any more from all pixels,
 * as a job. The newest question wins. Where the GPU is faster its picture comes first, and the engine's float64 takes its place.
 */
export class ImageDraft {
  readonly look: ShallowRef<ImageLook> = shallowRef(FIRST);
  readonly preview: ShallowRef<ImagePreview | undefined> = shallowRef();
  /** What made the preview that is shown, and what it cost. */
  readonly receipt: ShallowRef<Receipt | undefined> = shallowRef();
  /** The picture from all pixels is being made. */
  readonly isSharpening = shallowRef(false);
  private readonly quick = new Latest<void>(() => this.ask());
  private readonly stop: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private whole: AbortController | undefined;
  private gpuWork: AbortController | undefined;
  private newest: ImagePreviewAsked | undefined;
  private made: Made = {};

  constructor(private readonly s: Needs) {
    this.stop = watch([() => s.draft.value, () => s.table.value?.id, () => s.table.value?.version, () => this.look.value], () => {
      this.rest();
      if (isImageStep(s.draft.value, s.table.value)) this.quick.ask();
      else this.forget();
    });
  }

  dispose(): void {
    this.stop();
    this.forget();
  }

  private forget(): void {
    this.rest();
    this.quick.drop();
    this.gpuWork?.abort();
    this.newest = undefined;
    this.made = {};
    this.preview.value = undefined;
    this.receipt.value = undefined;
  }

  /** Ends what a newer question overtakes. */
  private rest(): void {
    clearTimeout(this.timer);
    this.whole?.abort();
    this.whole = undefined;
    this.isSharpening.value = false;
  }

  private asked(): ImagePreviewAsked | undefined {
    const [step, table] = [this.s.draft.value, this.s.table.value];
    return isImageStep(step, table) && table ? { table: table.id, step, ...this.look.value } : undefined;
  }

  /** Done when a picture is there, the first of the two. */
  private async ask(): Promise<void> {
    const asked = this.asked();
    const table = this.s.table.value;
    if (!asked || !table) return;
    this.gpuWork?.abort();
    const plan = this.s.onGpu.plan(asked, table);
    this.newest = asked;
    this.made = 'backend' in plan ? {} : { reason: plan.reason };
    const engine = this.askEngine(asked, plan);
    if (!('backend' in plan)) return engine;
    const own = new AbortController();
    this.gpuWork = own;
    // What is wrong with the step the engine says.
    const gpu = this.s.onGpu.make(plan, asked, table, own.signal).catch(() => undefined);
    await Promise.race([engine, gpu.then((made) => (this.takeFromGpu(made, asked) ? undefined : engine))]);
  }

  /** Later than float64, the GPU's picture is no news but for its times. */
  private takeFromGpu(made: GpuPreview | undefined, asked: ImagePreviewAsked): boolean {
    if (!made || this.newest !== asked) return false;
    if (this.made.engineMs === undefined) this.preview.value = made.preview;
    this.account({ gpu: made.receipt });
    return true;
  }

  private async askEngine(asked: ImagePreviewAsked, plan: GpuPlan): Promise<void> {
    const outcome = await this.outcome(() => this.s.engine.imagePreview(asked, { slot: 'image-preview' }));
    if ('ok' in outcome) this.s.onGpu.learn(plan, outcome.ok.milliseconds);
    const isCurrent = this.s.draft.value?.id === asked.step.id;
    // Overtaken by a newer picture of the GPU.
    if (!isCurrent || (this.newest !== asked && this.made.gpu)) return;
    this.take(outcome);
    if ('ok' in outcome && this.newest === asked) this.account({ engineMs: outcome.ok.milliseconds });
    const isNewest = this.s.draft.value === asked.step && this.look.value.width === asked.width && this.look.value.xRange === asked.xRange;
    if ('ok' in outcome && !outcome.ok.exact && isNewest) this.timer = setTimeout(() => void this.sharpen(asked), PAUSE);
  }

  private account(more: Made): void {
    this.made = { ...this.made, ...more };
    this.receipt.value = previewReceipt(this.made);
  }

  private async sharpen(asked: ImagePreviewAsked): Promise<void> {
    const own = new AbortController();
    this.whole = own;
    this.isSharpening.value = true;
    const title = `${operations.get(asked.step.op)?.title ?? asked.step.op}: all pixels`;
    await this.s.runJob(title, async (signal, onProgress) => {
      const both = AbortSignal.any([signal, own.signal]);
      const outcome = await this.outcome(() =>
        this.s.engine.imagePreview({ ...asked, whole: true }, { slot: 'image-preview-whole', signal: both, onProgress }),
      );
      // Overtaken by the next move of a slider: that is no cancelled job worth a line.
      if (own.signal.aborted) return undefined;
      this.take(outcome);
      if ('ok' in outcome && !this.made.gpu) this.account({ engineMs: outcome.ok.milliseconds });
      return outcome;
    });
    if (this.whole === own) this.rest();
  }

  private take(outcome: Outcome<ImagePreview>): void {
    if ('cancelled' in outcome) return;
    this.preview.value = 'ok' in outcome ? outcome.ok : undefined;
    if ('failed' in outcome) this.receipt.value = undefined;
    this.s.previewError.value = 'failed' in outcome ? outcome.failed : undefined;
  }

  private async outcome(work: () => Promise<Outcome<ImagePreview>>): Promise<Outcome<ImagePreview>> {
    const outcome = await toOutcome(work, 'previewing the step');
    return 'ok' in outcome ? outcome.ok : outcome;
  }
}
