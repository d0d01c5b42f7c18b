import { describe, expect, it } from 'vitest';
import { drain } from '../../src/core/numerics/steps';
import type { GpuProgram } from '../../src/renderer/gpu/gpu-program';
import { PROGRAMS } from '../../src/renderer/gpu/programs';
import { goldenConvolutions } from '../renderer/gpu/convolve-cases';
import { programCases } from '../renderer/gpu/program-cases';
import type { FAULTS } from './gpu-faults';
import { expectConvolutions, expectTwins, findGpus, runAll, startGpuWorker } from './gpu-in-page';
import { launchApp } from './harness';

// The worker as it was built, in Chromium, on whatever GPU this machine has; where there is none Chromium's software renderer, which is right but slow.

describe('the GPU worker', () => {
  it('makes the numbers of astropy and of float64, to 1e-5', async () => {
    const { page } = await launchApp();
    await startGpuWorker(page);
    const found = await findGpus(page);
    console.info(found.map((f) => `${f.backend}: ${f.device ?? f.refused}`).join('\n'));
    expect(found[0]?.device).toBeTypeOf('string');

    const cases = goldenConvolutions();
    const largest = await expectConvolutions(page, cases, 'webgl2');
    console.info(`${cases.length} convolutions of astropy: largest difference ${largest.toExponential(1)}`);

    await expectTwins(page, 'webgl2');
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
    const { isSoftware, device } = (await findGpus(page))[0]!;
    const [result] = await runAll(page, [programCases()[0]!], { allowSoftware: false });
    if (isSoftware)
      expect(result!.receipt).toMatchObject({ backend: 'cpu', fallback: expect.stringMatching(/is a software renderer.*The CPU computed this/) });
    else expect(result!.receipt).toMatchObject({ backend: 'webgl2', device });
  });
});
