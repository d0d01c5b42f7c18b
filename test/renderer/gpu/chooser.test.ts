import { describe, expect, it } from 'vitest';
import { choose, measuredKey, type Measured } from '../../../src/renderer/gpu/chooser';
import { deviceName } from '../../../src/renderer/gpu/device-name';
import type { GpuFound } from '../../../src/renderer/gpu/gpu-service';
import { isSoftwareRenderer } from '../../../src/renderer/gpu/software-renderer';

const gpu: GpuFound = { backend: 'webgl2', device: 'ANGLE (NVIDIA, NVIDIA GeForce RTX 3060, D3D11)', isSoftware: false };
const none: GpuFound = { backend: 'webgpu', isSoftware: false, refused: 'There is no WebGPU here.' };
const software: GpuFound = { backend: 'webgl2', device: 'SwiftShader', isSoftware: true, refused: 'SwiftShader is a software renderer.' };
const measured: Measured = {
  key: 'k',
  failed: {},
  speeds: [
    { backend: 'webgl2', fixedMs: 5, nsPerOperation: 0.01 },
    { backend: 'cpu', fixedMs: 0, nsPerOperation: 1 },
  ],
};

const work = (operations: number) => ({ operations, plannedNs: operations });

describe('the choice', () => {
  it('takes the CPU for little work and the GPU for much', () => {
    expect(choose([gpu, none], measured, work(1e6), 4).backend).toBe('cpu');
    expect(choose([gpu, none], measured, work(1e6), 4).reason).toMatch(/expected to be faster for this \(0\.3 ms against 5\.0 ms/);
    expect(choose([gpu, none], measured, work(1e9), 4)).toEqual({ backend: 'webgl2', expectedMs: 15 });
  });

  it('counts the threads of the engine', () => {
    expect(choose([gpu, none], measured, work(4e7), 1).backend).toBe('webgl2');
    expect(choose([gpu, none], measured, work(4e7), 16).backend).toBe('cpu');
  });

  it('believes what the engine did before what was calibrated', () => {
    expect(choose([gpu, none], measured, work(4e7), 1, 1).backend).toBe('webgl2');
    expect(choose([gpu, none], measured, work(4e7), 1, 0.1)).toMatchObject({ backend: 'cpu', expectedMs: 4 });
  });

  it('knows that the CPU may have a shorter way', () => {
    expect(choose([gpu, none], measured, { operations: 1e9, plannedNs: 1e6 }, 1).backend).toBe('cpu');
  });

  it('takes the faster of two backends', () => {
    const both = [gpu, { ...gpu, backend: 'webgpu' } as const];
    const speeds = [...measured.speeds, { backend: 'webgpu', fixedMs: 1, nsPerOperation: 0.01 } as const];
    expect(choose(both, { ...measured, speeds }, work(1e9), 4).backend).toBe('webgpu');
  });

  it('never takes software, what failed, or what was not timed, and says why', () => {
    expect(choose([software, none], measured, work(1e12), 1)).toEqual({ backend: 'cpu', reason: 'SwiftShader is a software renderer.' });
    expect(choose([gpu, none], { ...measured, failed: { webgl2: 'The GPU was lost.' } }, work(1e12), 1)).toEqual({
      backend: 'cpu',
      reason: 'The GPU was lost.',
    });
    expect(choose([gpu, none], undefined, work(1e12), 1).reason).toBe('The GPU has not been timed yet.');
    // Nobody has looked yet.
    expect(choose([], undefined, work(1e12), 1)).toEqual({ backend: 'cpu', reason: undefined });
  });

  it('is measured again for another GPU or version', () => {
    expect(measuredKey([gpu], '1')).not.toBe(measuredKey([gpu], '2'));
    expect(measuredKey([gpu], '1')).not.toBe(measuredKey([software], '1'));
  });
});

// Names as Chromium, Firefox and drivers give them.
const NAMES: readonly (readonly [string, string, boolean])[] = [
  ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)', 'SwiftShader', true],
  ['ANGLE (Mesa, llvmpipe (LLVM 15.0.6, 256 bits), OpenGL 4.5 (Core Profile) Mesa 22.3.6)', 'llvmpipe', true],
  ['ANGLE (Microsoft, Microsoft Basic Render Driver (0x0000008C) Direct3D11 vs_5_0 ps_5_0, D3D11)', 'Microsoft Basic Render Driver', true],
  ['Google swiftshader software adapter', 'swiftshader', true],
  ['ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 (0x00002503) Direct3D11 vs_5_0 ps_5_0, D3D11)', 'NVIDIA GeForce RTX 3060', false],
  ['ANGLE (NVIDIA Corporation, NVIDIA RTX A2000/PCIe/SSE2, OpenGL 4.5.0)', 'NVIDIA RTX A2000', false],
  ['ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)', 'Mesa Intel(R) UHD Graphics 620 (KBL GT2)', false],
  ['ANGLE (Apple, ANGLE Metal Renderer: Apple M1 Max, Unspecified Version)', 'Apple M1 Max', false],
  ['ANGLE (AMD, Vulkan 1.3.0 (AMD Radeon RX 6600 (RADV NAVI23) (0x000073FF)), radv)', 'AMD Radeon RX 6600 (RADV NAVI23)', false],
];
it.each(NAMES)('%s', (renderer, name, isSoftware) => {
  expect(deviceName(renderer)).toBe(name);
  expect(isSoftwareRenderer(renderer)).toBe(isSoftware);
});
