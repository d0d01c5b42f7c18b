import type { MeterReading, TestSignal } from '../../../core/recipe/signal-meter';
import { meterUnits } from '../steps/meter-units';
import { byFraction, revived } from '../steps/step-args';
import { defineTask } from '../threads/task';
import type { PreviewArgs } from './preview';

export interface SignalMeterArgs extends PreviewArgs {
  readonly signal: TestSignal;
}

function signalMeter({ signal, ...args }: SignalMeterArgs): Generator<number, MeterReading> {
  return byFraction(meterUnits(revived(args), signal));
}

/** What a step would do to a signal put into one object. */
export default defineTask({ name: 'signal-meter', run: signalMeter });
