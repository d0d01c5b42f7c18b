// @vitest-environment jsdom
import { afterEach, describe, expect, it } from 'vitest';
import CommandPalette from '../../../src/renderer/app/CommandPalette.vue';
import { fuzzyFilter, fuzzyScore } from '../../../src/renderer/app/fuzzy';
import { openWindow, until, type TestWindow } from '../window';

let w: TestWindow;
afterEach(() => w?.session.dispose());

describe('fuzzy', () => {
  it('finds words in any order and prefers their starts', () => {
    expect(fuzzyScore('clip sig', 'Sigma clipping')).toBeDefined();
    expect(fuzzyScore('clip', 'Lomb–Scargle, a periodogram')).toBeUndefined();
    expect(fuzzyFilter('med', ['Named', 'Moving median'], (x) => x)).toEqual(['Moving median', 'Named']);
  });
  it('looks into the longer text only for whole words', () => {
    const also = (): string => 'flags values far away';
    expect(fuzzyFilter('values', ['x'], (x) => x, also)).toEqual(['x']);
    expect(fuzzyFilter('vlus', ['x'], (x) => x, also)).toEqual([]);
  });
});

describe('palette', () => {
  it('finds an operation by typing and starts it with Enter', async () => {
    w = await openWindow();
    const palette = w.mount(CommandPalette);
    const input = document.querySelector<HTMLInputElement>('[role="combobox"]')!;
    expect(document.activeElement).toBe(input);
    input.value = 'sigma';
    input.dispatchEvent(new Event('input'));
    await palette.vm.$nextTick();
    expect(document.querySelector('[aria-selected="true"]')?.textContent).toContain('Sigma clip');
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
    await until(() => w.session.draft.value?.op === 'outliers.sigma-clip');
    expect(palette.emitted('close')).toHaveLength(1);
    palette.unmount();
  });

  it('moves with the arrows, round the ends, and says when nothing matches', async () => {
    w = await openWindow();
    const palette = w.mount(CommandPalette);
    const input = document.querySelector<HTMLInputElement>('[role="combobox"]')!;
    const titles = (): string[] => [...document.querySelectorAll('[role="option"]')].map((o) => o.textContent);
    const selected = (): number => [...document.querySelectorAll('[role="option"]')].findIndex((o) => o.getAttribute('aria-selected') === 'true');
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp' }));
    await palette.vm.$nextTick();
    expect(selected()).toBe(titles().length - 1);
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' }));
    await palette.vm.$nextTick();
    expect(selected()).toBe(0);
    input.value = 'qqqq';
    input.dispatchEvent(new Event('input'));
    await palette.vm.$nextTick();
    expect(titles()).toEqual([]);
    expect(document.body.textContent).toContain('Nothing is called “qqqq”.');
    palette.unmount();
  });
});
