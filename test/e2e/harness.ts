import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { expect, inject, onTestFinished } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    electron: { readonly executable: string; readonly switches: readonly string[]; readonly display?: string | undefined };
  }
}

export const ROOT = resolve(import.meta.dirname, '../..');
const RESULTS = join(ROOT, 'test-results');

export interface LaunchOptions {
  /** What would follow `npm start --`. */
  readonly args?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Settings and workspaces; a fresh folder unless named. A named one is the caller's to remove. */
  readonly home?: string | undefined;
  /** What the file dialogs answer, in turn; an empty list is a cancel. */
  readonly dialogs?: readonly (readonly string[])[] | undefined;
  /** Errors of the page that the test expects. Every other one fails the test. */
  readonly expected?: readonly RegExp[] | undefined;
  /** The built application to start; this checkout unless said otherwise. */
  readonly application?: string | undefined;
}

export interface Running {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly home: string;
  /** Milliseconds from the launch until the page's first content. */
  readonly launchMilliseconds: number;
  /** Saves a picture as `test-results/<name>.png`. */
  screenshot(name: string): Promise<string>;
  /** The process ids of engines, or of readers. */
  pids(kind: 'skysift-engine' | 'skysift-reader'): Promise<readonly number[]>;
  /** More answers for the file dialogs, after those not yet used. */
  answer(...dialogs: readonly (readonly string[])[]): Promise<void>;
  /** Closes the application; also done when the test ends. */
  close(): Promise<void>;
}

/** A folder that is removed when the test ends. */
export function temporaryFolder(prefix = 'skysift-e2e-'): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return folder;
}

function environment(own: Readonly<Record<string, string>>): Record<string, string> {
  const { display } = inject('electron');
  const inherited = Object.entries(process.env).filter((e): e is [string, string] => e[1] !== undefined);
  return { ...Object.fromEntries(inherited), ...(display ? { DISPLAY: display } : {}), SKYSIFT_TEST: '1', ...own };
}

/** The switches and the environment with which to start the application by hand. */
export function launchArguments(args: readonly string[], own: Readonly<Record<string, string>>, application = ROOT) {
  const { executable, switches } = inject('electron');
  return { executable, args: [...switches, application, ...args], env: environment(own) };
}

/**
 * On a busy machine Playwright sometimes misses the moment Electron is ready: both debuggers are connected, the application runs, and the launch
 * waits until its time is up. Playwright then ends that application; another one is started.
 */
async function launch(options: Parameters<typeof _electron.launch>[0], attempts = 3): Promise<ElectronApplication> {
  try {
    return await _electron.launch(options);
  } catch (error) {
    const isMissed = error instanceof Error && /electron\.launch: Timeout/.test(error.message) && /DevTools listening/.test(error.message);
    if (!isMissed || attempts <= 1) throw error;
    console.info('Playwright missed the start of Electron: once more');
    return launch(options, attempts - 1);
  }
}

/** Starts the application and waits for its page. When the test ends it is closed, and errors in the page fail the test. */
export async function launchApp(options: LaunchOptions = {}): Promise<Running> {
  const home = options.home ?? temporaryFolder();
  const answers = join(temporaryFolder('skysift-answers-'), 'answers.json');
  writeFileSync(answers, JSON.stringify(options.dialogs ?? []));
  const { executable, args, env } = launchArguments(
    options.args ?? [],
    { SKYSIFT_HOME: home, SKYSIFT_DIALOG_ANSWERS: answers, ...options.env },
    options.application,
  );
  const started = performance.now();
  const app = await launch({ executablePath: executable, args, env, timeout: 20_000 });
  const problems: string[] = [];
  const watch = (page: Page): void => {
    page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  };
  app.on('window', watch);
  let isOpen = true;
  app.on('close', () => (isOpen = false));
  const close = async (): Promise<void> => {
    if (isOpen) await app.close();
  };
  onTestFinished(async () => {
    await close();
    const unexpected = problems.filter((p) => !options.expected?.some((e) => e.test(p)));
    expect(unexpected, 'errors in the page').toEqual([]);
  });
  const page = await app.firstWindow();
  await page.locator('#app > *').first().waitFor({ timeout: 30_000 });
  return {
    app,
    page,
    home,
    launchMilliseconds: performance.now() - started,
    screenshot: async (name) => {
      await mkdir(RESULTS, { recursive: true });
      const path = join(RESULTS, `${name}.png`);
      await page.screenshot({ path });
      return path;
    },
    pids: async (kind) => {
      const metrics = await app.evaluate(({ app: electron }) => electron.getAppMetrics().map(({ pid, name }) => ({ pid, name })));
      return metrics.filter(({ name }) => name?.startsWith(kind)).map(({ pid }) => pid);
    },
    answer: async (...dialogs) => {
      const waiting = JSON.parse(await readFile(answers, 'utf8')) as string[][];
      writeFileSync(answers, JSON.stringify([...waiting, ...dialogs]));
    },
    close,
  };
}

/** Whether a process runs: not gone, and not a zombie that nobody has waited for. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}
