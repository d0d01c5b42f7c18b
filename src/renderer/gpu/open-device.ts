import { GPU } from 'gpu.js';
import type { GpuBackend, GpuDevice } from './gpu-device';
import { GpuFailure } from './gpu-failure';
import { JsDevice } from './js-device';
import { nextTask } from './next-task';
import { settleWebGl } from './settle-webgl';

/** What is used of WebGPU here, in its own words. */
interface WebGpu {
  requestAdapter(): Promise<{
    readonly info?: { readonly vendor: string; readonly architecture: string; readonly device: string; readonly description: string };
    readonly isFallbackAdapter?: boolean;
    readonly limits: { readonly maxStorageBufferBindingSize: number };
  } | null>;
}

/** gpu.js holds one device for a page; each of its kernels knows it. */
interface WebGpuKernel {
  readonly context?: { readonly isLost: boolean; readonly device: { readonly queue: { onSubmittedWorkDone(): Promise<void> } } };
}

function openWebGl(): GpuDevice {
  const canvas = new OffscreenCanvas(1, 1);
  const gl = canvas.getContext('webgl2', { alpha: false, depth: false, antialias: false, powerPreference: 'high-performance' });
  if (!gl) throw new GpuFailure('There is no WebGL 2 here (no graphics driver, or it is switched off).');
  if (!gl.getExtension('EXT_color_buffer_float')) throw new GpuFailure('The GPU cannot write float32 numbers.');
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  const side = gl.getParameter(gl.MAX_TEXTURE_SIZE) as number;
  const lose = gl.getExtension('WEBGL_lose_context');
  const start = (): GPU => new GPU({ mode: 'webgl2', canvas, context: gl });
  return new JsDevice(
    'webgl2',
    name,
    side * side,
    start,
    () => settleWebGl(gl),
    () => lose?.loseContext(),
  );
}

async function openWebGpu(): Promise<GpuDevice> {
  const adapter = await (navigator as { gpu?: WebGpu }).gpu?.requestAdapter();
  if (!adapter) throw new GpuFailure('There is no WebGPU here.');
  const { info, limits } = adapter;
  const words = [info?.description || info?.device, info?.vendor, info?.architecture, adapter.isFallbackAdapter ? 'software adapter' : ''];
  let gpu: GPU | undefined;
  const start = (): GPU => (gpu = new GPU({ mode: 'webgpu' }));
  const settle = async (): Promise<void> => {
    const context = (gpu as unknown as { kernels: WebGpuKernel[] } | undefined)?.kernels.find((k) => k.context)?.context;
    await context?.device.queue.onSubmittedWorkDone();
    await nextTask();
    if (context?.isLost) throw GpuFailure.lost();
  };
  return new JsDevice(
    'webgpu',
    words.filter(Boolean).join(' ') || 'unnamed adapter',
    Math.floor(limits.maxStorageBufferBindingSize / 4),
    start,
    settle,
  );
}

/** Opens the GPU behind an API. Throws GpuFailure where there is none. Software renderers open too: {@link isSoftwareRenderer} tells them. */
export async function openDevice(backend: GpuBackend): Promise<GpuDevice> {
  try {
    return backend === 'webgl2' ? openWebGl() : await openWebGpu();
  } catch (error) {
    throw GpuFailure.from(error);
  }
}
