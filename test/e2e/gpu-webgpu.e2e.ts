import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inject, it } from 'vitest';
import { goldenConvolutions } from '../renderer/gpu/convolve-cases';
import { expectConvolutions, expectTwins, findGpus, startGpuWorker } from './gpu-in-page';
import { launchApp, ROOT, temporaryFolder } from './harness';

/**
 * The application with switches under which Chromium has WebGPU on a machine without a GPU. They are set by an application around it, because
 * Playwright sets --enable-features itself after what is on the command line.
 */
function withWebGpu(): string {
  const folder = temporaryFolder();
  const switches = ['enable-unsafe-webgpu', 'use-angle=vulkan', 'use-vulkan=swiftshader', 'enable-features=Vulkan', 'disable-vulkan-surface'];
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'skysift', main: 'main.mjs' }));
  writeFileSync(
    join(folder, 'main.mjs'),
    `import { app } from 'electron';
     for (const s of ${JSON.stringify(switches)}) app.commandLine.appendSwitch(...s.split('='));
     await import(${JSON.stringify(pathToFileURL(join(ROOT, 'out/main/index.js')).href)});`,
  );
  return folder;
}

it('WebGPU makes the numbers of astropy and of float64, to 1e-5', async ({ skip }) => {
  const driver = join(dirname(inject('electron').executable), 'vk_swiftshader_icd.json');
  const env: Record<string, string> = existsSync(driver) ? { VK_ICD_FILENAMES: driver } : {};
  const { page } = await launchApp({ application: withWebGpu(), env });
  await startGpuWorker(page);
  const found = await findGpus(page);
  const webgpu = found.find((f) => f.backend === 'webgpu')!;
  if (webgpu.device === undefined) skip(`no WebGPU: ${webgpu.refused}`);
  console.info(`webgpu: ${webgpu.device}`);
  const cases = goldenConvolutions().filter((_, i) => i % 3 === 0);
  await expectConvolutions(page, cases, 'webgpu');
  await expectTwins(page, 'webgpu');
});
