import { shallowRef, watch, type ShallowRef } from 'vue';
import { timeUnit } from '../../core/model/time-unit';
import { operations } from '../../core/operations/registry';
import type { EngineService, SignalMeter, TableInfo, TestSignal } from '../../core/protocol/engine-service';
import { AppError, Cancelled, type ErrorFields } from '../../core/protocol/outcome';
import type { Client } from '../../core/protocol/rpc';
import type { Step } from '../../core/recipe/recipe';
import { load, save } from '../state/stored';
import type { AppSession } from './app-session';
import { Latest } from './latest';

/** A 1 % transit of 3 hours every 3 days. */
const FIRST: TestSignal = { kind: 'transit', depth: 0.01, duration: 0.125, period: 3 };
/** Steps that must see more rows than this in one go are not run twice more for every move of a slider. */
const MOST_ROWS = 500_000;
const A_DAY: Readonly<Record<string, number>> = {
  s: 86_400,
  sec: 86_400,
  ms: 864e5,
  min: 1440,
  h: 24,
  hr: 24,
  wk: 1 / 7,
  yr: 1 / 365.25,
  a: 1 / 365.25,
};

/** A signal told in days, in the unit of a table's times. */
export function inTimeOf(signal: TestSignal, table: TableInfo, timeColumn = table.roles.time): TestSignal {
  const unit = timeUnit(table.meta.columns.find((c) => c.name === timeColumn)?.unit);
  const k = A_DAY[unit ?? 'd'] ?? 1;
  return signal.kind === 'transit'
    ? { ...signal, duration: signal.duration * k, period: signal.period * k }
    : { ...signal, period: signal.period * k };
}

/** Whether it makes sense to ask what a step leaves of a signal, and is cheap enough to ask at every move. */
export function canMeter(step: Step, table: TableInfo): boolean {
  const def = operations.get(step.op);
  if (!def || !table.roles.time || (!step.bind.value && !table.roles.value)) return false;
  if (def.writes === 'table' || def.writes === 'report') return false;
  return def.rowwise === true || step.scope !== 'table' || table.meta.rows <= MOST_ROWS;
}

type Needs = Pick<AppSession, 'table' | 'object' | 'band' | 'draft' | 'preview'> & { readonly engine: Client<EngineService> };

/**
 * Keeps asking what the draft leaves of a signal put into the current object: after each preview, so that it takes no processor from that. The newest
 * question wins.
 */
export class SignalWatch {
  /** In days, whatever the table counts in; undefined = the meter is off. */
  readonly signal: ShallowRef<TestSignal | undefined>;
  readonly meter: ShallowRef<SignalMeter | undefined> = shallowRef();
  readonly error: ShallowRef<ErrorFields | undefined> = shallowRef();
  private readonly latest = new Latest<void>(() => this.ask());
  private readonly stop: () => void;

  constructor(private readonly s: Needs) {
    const kept = load<{ readonly signal?: TestSignal }>('signal');
    this.signal = shallowRef(kept ? kept.signal : FIRST);
    this.stop = watch([() => s.draft.value?.id, () => s.preview.value, () => this.signal.value], () => this.latest.ask());
  }

  /** Another signal; undefined turns the meter off. Kept for the next start. */
  set(signal: TestSignal | undefined): void {
    this.signal.value = signal;
    save('signal', { signal });
  }

  /** On again, with the signal it starts with. */
  turnOn(): void {
    this.set(FIRST);
  }

  dispose(): void {
    this.stop();
    this.latest.drop();
  }

  private async ask(): Promise<void> {
    const [step, table, signal] = [this.s.draft.value, this.s.table.value, this.signal.value];
    if (!step || !table || !signal || !canMeter(step, table)) {
      this.meter.value = undefined;
      this.error.value = undefined;
      return;
    }
    const current = (): boolean => this.s.draft.value?.id === step.id && this.signal.value?.kind === signal.kind;
    try {
      const { object, band } = this.s;
      const outcome = await this.s.engine.signalMeter(
        { table: table.id, step, object: object.value, band: band.value, signal: inTimeOf(signal, table, step.bind.time) },
        { slot: 'signal-meter' },
      );
      if (!current()) return;
      this.meter.value = 'ok' in outcome ? outcome.ok : undefined;
      this.error.value = 'failed' in outcome ? outcome.failed : undefined;
    } catch (error) {
      if (error instanceof Cancelled || !current()) return;
      this.meter.value = undefined;
      this.error.value = AppError.from(error, 'measuring the signal').fields;
    }
  }
}
