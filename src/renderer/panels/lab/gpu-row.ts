import type { LabExperiment, LabRow } from '../../../core/lab/lab';
import { AppError, Cancelled } from '../../../core/protocol/outcome';
import type { Client } from '../../../core/protocol/rpc';
import type { GpuBackend } from '../../gpu/gpu-device';
import { GpuFailure } from '../../gpu/gpu-failure';
import type { GpuService } from '../../gpu/gpu-service';
import { inSlices } from '../../gpu/in-slices';
import { startGpuWorker } from '../../gpu/start-gpu-worker';
import { gpuWork, type GpuWork } from './gpu-work';

/** How long the page is kept busy at once, in milliseconds. */
const SLICE = 12;

/** What counts in float32 agrees to this, relative. */
const TOLERANCE = 1e-4;

/** A size at which only the kernel's compilation takes time. */
const SMALL = 16;

export interface GpuOrder {
  readonly experiment: LabExperiment;
  readonly size: number;
  readonly repetitions: number;
  /** What one thread found; undefined where that is not known. */
  readonly reference: number | undefined;
  readonly signal: AbortSignal;
  onRun(run: number): void;
}

interface Run {
  readonly transferMs: number;
  readonly computeMs: number;
  readonly results: readonly Float64Array[];
}

/** One run of all jobs. Throws GpuFailure when the CPU had to do one. */
async function once(gpu: Client<GpuService>, backend: GpuBackend, work: GpuWork, signal: AbortSignal): Promise<Run> {
  let [transferMs, computeMs] = [0, 0];
  const results: Float64Array[] = [];
  for (const job of work.jobs) {
    const { values, receipt } = await gpu.run({ ...job, backend }, { signal });
    if (receipt.fallback !== undefined) throw new GpuFailure(receipt.fallback);
    transferMs += receipt.uploadMs + receipt.readBackMs;
    computeMs += receipt.computeMs;
    results.push(values);
  }
  return { transferMs, computeMs, results };
}

async function measured(gpu: Client<GpuService>, backend: GpuBackend, order: GpuOrder): Promise<Partial<LabRow>> {
  const { experiment, size, repetitions, reference, signal } = order;
  const started = performance.now();
  await once(gpu, backend, await inSlices(gpuWork(experiment, experiment === 'curves' ? 1 : SMALL), SLICE, signal), signal);
  const prepareMs = performance.now() - started;
  const work = await inSlices(gpuWork(experiment, size), SLICE, signal);
  let best: Run | undefined;
  for (let run = 0; run < repetitions; run++) {
    order.onRun(run);
    const times = await once(gpu, backend, work, signal);
    if (!best || times.transferMs + times.computeMs < best.transferMs + best.computeMs) best = times;
  }
  const { transferMs, computeMs, results } = best!;
  const check = await inSlices(work.check(results), SLICE, signal);
  const agrees = reference === undefined ? undefined : Math.abs(check - reference) <= TOLERANCE * Math.abs(reference);
  return { prepareMs, transferMs, computeMs, check, agrees };
}

/** The measurement on the first usable GPU; throws GpuFailure where there is none. */
async function onAnyGpu(gpu: Client<GpuService>, order: GpuOrder): Promise<Partial<LabRow>> {
  const found = await gpu.find({});
  const usable = found.find((f) => f.refused === undefined);
  if (!usable) throw new GpuFailure(found[0]?.refused ?? 'There is no GPU here.');
  return measured(gpu, usable.backend, order);
}

/**
 * The experiment on this machine's GPU, in a worker of its own that ends with it; or why not, in one sentence. `prepareMs` is what opening the device and
 * compiling the kernel took. Throws Cancelled only.
 */
export async function gpuRow(order: GpuOrder, start = startGpuWorker): Promise<LabRow> {
  const row = { experiment: order.experiment, size: order.size, how: 'gpu', workers: 1 } as const;
  let stop = (): void => undefined;
  try {
    let lose = (_: Error): void => undefined;
    const lost = new Promise<never>((_, reject) => (lose = reject));
    const running = start(() => lose(new GpuFailure('The GPU’s worker died while it worked.')));
    stop = () => running.stop();
    return { ...row, ...(await Promise.race([onAnyGpu(running.gpu, order), lost])) };
  } catch (error) {
    if (error instanceof Cancelled || order.signal.aborted) throw new Cancelled();
    return { ...row, missing: error instanceof GpuFailure ? error.message : AppError.from(error).fields.message };
  } finally {
    stop();
  }
}
