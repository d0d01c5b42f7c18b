import { shallowRef, watch, type ShallowRef } from 'vue';
import type { EngineService, ObjectEffects } from '../../core/protocol/engine-service';
import { AppError, Cancelled, type ErrorFields, type Outcome, type Progress } from '../../core/protocol/outcome';
import type { Client } from '../../core/protocol/rpc';
import type { Step } from '../../core/recipe/recipe';
import type { AppSession } from './app-session';
import { Latest } from './latest';
import type { ObjectList } from './object-list';

/** Objects looked at unless all are asked for. */
export const SAMPLE = 200;
/** Rows a sample may have to be looked at again with every move of a slider. */
const LIVE_ROWS = 2_000_000;

export const MEASURES = ['flagged', 'scatter', 'pointToPoint'] as const;
export type Measure = (typeof MEASURES)[number];
export type Brushes = Readonly<Partial<Record<Measure, readonly [number, number]>>>;

/** The numbers of many objects, and the step they are of. */
export interface EnsembleDone {
  readonly effects: ObjectEffects;
  readonly step: Step;
}

type Needs = Pick<AppSession, 'table' | 'draft' | 'runJob' | 'select' | 'clearSelection'> & {
  readonly engine: Client<EngineService>;
  readonly objects: ObjectList;
};

/** The places of the objects that are inside every brush; a missing number is inside none. */
export function inBrushes(effects: ObjectEffects, brushes: Brushes): readonly number[] {
  const active = MEASURES.flatMap((m) => (brushes[m] ? [{ values: effects[m], range: brushes[m] }] : []));
  return effects.objects.flatMap((_, i) => (active.every(({ values, range }) => values[i]! >= range[0] && values[i]! <= range[1]) ? [i] : []));
}

/** What the draft does to many objects, and which of them are looked at. A sample follows the draft by itself while a view shows it. */
export class Ensemble {
  /** The newest numbers; they stay while newer ones are made. */
  readonly done: ShallowRef<EnsembleDone | undefined> = shallowRef();
  /** Present while numbers are made. */
  readonly progress: ShallowRef<Progress | undefined> = shallowRef();
  readonly error: ShallowRef<ErrorFields | undefined> = shallowRef();
  readonly brushes: ShallowRef<Brushes> = shallowRef({});
  private readonly latest = new Latest<void>(async () => void (await this.look(SAMPLE)));
  private readonly stops: (() => void)[];
  private abort: AbortController | undefined;
  private watchers = 0;

  constructor(private readonly s: Needs) {
    this.stops = [
      watch(
        () => s.table.value?.id,
        () => this.forget(),
        { flush: 'sync' },
      ),
      watch([() => s.draft.value, () => s.table.value?.version], () => this.follow()),
    ];
  }

  dispose(): void {
    for (const stop of this.stops) stop();
    this.abort?.abort();
  }

  /** Called by a view that shows the numbers; the answer ends it. */
  show(): () => void {
    this.watchers++;
    this.follow();
    return () => void this.watchers--;
  }

  /** Every object of the table, as a job of the tray. */
  async runAll(): Promise<void> {
    await this.s.runJob('Looking at every object', async (signal, onProgress) => {
      const stop = (): void => this.cancel();
      signal.addEventListener('abort', stop, { once: true });
      const outcome = await this.look(undefined, onProgress);
      signal.removeEventListener('abort', stop);
      return outcome;
    });
  }

  /** The sample, now: where the rows are too many to follow every move. */
  runSample(): void {
    this.latest.ask();
  }

  cancel(): void {
    this.abort?.abort();
  }

  /** A range of one of the histograms; undefined takes it away. The objects inside all of them are listed and selected. */
  brush(measure: Measure, range: readonly [number, number] | undefined): void {
    const { [measure]: _, ...others } = this.brushes.value;
    this.brushes.value = range ? { ...others, [measure]: range } : others;
    this.tell();
  }

  /** Lists all objects again. */
  clearBrushes(): void {
    if (Object.keys(this.brushes.value).length === 0) return;
    this.brushes.value = {};
    this.tell();
  }

  private tell(): void {
    const { objects, select, clearSelection } = this.s;
    if (Object.keys(this.brushes.value).length === 0) {
      void objects.only(undefined);
      clearSelection();
      return;
    }
    const effects = this.done.value?.effects;
    if (!effects) return;
    const ids = inBrushes(effects, this.brushes.value).map((i) => effects.objects[i]!);
    void objects.only({ ids, words: 'in the brushed effect' });
    if (ids.length > 0) select({ kind: 'objects', ids }, 'effects', 'replace');
    else clearSelection();
  }

  private forget(): void {
    this.abort?.abort();
    this.done.value = undefined;
    this.progress.value = undefined;
    this.error.value = undefined;
    this.brushes.value = {};
  }

  private follow(): void {
    const table = this.s.table.value;
    if (this.watchers === 0 || !table?.objects || !this.s.draft.value) return;
    if ((table.meta.rows * Math.min(SAMPLE, table.objects)) / table.objects <= LIVE_ROWS) this.latest.ask();
  }

  private async look(sample: number | undefined, onProgress?: (progress: Progress) => void): Promise<Outcome<ObjectEffects> | undefined> {
    const { draft, table, engine } = this.s;
    const step = draft.value;
    if (!step || !table.value) return undefined;
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    const tell = (progress: Progress): void => {
      if (this.abort === abort) this.progress.value = progress;
      onProgress?.(progress);
    };
    tell({ fraction: 0 });
    const outcome = await asOutcome(
      engine.effects({ table: table.value.id, step, sample }, { signal: abort.signal, slot: 'effects', onProgress: tell }),
    );
    if (this.abort !== abort) return outcome;
    this.progress.value = undefined;
    this.error.value = 'failed' in outcome ? outcome.failed : undefined;
    if ('ok' in outcome) {
      this.done.value = { effects: outcome.ok, step };
      if (Object.keys(this.brushes.value).length > 0) this.tell();
    }
    return outcome;
  }
}

/** A cancelled or broken call as what it means. */
async function asOutcome<T>(call: Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await call;
  } catch (error) {
    return error instanceof Cancelled ? { cancelled: true } : { failed: AppError.from(error, 'looking at the objects').fields };
  }
}
