// @vitest-environment jsdom
import { mount } from '@vue/test-utils';
import { expect, it } from 'vitest';
import FoldControls from '../../../src/renderer/views/phase/FoldControls.vue';

const props = { fold: { period: 0.5, epoch: 3 }, baseline: 100, unit: 'd', canGoBack: false };

it('a fold that arrives while a period is typed does not overwrite it', async () => {
  const controls = mount(FoldControls, { props });
  const field = controls.get('input[aria-label="Period"]');
  const input = field.element as HTMLInputElement;
  input.value = '0.61';
  await field.trigger('input');
  await controls.setProps({ fold: { period: 0.7, epoch: 3 } });
  expect(input.value).toBe('0.61');
  await field.trigger('change');
  expect(controls.emitted('fold')).toEqual([[{ period: 0.61, epoch: 3 }]]);
  // Left without a change, it shows the fold again.
  input.value = '0.6';
  await field.trigger('input');
  await field.trigger('blur');
  expect(input.value).toBe('0.7');
});

it('what is no period is said and taken back', async () => {
  const controls = mount(FoldControls, { props });
  const field = controls.get('input[aria-label="Period"]');
  const input = field.element as HTMLInputElement;
  input.value = 'fast';
  await field.trigger('input');
  await field.trigger('change');
  expect(controls.emitted('problem')).toEqual([['invalid period: fast (must be a number > 0)']]);
  expect(controls.emitted('fold')).toBeUndefined();
  expect(input.value).toBe('0.5');
});

it('the slider tells how far it is from where it was taken, and is in the middle again when let go', async () => {
  const controls = mount(FoldControls, { props });
  const slider = controls.get('input[type="range"]');
  (slider.element as HTMLInputElement).value = '25';
  await slider.trigger('input');
  expect(controls.emitted('slide')).toEqual([[25]]);
  expect(controls.emitted('release')).toBeUndefined();
  await slider.trigger('change');
  expect(controls.emitted('release')).toHaveLength(1);
  expect((slider.element as HTMLInputElement).value).toBe('0');
});
