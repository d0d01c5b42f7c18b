import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { isAlive, launchApp, launchArguments, temporaryFolder } from './harness';

/** What the preload script puts on the window; written out here, because the tests check it. */
interface PageWindow {
  readonly skysift: {
    invoke(method: string, arg: unknown): Promise<unknown>;
    on(event: string, handler: (value: unknown) => void): () => void;
  };
  states?: { state: string; message?: string }[];
}

const invoke = (page: Page, method: string, arg: unknown = {}): Promise<unknown> =>
  page.evaluate(([m, a]) => (window as unknown as PageWindow).skysift.invoke(m, a), [method, arg] as const);

/** Calls the engine over a port of its own, past the page's code. */
const callEngine = (page: Page): Promise<unknown> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        window.addEventListener('message', (event) => {
          const [port] = event.ports;
          if (!port || event.data?.skysiftEnginePort !== 'by-hand') return;
          port.onmessage = ({ data }) => data.id === 1 && resolve(data.t === 'ok' ? data.value : data);
          port.postMessage({ t: 'ready', protocol: 1 });
          port.postMessage({ t: 'call', id: 1, service: 'engine', method: 'tables', arg: {} });
        });
        void (window as unknown as PageWindow).skysift.invoke('connectEngine', { request: 'by-hand' });
      }),
  );

async function recordStates(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const w = window as unknown as PageWindow;
    const states: { state: string }[] = (w.states = []);
    w.skysift.on('onEngineState', (s) => states.push(s as { state: string }));
  });
  return () => page.evaluate(() => (window as unknown as PageWindow).states!.map((s) => s.state));
}

describe('the page', () => {
  test('opens with something in it, soon, and the engine answers', async () => {
    const { page, screenshot, launchMilliseconds } = await launchApp();
    console.info(`launch to window: ${launchMilliseconds.toFixed(0)} ms`);
    expect(await page.title()).toBe('Skysift');
    await page.getByRole('button', { name: /open files/i }).waitFor();
    expect(await callEngine(page)).toEqual([]);
    await screenshot('start');
  });

  test('is isolated and confined by its headers', async () => {
    const { page } = await launchApp({ expected: [/Content Security Policy/, /ERR_/, /Failed to load/, /Not allowed/] });
    const headers = await page.evaluate(async () => Object.fromEntries((await fetch('app://skysift/index.html')).headers));
    expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/);
    expect(headers['content-security-policy']).not.toMatch(/'unsafe-eval'/);
    expect(headers).toMatchObject({ 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' });
    const found = await page.evaluate(async () => {
      // Playwright's evaluate passes by the policy as long as it is synchronous: hence the timer.
      const evaluated = await new Promise<string>((resolve) =>
        setTimeout(() => {
          try {
            resolve(`ran: ${new Function('return 1')()}`);
          } catch (error) {
            resolve((error as Error).name);
          }
        }),
      );
      const outside = await fetch('https://example.org/').then(
        () => 'reached',
        () => 'refused',
      );
      return {
        evaluated,
        outside,
        isolated: crossOriginIsolated,
        shared: typeof SharedArrayBuffer,
        node: ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in window),
        opened: window.open('app://skysift/index.html') === null ? 'denied' : 'opened',
        bridge: Object.keys((window as unknown as PageWindow).skysift).sort(),
      };
    });
    expect(found).toEqual({
      evaluated: 'EvalError',
      outside: 'refused',
      isolated: true,
      shared: 'function',
      node: [],
      opened: 'denied',
      bridge: ['invoke', 'on', 'tokenOf'],
    });
    await page.evaluate(() => void (location.href = 'https://example.org/'));
    await page.waitForTimeout(300);
    expect(page.url()).toBe('app://skysift/index.html');
  });

  test('is served nothing from outside its folder', async () => {
    const { page } = await launchApp({ expected: [/Failed to load resource/, /Content Security Policy/] });
    const statuses = await page.evaluate(() =>
      Promise.all(
        ['..%2fmain%2findex.js', '..%2f..%2fpackage.json', '%2e%2e%2f%2e%2e%2fpackage.json', '..%5c..%5cpackage.json', 'no-such.js', '%00'].map(
          async (path) => (await fetch(`/${path}`)).status,
        ),
      ),
    );
    expect(statuses).toEqual([403, 403, 403, 403, 404, 403]);
  });

  test('gets grants, never paths, and only by calls that are allowed and well formed', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'recipe.json');
    writeFileSync(file, '{"skysift":1,"steps":[]}');
    const { page } = await launchApp({ dialogs: [[file], [], [join(folder, 'saved.json')]] });
    const [grant] = (await invoke(page, 'chooseFiles')) as { id: string; name: string }[];
    expect(grant).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), name: 'recipe.json', isFolder: false });
    expect(await invoke(page, 'readText', { grant: grant!.id })).toBe('{"skysift":1,"steps":[]}');
    expect(await invoke(page, 'chooseFiles')).toEqual([]);
    expect(await invoke(page, 'saveText', { grant: grant!.id, text: 'x' })).toMatchObject({
      failed: { code: 'invalid-argument', message: 'recipe.json was chosen for reading only' },
    });
    const target = (await invoke(page, 'chooseSaveTarget', { suggestedName: 'saved.json', extensions: ['json'] })) as { id: string };
    expect(await invoke(page, 'saveText', { grant: target.id, text: 'kept' })).toBeUndefined();
    expect(await invoke(page, 'readText', { grant: target.id })).toBe('kept');
    expect(await invoke(page, 'readText', { grant: file })).toMatchObject({ failed: { code: 'not-found' } });
    expect(await invoke(page, 'readText', { grant: grant!.id, path: file })).toMatchObject({ failed: { code: 'invalid-argument' } });
    await expect(invoke(page, 'readFile', { path: file })).rejects.toThrow(/unknown method: readFile/);
    const failure = JSON.stringify(await invoke(page, 'readText', { grant: target.id }));
    expect(failure).not.toContain(folder);
  });
});

