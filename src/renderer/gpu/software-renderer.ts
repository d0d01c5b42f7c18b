/** Renderers that are no GPU: Chromium's own, Mesa's, Microsoft's, Apple's. They are slow, and a browser kills their process while they work. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|lavapipe|microsoft basic|software (rasterizer|renderer|adapter)|\bwarp\b|apple software|paravirtual/i;

/** Whether a renderer's name (WEBGL_debug_renderer_info, or what a WebGPU adapter says of itself) is that of software on the CPU. */
export function isSoftwareRenderer(name: string): boolean {
  return SOFTWARE.test(name);
}
