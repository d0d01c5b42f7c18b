import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CONVOLVE_DEFAULTS } from '../../../src/core/numerics/convolve/convolve-options';
import { kernel2d } from '../../../src/core/numerics/convolve/kernels';
import { AppError, Cancelled } from '../../../src/core/protocol/outcome';
import { GpuDesk } from '../../../src/renderer/client/gpu-desk';
import type { GpuFound, GpuService, GpuTask } from '../../../src/renderer/gpu/gpu-service';

const REAL: GpuFound = { backend: 'webgl2', device: 'ANGLE (NVIDIA Corporation, NVIDIA RTX A2000/PCIe/SSE2, OpenGL 4.5.0)', isSoftware: false };
const NONE: GpuFound = { backend: 'webgpu', isSoftware: false, refused: 'There is no WebGPU here.' };
const SOFTWARE: GpuFound = {
  backend: 'webgl2',
  device: 'SwiftShader',
  isSoftware: true,
  refused: 'SwiftShader is a software renderer, slower than the CPU itself.',
};
const SPEEDS = [
  { backend: 'webgl2', fixedMs: 2, nsPerOperation: 0.01 },
  { backend: 'cpu', fixedMs: 0, nsPerOperation: 1 },
] as const;
const LARGE = { operations: 1e9, plannedNs: 1e9 };
const task: GpuTask = {
  program: 'convolve-2d',
  input: { raster: { width: 1, height: 1, values: new Float64Array(1) }, kernel: kernel2d({ kernel: 'box', width: 1 }), options: CONVOLVE_DEFAULTS },
};

/** A desk with a worker that answers as told; the counts of its calls. */
function set(found: readonly GpuFound[], run: GpuService['run'] = async () => ({ values: new Float64Array(1), receipt: receipt({}) })) {
  const calls = { started: 0, stopped: 0, calibrated: 0, lose: (): void => undefined };
  const gpu = { find: async () => found, calibrate: async () => (calls.calibrated++, SPEEDS), run };
  const start = (onLost: () => void) => {
    calls.started++;
    calls.lose = onLost;
    return { gpu: gpu as never, stop: () => void calls.stopped++ };
  };
  return { desk: new GpuDesk({ threads: () => 2, version: () => '1', start }), calls };
}

const receipt = (more: object) => ({
  device: 'x',
  backend: 'webgl2' as const,
  uploadMs: 1,
  computeMs: 1,
  readBackMs: 1,
  checked: 48,
  largestDifference: 2.6e-7,
  ...more,
});

const store = new Map<string, string>();
beforeEach(() => {
  store.clear();
  vi.stubGlobal('localStorage', { getItem: (k: string) => store.get(k) ?? null, setItem: (k: string, v: string) => store.set(k, v) });
});

describe('the desk', () => {
  it('times a machine once and keeps it', async () => {
    const first = set([REAL, NONE]);
    await first.desk.look();
    await first.desk.look();
    expect(first.calls.calibrated).toBe(1);
    expect(first.desk.inUse.value?.words).toBe('GPU: NVIDIA RTX A2000, WebGL2');
    expect(first.desk.choose(LARGE).backend).toBe('webgl2');
    const second = set([REAL, NONE]);
    await second.desk.look();
    expect(second.calls.calibrated).toBe(0);
    expect(second.desk.choose(LARGE).backend).toBe('webgl2');
  });

  it('does not time software, says so, and gives the worker back', async () => {
    const { desk, calls } = set([SOFTWARE, NONE]);
    await desk.look();
    expect(calls).toMatchObject({ started: 1, stopped: 1, calibrated: 0 });
    expect(desk.inUse.value).toEqual({ words: 'CPU', reason: SOFTWARE.refused });
  });

  it('says how far results were from float64', async () => {
    const { desk } = set([REAL, NONE]);
    await desk.look();
    await desk.run('webgl2', task);
    expect(desk.inUse.value?.words).toBe('GPU: NVIDIA RTX A2000, WebGL2, checked to 3e-7');
  });

  it('leaves a GPU alone that failed', async () => {
    const fallback = 'The GPU was lost while it worked. The CPU computed this.';
    const { desk } = set([REAL, NONE], async () => ({ values: new Float64Array(1), receipt: receipt({ backend: 'cpu', fallback }) }));
    await desk.look();
    expect((await desk.run('webgl2', task))?.receipt.fallback).toBe(fallback);
    expect(desk.choose(LARGE)).toEqual({ backend: 'cpu', reason: 'The GPU was lost while it worked.' });
    expect(desk.inUse.value).toEqual({ words: 'CPU', reason: 'The GPU was lost while it worked.' });
  });

  it('tells a cancel from a failure, and passes on what is wrong with the input', async () => {
    let throws: Error = new Cancelled();
    const { desk } = set([REAL, NONE], () => Promise.reject(throws));
    await desk.look();
    expect(await desk.run('webgl2', task)).toBeUndefined();
    expect(desk.choose(LARGE).backend).toBe('webgl2');
    throws = new AppError({ code: 'invalid-argument', message: 'invalid width: 0 (must be > 0)' });
    await expect(desk.run('webgl2', task)).rejects.toThrow('invalid width');
    expect(desk.choose(LARGE).backend).toBe('webgl2');
    throws = new AppError({ code: 'engine-lost', message: 'the other end is gone' });
    expect(await desk.run('webgl2', task)).toBeUndefined();
    expect(desk.choose(LARGE).backend).toBe('cpu');
  });

  it('learns how fast the engine is', async () => {
    const { desk } = set([REAL, NONE]);
    await desk.look();
    for (let i = 0; i < 5; i++) desk.learn(1e9, 5);
    expect(desk.choose(LARGE)).toMatchObject({ backend: 'cpu', expectedMs: 5 });
    // Too short to say anything.
    desk.learn(1, 1);
    expect(desk.choose(LARGE).backend).toBe('cpu');
  });

  it('lives without workers', async () => {
    const desk = new GpuDesk({ threads: () => 2, version: () => '1' });
    await desk.look();
    expect(desk.inUse.value).toEqual({ words: 'CPU', reason: 'There is no GPU here.' });
  });
});
