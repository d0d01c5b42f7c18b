// @vitest-environment jsdom
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { operations } from '../../../src/core/operations/registry';
import type { ImagePreviewAsked } from '../../../src/core/protocol/image-preview';
import type { Step } from '../../../src/core/recipe/recipe';
import { draftStep } from '../../../src/renderer/client/drafts';
import { openWindow, until, type TestWindow } from '../window';

let window: TestWindow;
let asked: ImagePreviewAsked[];

beforeEach(async () => {
  window = await openWindow({ empty: true });
  asked = [];
  const real = window.engine.imagePreview;
  window.engine.imagePreview = (a, context) => {
    asked.push(a);
    return real(a, context);
  };
  window.engine.openImage();
  await until(() => window.session.table.value?.meta.image !== undefined);
});
afterEach(() => window.session.dispose());

function convolve(params: Record<string, unknown> = {}): Step {
  return draftStep(operations.get('convolve.image')!, window.session.table.value!, { params });
}

it('asks for the part that is looked at, at once from averaged cells and then from all pixels', async () => {
  const { session } = window;
  session.imageDraft.look.value = { xRange: [-0.5, 599.5], yRange: [-0.5, 419.5], width: 150, height: 105 };
  session.draft.value = convolve();
  await until(() => session.imageDraft.preview.value !== undefined);
  const { result, exact, image } = session.imageDraft.preview.value!;
  expect({ ...result, values: undefined }).toEqual({ step: 4, x: 0, y: 0, width: 150, height: 105, values: undefined });
  expect([exact, image]).toEqual([false, { width: 600, height: 420 }]);
  await until(() => session.imageDraft.preview.value!.exact);
  expect(asked.map((a) => a.whole ?? false)).toEqual([false, true]);
  expect(session.imageDraft.isSharpening.value).toBe(false);
  // Not previewed as a column of numbers as well.
  expect(session.preview.value).toBeUndefined();
});

it('waits with all pixels until nothing moves any more', async () => {
  const { session } = window;
  session.imageDraft.look.value = { xRange: [-0.5, 599.5], yRange: [-0.5, 419.5], width: 150, height: 105 };
  session.draft.value = convolve({ width: 1 });
  for (let width = 1.5; width < 4; width += 0.5) {
    await setTimeout(30);
    session.draft.value = { ...session.draft.value, params: { ...session.draft.value.params, width } };
  }
  await until(() => session.imageDraft.preview.value?.exact === true);
  const whole = asked.filter((a) => a.whole);
  expect(whole.map((a) => (a.step.params as { width: number }).width)).toEqual([3.5]);
  expect(session.jobs.value.filter((j) => j.state === 'cancelled')).toEqual([]);
});

it('needs no second look where a cell is a pixel, and forgets its picture with the draft', async () => {
  const { session } = window;
  session.imageDraft.look.value = { xRange: [100, 140], yRange: [100, 130], width: 400, height: 300 };
  session.draft.value = convolve();
  await until(() => session.imageDraft.preview.value?.exact === true);
  await setTimeout(400);
  expect(asked).toHaveLength(1);
  session.draft.value = undefined;
  await until(() => session.imageDraft.preview.value === undefined);
});

it('says why there is no picture', async () => {
  const { session } = window;
  session.draft.value = convolve({ kernel: 'custom', numbers: '1 2' });
  await until(() => session.previewError.value !== undefined);
  expect(session.previewError.value!.message).toMatch(/^invalid/);
  session.draft.value = { ...session.draft.value, params: { ...session.draft.value.params, numbers: '1 2 1' } };
  await until(() => session.imageDraft.preview.value !== undefined);
  expect(session.previewError.value).toBeUndefined();
});
