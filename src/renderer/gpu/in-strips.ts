import { Cancelled } from '../../core/protocol/outcome';
import type { GpuArray } from './gpu-device';
import type { GpuRun } from './gpu-program';
import { computeSettled } from './settled';

/** Operations of the first strip: a fraction of a second even on software. */
const FIRST = 2 ** 21;
/** What a strip should take, in milliseconds: far below any watchdog, far above the cost of starting one. */
const TARGET = 40;

/**
 * Computes `count` units (rows, frequencies) in strips, so that no call to the device takes long, each awaited and read back before the next. How
 * long the first ones took sets the size of the others. `cost`: operations of one unit.
 */
export async function inStrips(
  run: GpuRun,
  count: number,
  cost: number,
  start: (from: number, to: number) => Promise<GpuArray>,
  take: (from: number, values: Float32Array) => void,
): Promise<void> {
  const { device, clock, signal } = run;
  let size = Math.max(1, Math.floor(FIRST / cost));
  for (let from = 0; from < count;) {
    if (signal.aborted) throw new Cancelled();
    const to = Math.min(count, from + size);
    const [array, ms] = await computeSettled(run, () => start(from, to));
    try {
      take(from, await clock.readBack(() => device.read(array)));
    } finally {
      array.delete();
    }
    from = to;
    size = Math.max(1, Math.floor(size * Math.min(8, Math.max(0.25, TARGET / Math.max(ms, 0.1)))));
  }
}
