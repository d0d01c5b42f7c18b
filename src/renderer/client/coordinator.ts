import { watch } from 'vue';
import { operations } from '../../core/operations/registry';
import type { DryRun, EngineService } from '../../core/protocol/engine-service';
import { AppError, Cancelled } from '../../core/protocol/outcome';
import type { Client } from '../../core/protocol/rpc';
import type { AnswerTo } from '../../core/query/query';
import type { Step } from '../../core/recipe/recipe';
import type { AppSession } from './app-session';
import { isImageStep } from './image-draft';
import { Latest } from './latest';
import type { Selection } from './session';

/** Up to this many rows a draft's numbers over all rows are made by themselves after a pause; above it by a button. */
const AUTO_TRY_ROWS = 2_000_000;
/** The pause, in milliseconds. */
const AUTO_TRY_DELAY = 700;

/** A search over every object takes minutes and changes no row: there is nothing to count before it is applied. */
function changesRows(step: Step): boolean {
  const op = operations.get(step.op);
  if (op?.writes !== 'table') return true;
  const { flags = [], marks = [], columns = [] } = op.produces(step.params, (role) => step.bind[role]);
  return flags.length + marks.length + columns.length > 0;
}

export type Coordinated = Pick<
  AppSession,
  'table' | 'object' | 'band' | 'selection' | 'draft' | 'preview' | 'previewError' | 'dryRun' | 'engineState'
> & { readonly engine: Client<EngineService> };

/**
 * The one place where a change in what is current becomes a question to the engine: the selection's count, the draft's preview, the draft's
 * numbers over all rows. Each has a slot of its own; the newest question wins.
 */
export class Coordinator {
  private readonly previews = new Latest<void>(() => this.preview());
  private readonly counts = new Latest<Selection>((s) => this.count(s));
  private readonly stop: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private trying: AbortController | undefined;
  /** Jobs that somebody started and waits for. */
  private jobs = 0;
  private isPutOff = false;

  constructor(private readonly s: Coordinated) {
    this.stop = watch(
      [() => s.draft.value, () => s.object.value, () => s.band.value, () => s.table.value?.id, () => s.table.value?.version],
      ([draft], [before]) => {
        if (!s.draft.value) {
          this.forget();
          return;
        }
        // A picture is previewed as a picture (ImageDraft): not all its pixels.
        if (!isImageStep(s.draft.value, s.table.value)) this.previews.ask();
        else s.preview.value = undefined;
        if (draft !== before || s.dryRun.value.state === 'none') this.planTry();
      },
    );
  }

  dispose(): void {
    this.stop();
    this.forget();
  }

  /** Asks how many rows the selection holds; the answer is put into the selection if it is still the current one. */
  countSelection(selection: Selection): void {
    this.counts.ask(selection);
  }

  /** While a job runs that somebody started the try, which only looks ahead, gets out of its way; it starts anew when all of them are over. */
  async during<T>(job: () => Promise<T>): Promise<T> {
    this.jobs++;
    if (this.s.dryRun.value.state === 'running') this.putOff();
    try {
      return await job();
    } finally {
      if (--this.jobs === 0 && this.isPutOff) void this.tryOnAll();
    }
  }

  /** Runs the draft over all rows, as a job that a newer draft or Cancel ends. */
  async tryOnAll(): Promise<void> {
    clearTimeout(this.timer);
    this.trying?.abort();
    this.isPutOff = false;
    const { draft, table, dryRun } = this.s;
    const step = draft.value;
    if (!step || !table.value) return;
    if (this.jobs > 0) return this.putOff();
    const abort = new AbortController();
    this.trying = abort;
    const previous = this.known();
    dryRun.value = { state: 'running', progress: { fraction: 0 }, previous };
    try {
      const outcome = await this.s.engine.dryRun(
        { table: table.value.id, step },
        {
          signal: abort.signal,
          slot: 'dry-run',
          onProgress: (progress) => {
            if (this.trying === abort) dryRun.value = { state: 'running', progress, previous };
          },
        },
      );
      if (this.trying !== abort) return;
      dryRun.value =
        'ok' in outcome
          ? { state: 'done', result: outcome.ok }
          : 'failed' in outcome
            ? { state: 'failed', error: outcome.failed }
            : { state: 'none' };
    } catch (error) {
      if (this.trying !== abort) return;
      dryRun.value = error instanceof Cancelled ? { state: 'none' } : { state: 'failed', error: AppError.from(error, 'trying the step').fields };
    }
  }

  /** What the last try found. */
  private known(): DryRun | undefined {
    const { value } = this.s.dryRun;
    return value.state === 'done' ? value.result : value.state === 'running' ? value.previous : undefined;
  }

  private putOff(): void {
    clearTimeout(this.timer);
    this.trying?.abort();
    this.trying = undefined;
    this.isPutOff = true;
    this.s.dryRun.value = { state: 'running', progress: { fraction: 0 }, waits: true, previous: this.known() };
  }

  cancelTry(): void {
    clearTimeout(this.timer);
    this.isPutOff = false;
    this.trying?.abort();
    this.trying = undefined;
    this.s.dryRun.value = { state: 'none' };
  }

  private planTry(): void {
    clearTimeout(this.timer);
    this.isPutOff = false;
    this.trying?.abort();
    this.trying = undefined;
    const table = this.s.table.value;
    const draft = this.s.draft.value;
    if (table && table.meta.rows <= AUTO_TRY_ROWS && draft && changesRows(draft)) this.timer = setTimeout(() => void this.tryOnAll(), AUTO_TRY_DELAY);
    else this.s.dryRun.value = { state: 'none' };
  }

  private forget(): void {
    this.previews.drop();
    this.cancelTry();
    this.s.preview.value = undefined;
    this.s.previewError.value = undefined;
  }

  private async preview(): Promise<void> {
    const { engine, table, object, band, draft, preview, previewError } = this.s;
    const step = draft.value;
    if (!step || !table.value) return;
    try {
      const outcome = await engine.preview({ table: table.value.id, step, object: object.value, band: band.value }, { slot: 'preview' });
      if (draft.value?.id !== step.id) return;
      if ('ok' in outcome) {
        preview.value = outcome.ok;
        previewError.value = undefined;
      } else if ('failed' in outcome) {
        preview.value = undefined;
        previewError.value = outcome.failed;
      }
    } catch (error) {
      if (error instanceof Cancelled || draft.value?.id !== step.id) return;
      preview.value = undefined;
      previewError.value = AppError.from(error, 'previewing the step').fields;
    }
  }

  private async count(selection: Selection): Promise<void> {
    const table = this.s.table.value;
    if (!table) return;
    try {
      const outcome = await this.s.engine.query(
        { kind: 'count', table: table.id, rows: {}, selection: selection.predicate },
        { slot: 'selection-count' },
      );
      if (!('ok' in outcome) || this.s.selection.value?.predicate !== selection.predicate) return;
      const { rows, flagged } = outcome.ok as AnswerTo<'count'>;
      this.s.selection.value = { ...selection, rows, flagged };
    } catch (error) {
      if (!(error instanceof Cancelled) && AppError.from(error).fields.code !== 'engine-lost') throw error;
    }
  }
}
