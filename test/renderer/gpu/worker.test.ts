import { describe, expect, it } from 'vitest';
import { CONVOLVE_DEFAULTS } from '../../../src/core/numerics/convolve/convolve-options';
import { kernel2d } from '../../../src/core/numerics/convolve/kernels';
import { drain } from '../../../src/core/numerics/steps';
import { Cancelled } from '../../../src/core/protocol/outcome';
import type { GpuArray, GpuBackend, GpuDevice } from '../../../src/renderer/gpu/gpu-device';
import { GpuFailure } from '../../../src/renderer/gpu/gpu-failure';
import { GpuWorker } from '../../../src/renderer/gpu/gpu-worker';
import { convolve2d } from '../../../src/renderer/gpu/programs/convolve-2d';
import { FakeDevice } from './fake-device';

const input = {
  raster: { width: 50, height: 40, values: Float64Array.from({ length: 2000 }, (_, i) => (i === 77 ? NaN : 10 + Math.sin(i))) },
  kernel: kernel2d({ kernel: 'gaussian', width: 1 }),
  options: CONVOLVE_DEFAULTS,
};
const request = { program: 'convolve-2d', input, backend: 'webgl2' } as const;
const right = drain(convolve2d.exact(input));
const context = { signal: new AbortController().signal, progress: () => undefined };
const workerWith = (open: (backend: GpuBackend) => GpuDevice): GpuWorker => new GpuWorker(async (backend) => open(backend));

class Named extends FakeDevice {
  constructor(override readonly name: 'Fake') {
    super();
  }
}

describe('the worker', () => {
  it('computes on the device and says what it cost', async () => {
    const { values, receipt } = await workerWith(() => new FakeDevice()).run(request, context);
    expect(receipt).toMatchObject({ device: 'Fake', backend: 'webgl2', checked: 48 });
    expect(receipt.fallback).toBeUndefined();
    expect(receipt.largestDifference).toBeLessThan(1e-6);
    for (const [i, v] of right.entries()) if (!Number.isNaN(v)) expect(values[i]).toBeCloseTo(v, 5);
  });

  const faults: readonly (readonly [string, (backend: GpuBackend) => GpuDevice, RegExp])[] = [
    [
      'no context',
      () => {
        throw new GpuFailure('There is no WebGL 2 here (no graphics driver, or it is switched off).');
      },
      /^There is no WebGL 2 here .* The CPU computed this\.$/,
    ],
    [
      'a context lost midway',
      () => {
        const device = new FakeDevice();
        device.onSettle = () => {
          if (device.runs.length > 0) throw new GpuFailure('The GPU was lost while it worked (its driver or the browser reset it).');
        };
        return device;
      },
      /^The GPU was lost while it worked/,
    ],
    [
      'zeros instead of numbers',
      () => {
        const device = new FakeDevice();
        const read = device.read.bind(device);
        device.read = async (array: GpuArray) => (await read(array)).fill(0);
        return device;
      },
      /^The GPU computed \S+ where float64 says \S+\. The CPU computed this\.$/,
    ],
    [
      'a driver that throws',
      () => {
        const device = new FakeDevice();
        device.run = () => Promise.reject(new Error('Error compiling fragment shader: out of registers\nmore'));
        return device;
      },
      /^The GPU failed: Error compiling fragment shader: out of registers more\. The CPU computed this\.$/,
    ],
    [
      'a software renderer',
      () => new Named('ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)' as 'Fake'),
      /^SwiftShader is a software renderer/,
    ],
  ];
  it.each(faults)('falls back with one sentence and the right numbers: %s', async (_name, open, sentence) => {
    const { values, receipt } = await workerWith(open).run(request, context);
    expect(receipt.backend).toBe('cpu');
    expect(receipt.fallback).toMatch(sentence);
    expect(values).toEqual(right);
  });

  it('opens a lost device again', async () => {
    let opened = 0;
    const worker = workerWith(() => {
      const device = new FakeDevice();
      if (opened++ === 0)
        device.onSettle = () => {
          throw new GpuFailure('The GPU was lost while it worked.');
        };
      return device;
    });
    expect((await worker.run(request, context)).receipt.backend).toBe('cpu');
    expect((await worker.run(request, context)).receipt.backend).toBe('webgl2');
  });

  it('does not take a cancel for a failure', async () => {
    const abort = new AbortController();
    const worker = workerWith(() => {
      const device = new FakeDevice();
      device.onSettle = () => abort.abort();
      return device;
    });
    await expect(worker.run(request, { ...context, signal: abort.signal })).rejects.toBeInstanceOf(Cancelled);
  });

  it('refuses what float64 refuses, in its words', async () => {
    const zero = { ...input, kernel: kernel2d({ kernel: 'mexican-hat', width: 1 }) };
    await expect(workerWith(() => new FakeDevice()).run({ ...request, input: zero }, context)).rejects.toThrow(/invalid normalize/);
  });

  it('names what it found', async () => {
    const worker = workerWith((backend) => {
      if (backend === 'webgpu') throw new GpuFailure('There is no WebGPU here.');
      return new FakeDevice();
    });
    expect(await worker.find()).toEqual([
      { backend: 'webgl2', device: 'Fake', isSoftware: false, refused: undefined },
      { backend: 'webgpu', isSoftware: false, refused: 'There is no WebGPU here.' },
    ]);
  });
});
