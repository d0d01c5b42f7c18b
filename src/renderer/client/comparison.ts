import { shallowRef, watch, type ShallowRef } from 'vue';
import type { EngineService, Preview, SignalMeter } from '../../core/protocol/engine-service';
import { AppError, Cancelled, type ErrorFields } from '../../core/protocol/outcome';
import type { Client } from '../../core/protocol/rpc';
import type { Step } from '../../core/recipe/recipe';
import type { AppSession } from './app-session';
import { Latest } from './latest';
import { canMeter, inTimeOf, type SignalWatch } from './signal-watch';

/** So many light curves can still be told apart side by side. */
export const MOST_COMPARED = 4;

/** One of the methods compared, with what it would do to the current object. */
export interface ComparedStep {
  readonly step: Step;
  readonly preview?: Preview | undefined;
  readonly meter?: SignalMeter | undefined;
  readonly error?: ErrorFields | undefined;
}

type Needs = Pick<AppSession, 'table' | 'object' | 'band' | 'draft' | 'preview' | 'previewError'> & {
  readonly engine: Client<EngineService>;
  readonly signals: SignalWatch;
};

/**
 * Up to four drafts side by side. The one that is the window's draft follows it as its form is filled in (and borrows its preview); the others keep
 * the parameters they were left with. Nothing is computed while no view shows them.
 */
export class Comparison {
  readonly slots: ShallowRef<readonly ComparedStep[]> = shallowRef([]);
  private readonly work = new Map<string, Latest<void>>();
  /** What each slot's numbers were asked for. */
  private readonly asked = new Map<string, string>();
  private readonly stops: (() => void)[];
  private watchers = 0;
  /** The draft that the window's preview is of: after a change of draft it is the former one's for a moment. */
  private previewOf: string | undefined;

  constructor(private readonly s: Needs) {
    const { signals } = s;
    this.stops = [
      watch(
        () => s.table.value?.id,
        () => this.clear(),
        { flush: 'sync' },
      ),
      watch(
        [() => s.draft.value, () => s.object.value, () => s.band.value, () => s.table.value?.version, () => signals.signal.value],
        ([draft], [before]) => {
          if (draft) this.patch(draft.id, { step: draft });
          // Its last preview may not have come before another draft took its place.
          if (before && before.id !== draft?.id) this.asked.delete(before.id);
          const applied = before && !draft && s.table.value?.steps.some((r) => r.step.id === before.id);
          if (applied) this.remove(before.id);
          this.refresh();
        },
      ),
      watch([() => s.preview.value, () => s.previewError.value], ([preview, error]) => {
        this.previewOf = s.draft.value?.id;
        this.patch(this.previewOf, { preview, error });
      }),
      watch(
        () => signals.meter.value,
        (meter) => this.patch(s.draft.value?.id, { meter }),
      ),
    ];
  }

  dispose(): void {
    for (const stop of this.stops) stop();
    this.clear();
  }

  /** Called by a view that shows the slots; the answer ends it. */
  show(): () => void {
    this.watchers++;
    this.refresh();
    return () => void this.watchers--;
  }

  isFull(): boolean {
    return this.slots.value.length >= MOST_COMPARED;
  }

  has(id: string | undefined): boolean {
    return this.slots.value.some((slot) => slot.step.id === id);
  }

  /** Adds a method; false when there is no place left. */
  add(step: Step): boolean {
    if (this.has(step.id)) return true;
    if (this.isFull()) return false;
    const isKnown = this.s.draft.value?.id === step.id && this.previewOf === step.id;
    const known = isKnown ? { preview: this.s.preview.value, error: this.s.previewError.value, meter: this.s.signals.meter.value } : {};
    this.slots.value = [...this.slots.value, { step, ...known }];
    this.refresh();
    return true;
  }

  remove(id: string): void {
    this.slots.value = this.slots.value.filter((slot) => slot.step.id !== id);
    this.work.delete(id);
    this.asked.delete(id);
  }

  clear(): void {
    for (const { step } of this.slots.value) this.remove(step.id);
  }

  private patch(id: string | undefined, change: Partial<ComparedStep>): void {
    if (this.has(id)) this.slots.value = this.slots.value.map((slot) => (slot.step.id === id ? { ...slot, ...change } : slot));
  }

  private key(step: Step): string {
    const { table, object, band, signals } = this.s;
    return JSON.stringify([table.value?.id, table.value?.version, object.value, band.value, signals.signal.value, step]);
  }

  /** Asks for what is not known, or not any more. The draft's own numbers come by themselves. */
  private refresh(): void {
    if (this.watchers === 0) return;
    for (const { step } of this.slots.value) {
      if (step.id === this.s.draft.value?.id || this.asked.get(step.id) === this.key(step)) continue;
      let latest = this.work.get(step.id);
      if (!latest) this.work.set(step.id, (latest = new Latest<void>(() => this.ask(step.id))));
      latest.ask();
    }
  }

  private async ask(id: string): Promise<void> {
    const { engine, table, object, band, signals } = this.s;
    const step = this.slots.value.find((slot) => slot.step.id === id)?.step;
    if (!step || !table.value) return;
    const key = this.key(step);
    this.asked.set(id, key);
    const of = { table: table.value.id, step, object: object.value, band: band.value };
    const signal = signals.signal.value;
    try {
      const outcome = await engine.preview(of, { slot: `compare ${id}` });
      if (this.asked.get(id) !== key) return;
      if ('ok' in outcome) this.patch(id, { preview: outcome.ok, error: undefined });
      else if ('failed' in outcome) this.patch(id, { preview: undefined, meter: undefined, error: outcome.failed });
      if (!('ok' in outcome) || !signal || !canMeter(step, table.value)) return this.patch(id, { meter: undefined });
      const reading = await engine.signalMeter({ ...of, signal: inTimeOf(signal, table.value, step.bind.time) }, { slot: `compare ${id} meter` });
      if (this.asked.get(id) === key) this.patch(id, { meter: 'ok' in reading ? reading.ok : undefined });
    } catch (error) {
      if (error instanceof Cancelled || this.asked.get(id) !== key) return;
      this.patch(id, { preview: undefined, meter: undefined, error: AppError.from(error, 'comparing').fields });
    }
  }
}
