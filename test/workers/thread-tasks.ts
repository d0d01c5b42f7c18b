import { AppError } from '../../src/core/protocol/outcome';
import { defineTask, type TaskDef } from '../../src/workers/engine/threads/task';

/** Doubles a number and says in which process and thread-like isolate it did so, by a counter that lives there. */
let calls = 0;
export const double = defineTask({ name: 'double', run: ({ n }: { n: number }) => ({ twice: 2 * n, calls: ++calls }) });

/** Ends its thread. */
export const die = defineTask({
  name: 'die',
  run: (_: Record<string, never>): number => {
    process.exit(7);
  },
});

export const fail = defineTask({
  name: 'fail',
  run: ({ known }: { known: boolean }): number => {
    if (known) throw new AppError({ code: 'not-found', message: 'no column named q', hint: 'try p', column: 'q' });
    throw new Error('something broke');
  },
});

function* spinning(beats: Int32Array, steps: number): Generator<number, number> {
  for (let i = 0; i < steps; i++) {
    const end = performance.now() + 5;
    while (performance.now() < end);
    Atomics.add(beats, 0, 1);
    yield (i + 1) / steps;
  }
  return steps;
}

/** Busy for 5 ms a step; counts its steps where the test can see them. */
export const spin = defineTask({ name: 'spin', run: (a: { beats: Int32Array; steps: number }) => spinning(a.beats, a.steps) });

/** Busy without ever asking whether anybody still waits. */
export const deaf = defineTask({
  name: 'deaf',
  run: ({ beats }: { beats: Int32Array }): number => {
    for (;;) Atomics.add(beats, 0, 1);
  },
});

export const big = defineTask({
  name: 'big',
  run: ({ n }: { n: number }) => ({ values: new Float64Array(n).fill(1), shared: new Int32Array(new SharedArrayBuffer(4)) }),
});

export const misbehaving: readonly TaskDef[] = [double, die, fail, spin, deaf, big];
