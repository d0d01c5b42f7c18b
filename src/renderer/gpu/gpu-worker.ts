import { AppError, Cancelled } from '../../core/protocol/outcome';
import type { CallContext, Implementation } from '../../core/protocol/rpc';
import { calibrate } from './calibrate';
import { checkSample } from './check-sample';
import { deviceName } from './device-name';
import { GpuClock } from './gpu-clock';
import type { GpuBackend, GpuDevice } from './gpu-device';
import { GpuFailure } from './gpu-failure';
import type { GpuProgram } from './gpu-program';
import type { GpuFound, GpuService, RunRequest, RunResult } from './gpu-service';
import { inSlices } from './in-slices';
import { openDevice } from './open-device';
import { PROGRAMS } from './programs';
import { cpuReceipt } from './receipt';
import { ResidentArrays } from './residents';
import { isSoftwareRenderer } from './software-renderer';

interface Open {
  readonly device: GpuDevice;
  readonly residents: ResidentArrays;
}

/** Between two looks at whether a computation of the CPU was cancelled, in milliseconds. */
const SLICE = 30;

const BACKENDS: readonly GpuBackend[] = ['webgl2', 'webgpu'];

/** Serves {@link GpuService}: one device a backend, opened when first asked for and again after it was lost. One computation at a time. */
export class GpuWorker implements Implementation<GpuService> {
  private readonly opened = new Map<GpuBackend, Open>();
  private queue: Promise<unknown> = Promise.resolve();

  /** `openBackend`: {@link openDevice}, or what stands for it in a test. */
  constructor(private readonly openBackend: typeof openDevice = openDevice) {}

  async find(): Promise<readonly GpuFound[]> {
    const found: GpuFound[] = [];
    for (const backend of BACKENDS)
      try {
        const { device } = await this.open(backend, true);
        const isSoftware = isSoftwareRenderer(device.name);
        found.push({ backend, device: device.name, isSoftware, refused: isSoftware ? softwareSentence(device.name) : undefined });
        if (isSoftware) this.drop(backend);
      } catch (error) {
        found.push({ backend, isSoftware: false, refused: GpuFailure.from(error).message });
      }
    return found;
  }

  calibrate({ backend, allowSoftware }: { backend: GpuBackend; allowSoftware?: boolean | undefined }): ReturnType<GpuService['calibrate']> {
    return this.inTurn(async () => {
      const { device } = await this.open(backend, allowSoftware);
      return calibrate(device);
    });
  }

  run(request: RunRequest, { signal }: CallContext): Promise<RunResult> {
    return this.inTurn(() => this.compute(PROGRAMS[request.program] as GpuProgram<unknown>, request, signal));
  }

  private async compute(program: GpuProgram<unknown>, { input, backend, allowSoftware }: RunRequest, signal: AbortSignal): Promise<RunResult> {
    if (signal.aborted) throw new Cancelled();
    if (backend === 'cpu') return this.byCpu(program, input, signal);
    try {
      const { device, residents } = await this.open(backend, allowSoftware);
      const clock = new GpuClock();
      const values = await program.run({ device, clock, residents, signal }, input);
      const { uploadMs, computeMs, readBackMs } = clock;
      return {
        values,
        receipt: { device: deviceName(device.name), backend, uploadMs, computeMs, readBackMs, ...checkSample(program, input, values) },
      };
    } catch (error) {
      if (error instanceof Cancelled || error instanceof AppError) throw error;
      // What failed once is opened afresh for the next.
      this.drop(backend);
      return this.byCpu(program, input, signal, `${GpuFailure.from(error).message} The CPU computed this.`);
    }
  }

  private async byCpu(program: GpuProgram<unknown>, input: unknown, signal: AbortSignal, fallback?: string): Promise<RunResult> {
    const started = performance.now();
    const values = await inSlices(program.exact(input), SLICE, signal);
    const cpuMs = performance.now() - started;
    return { values, receipt: { ...cpuReceipt(cpuMs, fallback), cpuMs } };
  }

  private async open(backend: GpuBackend, allowSoftware = false): Promise<Open> {
    let open = this.opened.get(backend);
    if (!open) {
      open = { device: await this.openBackend(backend), residents: new ResidentArrays() };
      this.opened.set(backend, open);
    }
    if (!allowSoftware && isSoftwareRenderer(open.device.name)) throw new GpuFailure(softwareSentence(open.device.name));
    return open;
  }

  private drop(backend: GpuBackend): void {
    const open = this.opened.get(backend);
    this.opened.delete(backend);
    try {
      open?.device.dispose();
    } catch {
      // It is lost already.
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => undefined);
    return turn;
  }
}

const softwareSentence = (name: string): string => `${deviceName(name)} is a software renderer, slower than the CPU itself.`;
