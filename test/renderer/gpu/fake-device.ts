import type { GpuArray, GpuDevice, KernelSource } from '../../../src/renderer/gpu/gpu-device';
import { GpuClock } from '../../../src/renderer/gpu/gpu-clock';
import type { GpuRun } from '../../../src/renderer/gpu/gpu-program';
import { ResidentArrays } from '../../../src/renderer/gpu/residents';

interface Held extends GpuArray {
  readonly values: Float32Array;
}

const isHeld = (a: unknown): a is Held => typeof a === 'object' && a !== null && !(a instanceof Float32Array);

/** A device in JavaScript: runs each kernel's source as the function it is, once for each output, and rounds to float32. */
export class FakeDevice implements GpuDevice {
  readonly backend = 'webgl2' as const;
  readonly name = 'Fake';
  readonly longest = 2 ** 24;
  uploads = 0;
  /** Outputs of each run. */
  readonly runs: number[] = [];
  alive = 0;
  onSettle: () => void = () => undefined;

  async upload(values: Float32Array): Promise<GpuArray> {
    this.uploads++;
    return this.hold(values.slice());
  }

  async run(source: KernelSource, size: readonly number[], args: readonly unknown[]): Promise<GpuArray> {
    const given = args.map((a) => (isHeld(a) ? a.values : a));
    const [width, height] = [size[0]!, size[1] ?? 1];
    const values = new Float32Array(width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) values[y * width + x] = source.apply({ thread: { x, y, z: 0 } }, given as never[]);
    this.runs.push(values.length);
    return this.hold(values);
  }

  async settle(): Promise<void> {
    this.onSettle();
  }

  async read(array: GpuArray): Promise<Float32Array> {
    return (array as Held).values;
  }

  dispose(): void {
    this.alive = 0;
  }

  private hold(values: Float32Array): Held {
    this.alive++;
    return { length: values.length, values, delete: () => void this.alive-- };
  }
}

export function fakeRun(device: GpuDevice = new FakeDevice(), signal = new AbortController().signal): GpuRun {
  return { device, clock: new GpuClock(), residents: new ResidentArrays(), signal };
}
