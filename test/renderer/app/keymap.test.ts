// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandFor, fieldToLeave, KEYMAP, keysOf } from '../../../src/renderer/app/keymap';
import { openWindow, until, type TestWindow } from '../window';

function press(key: string, init: KeyboardEventInit = {}, on: Element = document.body): string | undefined {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  let found: string | undefined;
  const listen = (e: KeyboardEvent): void => void (found = commandFor(e));
  addEventListener('keydown', listen, { once: true });
  on.dispatchEvent(event);
  return found;
}

describe('keymap', () => {
  it('spells keys one way', () => {
    expect(keysOf(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, shiftKey: true }))).toBe('Ctrl+Shift+Z');
    expect(keysOf(new KeyboardEvent('keydown', { key: 'k', metaKey: true }))).toBe('Ctrl+K');
    expect(keysOf(new KeyboardEvent('keydown', { key: '?', shiftKey: true }))).toBe('?');
    expect(keysOf(new KeyboardEvent('keydown', { key: '/', shiftKey: true }))).toBe('/');
  });

  it('gives every key one command', () => {
    const keys = KEYMAP.map((b) => b.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('leaves letters to a field that has the focus, but not the chords', () => {
    const input = document.body.appendChild(document.createElement('input'));
    expect(press('j')).toBe('object.next');
    expect(press('j', {}, input)).toBeUndefined();
    expect(press('k', { ctrlKey: true }, input)).toBe('palette.open');
    expect(press('z', { ctrlKey: true }, input)).toBeUndefined();
    expect(press('Enter', { ctrlKey: true }, input)).toBe('draft.apply');
    input.remove();
  });

  it('leaves to a slider the keys that move it, and no others', () => {
    const slider = document.body.appendChild(Object.assign(document.createElement('input'), { type: 'range' }));
    expect(press('j', {}, slider)).toBe('object.next');
    expect(press('ArrowDown', {}, slider)).toBeUndefined();
    slider.remove();
  });

  it('lets Escape leave a field before it means anything else, but not in a dialog', () => {
    const input = document.body.appendChild(document.createElement('input'));
    const dialog = document.body.appendChild(document.createElement('dialog'));
    const inDialog = dialog.appendChild(document.createElement('input'));
    const left = (on: Element, key = 'Escape'): Element | undefined => {
      let found: Element | undefined;
      addEventListener('keydown', (e) => (found = fieldToLeave(e)), { once: true });
      on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      return found;
    };
    expect(left(input)).toBe(input);
    expect(left(input, 'a')).toBeUndefined();
    expect(left(document.body)).toBeUndefined();
    expect(left(inDialog)).toBeUndefined();
    input.remove();
    dialog.remove();
  });
});

describe('commands', () => {
  let w: TestWindow;
  beforeEach(async () => {
    w = await openWindow();
  });
  afterEach(() => w.session.dispose());

  it('has a command behind every key', () => {
    for (const { command } of KEYMAP) expect(w.commands.named(command), command).toBeDefined();
  });

  it('steps through the objects in the order of the list and stops at its ends', async () => {
    const { session, commands } = w;
    commands.run('object.next');
    await until(() => session.object.value === '1017943');
    commands.run('object.previous');
    await until(() => session.object.value === '1013184');
    commands.run('object.previous');
    await new Promise((done) => setTimeout(done, 20));
    expect(session.object.value).toBe('1013184');

    await session.objects.setOrder({ sort: 'scatter', descending: true });
    const first = session.objects.page.value.rows.get(0)!;
    session.setObject(first.id);
    commands.run('object.next');
    await until(() => session.object.value === session.objects.page.value.rows.get(1)!.id);
    expect(session.objects.page.value.rows.get(1)!.scatter!).toBeLessThanOrEqual(first.scatter!);
  });

  it('labels the current object and clears the label', async () => {
    const { session, commands } = w;
    commands.run('object.label-3');
    await until(() => session.objects.page.value.rows.get(0)?.label === 3);
    commands.run('object.label-0');
    await until(() => session.objects.page.value.rows.get(0)?.label === undefined);
  });

  it('drafts a flag of the selected rows, and says what to do when there are none', async () => {
    const { session, commands } = w;
    commands.run('selection.flag');
    expect(session.draft.value).toBeUndefined();
    expect(session.sayings.all.value.at(-1)?.message).toMatch(/nothing is selected/);
    session.select({ kind: 'rows', rows: [1, 2] }, 'view', 'replace');
    commands.run('selection.flag');
    expect(session.draft.value).toMatchObject({ op: 'flags.mark', where: { kind: 'rows', rows: [1, 2] } });
  });

  it('takes the selection away with the first Escape, the draft with the second', () => {
    const { session, commands } = w;
    session.select({ kind: 'rows', rows: [1] }, 'view', 'replace');
    commands.run('selection.flag');
    commands.run('selection.clear');
    expect([session.selection.value, session.draft.value?.op]).toEqual([undefined, 'flags.mark']);
    commands.run('selection.clear');
    expect(session.draft.value).toBeUndefined();
  });

  it('refuses what cannot run now', () => {
    expect(w.commands.run('history.undo')).toBe(false);
    expect(w.commands.run('no.such')).toBe(false);
  });
});
