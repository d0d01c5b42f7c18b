import type { GpuArray } from './gpu-device';
import type { GpuRun } from './gpu-program';

type OnClock = Pick<GpuRun, 'device' | 'clock'>;

/** Carries what `make` gives to the device, one array after the other, and waits until it is there: making it counts as uploading. */
export function uploadSettled<const T extends readonly Float32Array[]>({ device, clock }: OnClock, make: () => T) {
  return clock.upload(async () => {
    const arrays: GpuArray[] = [];
    for (const values of make()) arrays.push(await device.upload(values));
    await device.settle();
    return arrays as { -readonly [K in keyof T]: GpuArray };
  });
}

/** Starts one computation and waits until it is done. Also gives the milliseconds that took. */
export function computeSettled({ device, clock }: OnClock, start: () => Promise<GpuArray>): Promise<readonly [GpuArray, number]> {
  return clock.compute(async () => {
    const started = await start();
    await device.settle();
    return started;
  });
}
