import { operations } from '../../../core/operations/registry';
import { viewOf } from '../../../core/query/table-view';
import type { MeterReading, TestSignal } from '../../../core/recipe/signal-meter';
import { companionTables } from '../steps/companion';
import { meterUnits } from '../steps/meter-units';
import { defineTask } from '../threads/task';
import type { PreviewArgs } from './preview';

export interface SignalMeterArgs extends PreviewArgs {
  readonly signal: TestSignal;
}

function* signalMeter({ op, data, signal, companion, ...rest }: SignalMeterArgs): Generator<number, MeterReading> {
  const run = meterUnits({ ...rest, op: operations.get(op)!, view: viewOf(data), companion: companionTables(companion) }, signal);
  for (;;) {
    const next = run.next();
    if (next.done) return next.value;
    yield next.value.fraction;
  }
}

/** What a step would do to a signal put into one object. */
export default defineTask({ name: 'signal-meter', run: signalMeter });
