export type GpuBackend = 'webgl2' | 'webgpu';

/** As people write them. */
export const BACKEND_NAMES: Readonly<Record<GpuBackend, string>> = { webgl2: 'WebGL2', webgpu: 'WebGPU' };

/** Numbers that lie on the device. */
export interface GpuArray {
  readonly length: number;
  delete(): void;
}

/** What `this` is in a kernel's source. */
export interface KernelThread {
  readonly thread: { readonly x: number; readonly y: number; readonly z: number };
}

/** A kernel's source: gpu.js translates its text, so it names nothing from outside but its own arguments and Math. */
export type KernelSource = (this: KernelThread, ...args: never[]) => number;

export type KernelArgument = GpuArray | Float32Array | number;

/** How large one output is: [length] or [width, height], x fastest. */
export type OutputSize = readonly [number] | readonly [number, number];

/**
 * One GPU behind one API, through gpu.js. Every call may throw GpuFailure. Arrays are float32; what is put in is never NaN or infinite, because GPUs
 * may take such numbers for others.
 */
export interface GpuDevice {
  readonly backend: GpuBackend;
  /** The renderer's name. */
  readonly name: string;
  /** Longest array. */
  readonly longest: number;
  /** Copies numbers to the device. */
  upload(values: Float32Array): Promise<GpuArray>;
  /** Starts a kernel: one run of `source` for each output. Compiled once for each source. */
  run(source: KernelSource, size: OutputSize, args: readonly KernelArgument[]): Promise<GpuArray>;
  /** Resolves in a later task, once the device has done all that was started; throws where it was lost, ran out of memory, or does not answer. */
  settle(): Promise<void>;
  read(array: GpuArray): Promise<Float32Array>;
  dispose(): void;
}
