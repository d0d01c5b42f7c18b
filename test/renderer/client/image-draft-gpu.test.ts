import { nextTick, shallowRef } from 'vue';
import { expect, it, vi } from 'vitest';
import type { TableInfo } from '../../../src/core/protocol/engine-service';
import type { ImagePreview, ImagePreviewAsked } from '../../../src/core/protocol/image-preview';
import { Cancelled } from '../../../src/core/protocol/outcome';
import type { Step } from '../../../src/core/recipe/recipe';
import { ImageDraft } from '../../../src/renderer/client/image-draft';
import type { Receipt } from '../../../src/renderer/gpu/receipt';

const table = { id: 't', version: 1, meta: { image: { width: 9, height: 9 } } } as unknown as TableInfo;
const draft = (width: number): Step => ({
  id: 'd',
  op: 'convolve.image',
  version: 1,
  params: { width },
  bind: { value: 'v' },
  scope: 'table',
  enabled: true,
});
const picture = (name: string, milliseconds = 40): ImagePreview =>
  ({ name, milliseconds, exact: true, alerts: [], version: 1 }) as unknown as ImagePreview;
const gpuReceipt: Receipt = { device: 'Fake', backend: 'webgl2', uploadMs: 1, computeMs: 2, readBackMs: 3, checked: 48, largestDifference: 1e-7 };

type Settle<T> = { resolve(v: T): void; reject(e: unknown): void; asked: ImagePreviewAsked };

/** A draft whose engine and GPU answer when the test says so. */
function set(plan: object) {
  const engine: Settle<unknown>[] = [];
  const gpu: Settle<unknown>[] = [];
  const later = (list: Settle<unknown>[], asked: ImagePreviewAsked): Promise<unknown> =>
    new Promise((resolve, reject) => void list.push({ resolve, reject, asked }));
  const s = {
    table: shallowRef(table),
    draft: shallowRef<Step | undefined>(),
    previewError: shallowRef(),
    runJob: vi.fn(),
    engine: { imagePreview: (asked: ImagePreviewAsked) => later(engine, asked) },
    onGpu: { plan: () => plan, learn: () => undefined, make: (_plan: object, asked: ImagePreviewAsked) => later(gpu, asked) },
  };
  return { s, engine, gpu, images: new ImageDraft(s as never) };
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
  await nextTick();
};

it('shows the picture of the GPU at once and that of float64 in its place, with both times', async () => {
  const { s, engine, gpu, images } = set({ backend: 'webgl2' });
  s.draft.value = draft(1);
  await settle();
  gpu[0]!.resolve({ preview: picture('gpu'), receipt: gpuReceipt });
  await settle();
  expect(images.preview.value?.name).toBe('gpu');
  expect(images.receipt.value).toEqual({ ...gpuReceipt, cpuMs: undefined });
  engine[0]!.resolve({ ok: picture('float64'), alerts: [] });
  await settle();
  expect(images.preview.value?.name).toBe('float64');
  expect(images.receipt.value).toEqual({ ...gpuReceipt, cpuMs: 40 });
});

it('does not wait for float64 while a slider moves', async () => {
  const { s, engine, gpu, images } = set({ backend: 'webgl2' });
  s.draft.value = draft(1);
  await settle();
  s.draft.value = draft(2);
  gpu[0]!.resolve({ preview: picture('gpu 1'), receipt: gpuReceipt });
  await settle();
  expect(gpu.map((g) => g.asked.step.params['width'])).toEqual([1, 2]);
  engine[0]!.reject(new Cancelled());
  gpu[1]!.resolve({ preview: picture('gpu 2'), receipt: gpuReceipt });
  await settle();
  expect(images.preview.value?.name).toBe('gpu 2');
});

it('keeps float64 when it comes first, or the GPU has nothing', async () => {
  for (const late of [{ preview: picture('gpu'), receipt: gpuReceipt }, undefined]) {
    const { s, engine, gpu, images } = set({ backend: 'webgl2' });
    s.draft.value = draft(1);
    await settle();
    engine[0]!.resolve({ ok: picture('float64'), alerts: [] });
    await settle();
    gpu[0]!.resolve(late);
    await settle();
    expect(images.preview.value?.name).toBe('float64');
    expect(images.receipt.value?.cpuMs ?? images.receipt.value?.computeMs).toBe(40);
  }
});

it('says why it was the CPU', async () => {
  const { s, engine, gpu, images } = set({ reason: 'SwiftShader is a software renderer.' });
  s.draft.value = draft(1);
  await settle();
  engine[0]!.resolve({ ok: picture('float64'), alerts: [] });
  await settle();
  expect(gpu.length).toBe(0);
  expect(images.receipt.value).toMatchObject({ backend: 'cpu', computeMs: 40, fallback: 'SwiftShader is a software renderer.' });
});

it('shows the CPU’s picture and the sentence where the GPU failed', async () => {
  const { s, engine, gpu, images } = set({ backend: 'webgl2' });
  s.draft.value = draft(1);
  await settle();
  const receipt = { ...gpuReceipt, device: 'CPU', backend: 'cpu', fallback: 'The GPU was lost while it worked. The CPU computed this.' };
  gpu[0]!.resolve({ preview: picture('right'), receipt });
  engine[0]!.resolve({ ok: picture('float64'), alerts: [] });
  await settle();
  expect(images.receipt.value).toMatchObject({ backend: 'cpu', cpuMs: 40, fallback: receipt.fallback });
});
