import { describe, expect, it } from 'vitest';
import { drain } from '../../src/core/numerics/steps';
import type { GpuProgram } from '../../src/renderer/gpu/gpu-program';
import type { GpuFound } from '../../src/renderer/gpu/gpu-service';
import { PROGRAMS } from '../../src/renderer/gpu/programs';
import { goldenConvolutions } from '../renderer/gpu/convolve-cases';
import { programCases } from '../renderer/gpu/program-cases';
import type { FAULTS } from './gpu-faults';
import { expectWithin, runAll, startGpuWorker } from './gpu-in-page';
import { launchApp } from './harness';

// The worker as it was built, in Chromium, on whatever GPU this machine has; where there is none Chromium's software renderer, which is right but slow.

describe('the GPU worker', () => {
  it('makes the numbers of astropy and of float64, to 1e-5', async () => {
    const { page } = await launchApp();
    await startGpuWorker(page);
    const found = (await page.evaluate(() => (window as unknown as { callGpu(m: string, a: object): unknown }).callGpu('find', {}))) as GpuFound[];
    console.info(found.map((f) => `${f.backend}: ${f.device ?? f.refused}`).join('\n'));
    expect(found[0]?.device).toBeTypeOf('string');

    const cases = goldenConvolutions();
    const convolved = await runAll(
      page,
      cases.map(({ dimensions, input }) => ({ program: dimensions === 1 ? 'convolve-1d' : 'convolve-2d', input })),
    );
    let largest = 0;
    for (const [i, { name, input, values, dimensions }] of cases.entries()) {
      const { receipt, values: made } = convolved[i]!;
      expect(receipt.fallback, name).toBeUndefined();
      const places = Uint32Array.from(values, (_, k) => k);
      expectWithin(made, values, PROGRAMS[dimensions === 1 ? 'convolve-1d' : 'convolve-2d'].sample(input, places).scales, name);
      largest = Math.max(largest, receipt.largestDifference!);
    }
    console.info(`${cases.length} convolutions of astropy: largest difference ${largest.toExponential(1)}`);

    const others = programCases();
    const results = await runAll(page, others);
    for (const [i, { name, program, input }] of others.entries()) {
      const { receipt, values } = results[i]!;
      expect(receipt.fallback, name).toBeUndefined();
      expectWithin(values, drain((PROGRAMS[program] as GpuProgram<unknown>).exact(input)), undefined, name);
      console.info(`${name}: ${receipt.largestDifference!.toExponential(1)}`);
    }
  });

  const sentences: readonly (readonly [keyof typeof FAULTS, RegExp])[] = [
    ['no context', /^There is no WebGL 2 here/],
    ['lost midway', /^The GPU was lost while it worked/],
    ['wrong numbers', /^The GPU computed \S+ where float64 says/],
    ['out of memory', /^The GPU is out of memory/],
    ['lost in a later task', /^The GPU was lost while it worked/],
  ];
  it.each(sentences)('with %s falls back, says why, and has the right picture', async (fault, sentence) => {
    const { page } = await launchApp();
    await startGpuWorker(page, fault);
    const task = programCases()[0]!;
    const [first] = await runAll(page, [task]);
    expect(first!.receipt.backend).toBe('cpu');
    expect(first!.receipt.fallback).toMatch(sentence);
    expect(first!.values).toEqual(drain((PROGRAMS[task.program] as GpuProgram<unknown>).exact(task.input)));
  });

  it('refuses a software renderer for work', async () => {
    const { page } = await launchApp();
    await startGpuWorker(page);
    const [{ isSoftware, device }] = (await page.evaluate(() =>
      (window as unknown as { callGpu(m: string, a: object): unknown }).callGpu('find', {}),
    )) as [GpuFound];
    const [result] = await runAll(page, [programCases()[0]!], { allowSoftware: false });
    if (isSoftware)
      expect(result!.receipt).toMatchObject({ backend: 'cpu', fallback: expect.stringMatching(/is a software renderer.*The CPU computed this/) });
    else expect(result!.receipt).toMatchObject({ backend: 'webgl2', device });
  });
});
