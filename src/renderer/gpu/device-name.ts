const SOFTWARE = /SwiftShader|llvmpipe|softpipe|lavapipe|Microsoft Basic Render Driver/i;

/**
 * A renderer's name as people call it. Chromium wraps it: `ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 (0x00002503) Direct3D11 vs_5_0 ps_5_0, D3D11)` is
 * NVIDIA GeForce RTX 3060.
 */
export function deviceName(renderer: string): string {
  const software = SOFTWARE.exec(renderer);
  if (software) return software[0];
  const inner = /^ANGLE \([^,]+, (.+), [^,]*\)$/.exec(renderer)?.[1] ?? renderer;
  return inner
    .replace(/^ANGLE Metal Renderer: /, '')
    .replace(/^Vulkan [\d.]+ \((.*)\)$/, '$1')
    .replace(/\/PCIe.*$/, '')
    .replace(/ \(0x[0-9a-f]+\)/i, '')
    .replace(/ Direct3D.*$/, '')
    .trim();
}
