import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, inject, it } from 'vitest';
import { drain } from '../../src/core/numerics/steps';
import type { GpuProgram } from '../../src/renderer/gpu/gpu-program';
import type { GpuFound } from '../../src/renderer/gpu/gpu-service';
import { PROGRAMS } from '../../src/renderer/gpu/programs';
import { goldenConvolutions } from '../renderer/gpu/convolve-cases';
import { programCases } from '../renderer/gpu/program-cases';
import { expectWithin, runAll, startGpuWorker } from './gpu-in-page';
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
  const found = (await page.evaluate(() => (window as unknown as { callGpu(m: string, a: object): unknown }).callGpu('find', {}))) as GpuFound[];
  const webgpu = found.find((f) => f.backend === 'webgpu')!;
  if (webgpu.device === undefined) skip(`no WebGPU: ${webgpu.refused}`);
  console.info(`webgpu: ${webgpu.device}`);
  const cases = goldenConvolutions().filter((_, i) => i % 3 === 0);
  const convolved = await runAll(
    page,
    cases.map(({ dimensions, input }) => ({ program: dimensions === 1 ? 'convolve-1d' : 'convolve-2d', input })),
    { backend: 'webgpu' },
  );
  for (const [i, { name, input, values, dimensions }] of cases.entries()) {
    const { receipt, values: made } = convolved[i]!;
    expect(receipt.fallback, name).toBeUndefined();
    const places = Uint32Array.from(values, (_, k) => k);
    expectWithin(made, values, PROGRAMS[dimensions === 1 ? 'convolve-1d' : 'convolve-2d'].sample(input, places).scales, name);
  }
  const others = programCases();
  const results = await runAll(page, others, { backend: 'webgpu' });
  for (const [i, { name, program, input }] of others.entries()) {
    const { receipt, values } = results[i]!;
    expect(receipt.fallback, name).toBeUndefined();
    expectWithin(values, drain((PROGRAMS[program] as GpuProgram<unknown>).exact(input)), undefined, name);
    console.info(`${name}: ${receipt.largestDifference!.toExponential(1)}`);
  }
});