test('a picture that the page makes is saved where the user says', async () => {
  const target = join(temporaryFolder(), 'view.svg');
  const { page } = await launchApp({ dialogs: [[target]] });
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob(['<svg/>'], { type: 'image/svg+xml' }));
    link.download = 'view.svg';
    link.click();
  });
  await expect.poll(() => existsSync(target) && readFileSync(target, 'utf8')).toBe('<svg/>');
});

describe('the engine', () => {
  test('reads a file of the command line in a process of its own, which ends when it is done', async () => {
    const file = join(temporaryFolder(), 'two columns.csv');
    writeFileSync(file, `time,mag\n${Array.from({ length: 1000 }, (_, k) => `${k / 10},${15 + Math.sin(k)}`).join('\n')}\n`);
    const { page, pids, screenshot } = await launchApp({ args: [file] });
    await expect
      .poll(() => callEngine(page), { timeout: 20_000 })
      .toMatchObject([{ state: 'ready', meta: { rows: 1000 }, source: { name: 'two columns.csv' } }]);
    // Only the one that waits for the next file is left.
    await expect.poll(() => pids('skysift-reader')).toHaveLength(1);
    await screenshot('start-csv');
  });

  test('that is killed comes back within five seconds, and answers', async () => {
    const { page, pids } = await launchApp();
    const states = await recordStates(page);
    const [pid] = await pids('skysift-engine');
    const killed = performance.now();
    process.kill(pid!, 'SIGKILL');
    await expect.poll(states, { timeout: 5000, interval: 20 }).toEqual(['lost', 'starting', 'ready']);
    console.info(`engine lost to engine ready: ${(performance.now() - killed).toFixed(0)} ms`);
    const [next] = await pids('skysift-engine');
    expect(next).not.toBe(pid);
    expect(await callEngine(page)).toBeInstanceOf(Array);
  });

  test('that keeps dying is given up with a sentence, and starts again when asked', async () => {
    const { page, pids } = await launchApp();
    const states = await recordStates(page);
    for (let times = 1; times <= 4; times++) {
      const [pid] = await pids('skysift-engine');
      process.kill(pid!, 'SIGKILL');
      await expect.poll(async () => (await states()).filter((s) => s === 'lost' || s === 'failed').length, { timeout: 5000 }).toBe(times);
      if (times < 4) await expect.poll(async () => (await states()).at(-1), { timeout: 5000 }).toBe('ready');
    }
    const last = await page.evaluate(() => (window as unknown as PageWindow).states!.at(-1));
    expect(last).toEqual({ state: 'failed', message: expect.stringMatching(/four times within a minute.*Restart/) });
    await invoke(page, 'restartEngine');
    await expect.poll(async () => (await states()).at(-1), { timeout: 5000 }).toBe('ready');
    expect(await callEngine(page)).toBeInstanceOf(Array);
  });

  test('does not outlive an application that is killed', async () => {
    const { app, pids } = await launchApp({ expected: [/.*/] });
    const [pid] = await pids('skysift-engine');
    expect(await isAlive(pid!)).toBe(true);
    process.kill(app.process().pid!, 'SIGKILL');
    await expect.poll(() => isAlive(pid!), { timeout: 5000 }).toBe(false);
  });
});

describe('windows and workspaces', () => {
  test('a second start opens its window in the first; a workspace that is open is only focused', async () => {
    const { app, home } = await launchApp();
    const workspace = join(temporaryFolder(), 'mine.skysift');
    const again = async (...args: string[]): Promise<number | null> => {
      const second = launchArguments(args, { SKYSIFT_HOME: home });
      const child = spawn(second.executable, second.args, { env: second.env, stdio: 'ignore' });
      return new Promise((resolve) => child.once('exit', resolve));
    };
    expect(await again('--workspace', workspace)).toBe(0);
    await expect.poll(() => app.windows().length).toBe(2);
    const [, second] = app.windows();
    await second!.locator('#app > *').first().waitFor();
    expect(await invoke(second!, 'startup')).toMatchObject({ workspace: { name: 'mine.skysift', isFolder: true }, files: [], isNewWorkspace: true });
    expect(await again('--workspace', workspace)).toBe(0);
    await second!.waitForTimeout(500);
    expect(app.windows()).toHaveLength(2);
  });

  test('a workspace in which nothing was done leaves nothing behind', async () => {
    const { home, close } = await launchApp();
    expect(readdirSync(join(home, 'workspaces'))).toEqual([expect.stringMatching(/^untitled \d{4}-\d\d-\d\d\.skysift$/)]);
    await close();
    expect(readdirSync(join(home, 'workspaces'))).toEqual([]);
  });

  test('preferences and the size of the window are kept', async () => {
    const home = temporaryFolder();
    const first = await launchApp({ home });
    expect(await invoke(first.page, 'setSettings', { theme: 'dark' })).toEqual({ theme: 'dark' });
    await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.setSize(1100, 700));
    await first.page.waitForTimeout(200);
    await first.close();
    const second = await launchApp({ home });
    expect(await invoke(second.page, 'settings')).toEqual({ theme: 'dark' });
    expect(await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getSize())).toEqual([1100, 700]);
  });
});
