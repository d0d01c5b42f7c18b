/** Injected before the worker's own script: what drivers do, and browsers. */
export const FAULTS = {
  none: '',
  'no context': 'OffscreenCanvas.prototype.getContext = () => null;',
  'lost midway': `
    const draw = WebGL2RenderingContext.prototype.drawArrays;
    let draws = 0;
    WebGL2RenderingContext.prototype.drawArrays = function (...args) {
      if (++draws === 6) this.getExtension('WEBGL_lose_context').loseContext();
      return draw.apply(this, args);
    };`,
  'wrong numbers': `
    const read = WebGL2RenderingContext.prototype.readPixels;
    WebGL2RenderingContext.prototype.readPixels = function (...args) {
      read.apply(this, args);
      // Not what gpu.js tries the driver with.
      if (args[6]?.length > 64) args[6].fill(0);
    };`,
  'out of memory': `
    WebGL2RenderingContext.prototype.getError = () => WebGL2RenderingContext.OUT_OF_MEMORY;`,
  'lost in a later task': `
    WebGL2RenderingContext.prototype.isContextLost = () => true;`,
} as const;

/** Makes a worker take Chromium's software renderer for a GPU. */
export const PRETENDED = 'ANGLE (NVIDIA Corporation, NVIDIA RTX A2000/PCIe/SSE2, OpenGL 4.5.0)';
export const PRETEND = `
    const ask = WebGL2RenderingContext.prototype.getParameter;
    // UNMASKED_RENDERER_WEBGL.
    WebGL2RenderingContext.prototype.getParameter = function (what) {
      return what === 0x9246 ? ${JSON.stringify(PRETENDED)} : ask.call(this, what);
    };`;

/** The script of a worker that is the one at `url`, with something done to its world before. */
export function patchedWorker(patch: string, url: string): string {
  return `${patch}
    const first = new Promise((resolve) => addEventListener('message', resolve, { once: true }));
    await import(${JSON.stringify(url)});
    const { ports } = await first;
    dispatchEvent(new MessageEvent('message', { ports }));`;
}
