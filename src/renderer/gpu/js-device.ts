import { GPU, type IKernelRunShortcut, type KernelFunction } from 'gpu.js';
import { GpuFailure } from './gpu-failure';
import type { GpuArray, GpuBackend, GpuDevice, KernelArgument, KernelSource, KernelThread, OutputSize } from './gpu-device';

/** What a kernel of gpu.js gives with `pipeline`: a texture or a buffer. */
interface Resident {
  toArray(): Float32Array | Float32Array[] | Promise<Float32Array | Float32Array[]>;
  delete(): void;
}

interface Held extends GpuArray {
  readonly resident: Resident;
}

const COPY = function (this: KernelThread, a: number[]): number {
  return a[this.thread.x]!;
};

/** A device through gpu.js: what the backends have in common. */
export class JsDevice implements GpuDevice {
  private gpu: GPU | undefined;
  private readonly kernels = new Map<KernelSource, Map<string, IKernelRunShortcut>>();

  constructor(
    readonly backend: GpuBackend,
    readonly name: string,
    readonly longest: number,
    /** gpu.js tries the driver with shaders when it starts: only when there is something to run. */
    private readonly start: () => GPU,
    readonly settle: () => Promise<void>,
    private readonly onDispose: () => void = () => undefined,
  ) {}

  async upload(values: Float32Array): Promise<GpuArray> {
    return this.run(COPY, [values.length], [values]);
  }

  async run(source: KernelSource, size: OutputSize, args: readonly KernelArgument[]): Promise<GpuArray> {
    const length = size[0] * (size[1] ?? 1);
    if (length > this.longest) throw new GpuFailure(`The GPU takes ${this.longest} numbers at once, not ${length}.`);
    const kernel = this.kernelOf(source, kindsOf(args));
    kernel.setOutput([...size]);
    const call = kernel as unknown as (...args: unknown[]) => Resident | Promise<Resident>;
    const resident = await this.named(async () => call(...args.map((a) => (isArray(a) ? a.resident : a))));
    if (kernel.fallbackReason) throw new GpuFailure(`The GPU cannot run this: ${kernel.fallbackReason}.`);
    const held: Held = { length, resident, delete: () => resident.delete() };
    return held;
  }

  async read(array: GpuArray): Promise<Float32Array> {
    const values = await this.named(async () => (array as Held).resident.toArray());
    if (values instanceof Float32Array) return values;
    const width = values[0]?.length ?? 0;
    const flat = new Float32Array(width * values.length);
    values.forEach((row, y) => flat.set(row, y * width));
    return flat;
  }

  dispose(): void {
    void this.gpu?.destroy();
    this.onDispose();
  }

  /** On a device that was lost anything may throw: that it was lost is what is said. */
  private async named<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.settle();
      throw error;
    }
  }

  private kernelOf(source: KernelSource, kinds: string): IKernelRunShortcut {
    const ofSource = this.kernels.get(source) ?? new Map<string, IKernelRunShortcut>();
    this.kernels.set(source, ofSource);
    const known = ofSource.get(kinds);
    if (known) return known;
    this.gpu ??= this.start();
    const kernel = this.gpu.createKernel(source as unknown as KernelFunction, {
      pipeline: true,
      // Else the texture of one run is overwritten by the next.
      immutable: true,
      dynamicOutput: true,
      dynamicArguments: true,
      precision: 'single',
      tactic: 'precision',
    }) as IKernelRunShortcut;
    kernel.setLoopMaxIterations(2 ** 30);
    ofSource.set(kinds, kernel);
    return kernel;
  }
}

const isArray = (a: KernelArgument): a is Held => typeof a === 'object' && 'resident' in a;

/** A compiled kernel takes arguments of the kinds it first had: gpu.js tells results of one dimension from those of two. */
const kindsOf = (args: readonly KernelArgument[]): string =>
  args.map((a) => (isArray(a) ? a.resident.constructor.name : typeof a === 'number' ? 'number' : 'array')).join();
