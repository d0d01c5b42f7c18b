import { operations } from '../../../src/core/operations/registry';
import type { ObjectEffects, SignalMeter, TestSignal } from '../../../src/core/protocol/engine-service';
import { Cancelled } from '../../../src/core/protocol/outcome';
import type { CallContext } from '../../../src/core/protocol/rpc';
import type { Step } from '../../../src/core/recipe/recipe';

/** The wider the window, the more is kept: enough to see the line move. */
export function fakeMeter(step: Step, signal: TestSignal): Omit<SignalMeter, 'version'> {
  const window = Number(step.params['window'] ?? 1);
  const duration = signal.kind === 'transit' ? signal.duration : signal.period;
  const reading =
    operations.get(step.op)?.writes === 'flags'
      ? ({ kind: 'flagged', share: 0.25, without: 0, points: 12 } as const)
      : ({ kind: 'kept', share: window / (window + duration), error: 0.01, points: 12, events: 3 } as const);
  return { signal, reading, milliseconds: 3 };
}

/** Numbers that differ from object to object, the same ones every time. */
export async function fakeEffects(all: readonly string[], sample: number | undefined, context: CallContext): Promise<Omit<ObjectEffects, 'version'>> {
  const objects = all.slice(0, sample);
  for (const k of objects.keys()) {
    if (context.signal.aborted) throw new Cancelled();
    context.progress({ fraction: k / objects.length });
    await Promise.resolve();
  }
  return {
    total: all.length,
    objects,
    flagged: Float64Array.from(objects, (_, i) => (i % 5) / 50),
    scatter: Float64Array.from(objects, (_, i) => 1 - (i % 7) / 10),
    pointToPoint: Float64Array.from(objects, (_, i) => 1 - (i % 3) / 20),
    alerts: [],
    seconds: 0.01,
  };
}
