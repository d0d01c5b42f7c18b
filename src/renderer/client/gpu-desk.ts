import { shallowRef, type ShallowRef } from 'vue';
import { AppError, Cancelled } from '../../core/protocol/outcome';
import { choose, measuredKey, type Choice, type Measured, type Work } from '../gpu/chooser';
import { deviceName } from '../gpu/device-name';
import { GpuFailure } from '../gpu/gpu-failure';
import { BACKEND_NAMES, type GpuBackend } from '../gpu/gpu-device';
import type { GpuFound, GpuTask, RunRequest, RunResult, Speed } from '../gpu/gpu-service';
import { startGpuWorker, type RunningWorker } from '../gpu/start-gpu-worker';
import { load, save } from '../state/stored';

/** A preview as large as a window with a kernel of 15² that is no outer product: what the choice shown at the bottom is for. */
const TYPICAL: Work = { operations: 1000 * 600 * 225, plannedNs: 1000 * 600 * 100 };

/** Answers of the engine that took less say nothing of its pace, in milliseconds; and how many are remembered. */
const NOTABLE = 2;
const REMEMBERED = 5;

const KEPT = 'gpu';

export interface GpuNeeds {
  /** Threads of the engine. */
  threads(): number;
  version(): string | undefined;
  start?: ((onLost: () => void) => RunningWorker) | undefined;
}

/** What computes previews here, in words. */
export interface ComputeInUse {
  /** `GPU: NVIDIA RTX A2000, WebGL2, checked to 3e-7`, or `CPU`. */
  readonly words: string;
  /** Why it is the CPU, in one sentence. */
  readonly reason?: string | undefined;
}

/** The page's side of the GPU worker: finds what there is when the window has time, times it once, chooses, and runs. */
export class GpuDesk {
  readonly inUse: ShallowRef<ComputeInUse | undefined> = shallowRef();
  private found: readonly GpuFound[] = [];
  private measured: Measured | undefined;
  private worker: RunningWorker | undefined;
  private looking: Promise<void> | undefined;
  private checkedTo: number | undefined;
  private readonly paces: number[] = [];
  private isDisposed = false;

  constructor(private readonly needs: GpuNeeds) {}

  /** Finds the GPUs and, where there is one, times it (once a machine). Never rejects. */
  look(): Promise<void> {
    this.looking ??= this.find().catch((error: unknown) => {
      this.found = [{ backend: 'webgl2', isSoftware: false, refused: GpuFailure.from(error).message }];
      this.tell();
    });
    return this.looking;
  }

  /** `pace`: of the engine for this work, where it is known; else what it was lately. */
  choose(work: Work, pace = this.paces.toSorted((a, b) => a - b)[this.paces.length >> 1]): Choice {
    return choose(this.found, this.measured, work, this.needs.threads(), pace);
  }

  /** The engine did what was planned as so many nanoseconds of one thread: what is chosen next depends on it. */
  learn(plannedNs: number, milliseconds: number): void {
    if (milliseconds < NOTABLE || !(plannedNs > 0)) return;
    this.paces.push((milliseconds * 1e6) / plannedNs);
    if (this.paces.length > REMEMBERED) this.paces.shift();
  }

  /** Runs a task on the GPU; undefined where it is cancelled or the worker is lost. Rejects with AppError where the input is at fault. */
  async run(backend: GpuBackend, task: GpuTask, signal?: AbortSignal): Promise<RunResult | undefined> {
    if (this.isDisposed) return undefined;
    try {
      const result = await this.running().gpu.run({ ...task, backend } as RunRequest, { signal, slot: `gpu-${task.program}` });
      const { fallback, largestDifference } = result.receipt;
      if (fallback !== undefined) this.distrust(backend, fallback);
      else this.checkedTo = Math.max(this.checkedTo ?? 0, largestDifference ?? 0);
      this.tell();
      return result;
    } catch (error) {
      if (error instanceof Cancelled) return undefined;
      if (error instanceof AppError && error.fields.code === 'invalid-argument') throw error;
      this.distrust(backend, GpuFailure.from(error).message);
      return undefined;
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.worker?.stop();
  }

  private async find(): Promise<void> {
    const { gpu } = this.running();
    this.found = await gpu.find({});
    const key = measuredKey(this.found, this.needs.version() ?? '');
    const kept = load<Measured>(KEPT);
    this.measured = kept?.key === key ? kept : await this.measure(key);
    this.tell();
    // Nothing to run on: the worker's memory goes back.
    if (this.found.every((f) => f.refused !== undefined)) this.stopWorker();
  }

  private async measure(key: string): Promise<Measured> {
    const speeds: Speed[] = [];
    const failed: Partial<Record<GpuBackend, string>> = {};
    for (const { backend, device, isSoftware } of this.found) {
      if (device === undefined || isSoftware) continue;
      try {
        const measured = await this.running().gpu.calibrate({ backend });
        speeds.push(...measured.filter((s) => s.backend !== 'cpu' || !speeds.some((known) => known.backend === 'cpu')));
      } catch (error) {
        failed[backend] = GpuFailure.from(error).message;
      }
    }
    const measured = { key, speeds, failed };
    save(KEPT, measured);
    return measured;
  }

  /** What failed once is left alone until the next start. */
  private distrust(backend: GpuBackend, why: string): void {
    if (this.measured)
      this.measured = { ...this.measured, failed: { ...this.measured.failed, [backend]: why.replace(/ The CPU computed this\.$/, '') } };
    this.tell();
  }

  private tell(): void {
    const { backend, reason } = this.choose(TYPICAL);
    if (backend === 'cpu') {
      this.inUse.value = { words: 'CPU', reason };
      return;
    }
    const name = deviceName(this.found.find((f) => f.backend === backend)?.device ?? '');
    const checked = this.checkedTo === undefined ? '' : `, checked to ${this.checkedTo.toExponential(0)}`;
    this.inUse.value = { words: `GPU: ${name}, ${BACKEND_NAMES[backend]}${checked}` };
  }

  private running(): RunningWorker {
    this.worker ??= (this.needs.start ?? startGpuWorker)(() => this.stopWorker());
    return this.worker;
  }

  private stopWorker(): void {
    this.worker?.stop();
    this.worker = undefined;
  }
}
