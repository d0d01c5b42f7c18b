import { readFile, stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { ipcMain, nativeTheme, type IpcMainInvokeEvent } from 'electron';
import type { ResolvedGrant } from '../core/protocol/host-service';
import type { MainService } from '../core/protocol/main-service';
import { AppError, type ErrorFields } from '../core/protocol/outcome';
import { ORIGIN } from './app-protocol';
import type { AppWindow } from './app-window';
import { CHANNEL, isMethod, type MethodName } from './channel';
import { checkArgument } from './main-schemas';
import { hasJournal } from './workspaces';
import { writeFileAtomically } from './write-file';

/** Recipes and layouts are text of some kilobytes; a table opened as one by mistake should be refused, not read. */
const TEXT_LIMIT = 64 * 2 ** 20;

type Methods = { readonly [K in MethodName]: K extends keyof MainService ? MainService[K] : (a: { readonly request: string }) => Promise<void> };

/** What one window's page may ask of main. */
function methodsOf(window: AppWindow): Methods {
  const { grants, shared, workspace } = window;
  return {
    startup: async () => ({
      workspace: grants.giveNew(workspace.path, true),
      files: window.files.map((path) => grants.giveNamed(path)),
      isNewWorkspace: workspace.isNew,
      version: shared.version,
    }),
    chooseFiles: async ({ folder }) => (await shared.dialogs.open(window.browser, folder === true)).map((path) => grants.give(path)),
    grantDropped: async ({ tokens }) => grants.takeDropped(tokens),
    chooseSaveTarget: async ({ suggestedName, extensions }) => {
      const path = await shared.dialogs.save(window.browser, suggestedName, extensions);
      return path === undefined ? undefined : grants.giveNew(path);
    },
    saveText: async ({ grant, text }) => {
      const target = grants.resolve(grant, 'write');
      await writeFileAtomically(target.path, text).catch((error: unknown) => fail('writing', target, error));
    },
    readText: async ({ grant }) => {
      const source = grants.resolve(grant);
      return readText(source).catch((error: unknown) => fail('reading', source, error));
    },
    recentWorkspaces: async () =>
      shared.settings.recent
        .filter(({ path }) => path !== workspace.path && hasJournal(path))
        .map(({ path, openedAt }) => ({ grant: grants.give(path, 'write'), openedAt })),
    openWorkspaceWindow: async ({ grant }) => shared.openWindow(grant === undefined ? undefined : grants.resolve(grant).path),
    settings: async () => shared.settings.settings,
    setSettings: async (change) => {
      const settings = shared.settings.set(change);
      nativeTheme.themeSource = settings.theme;
      return settings;
    },
    restartEngine: async () => window.engine.restart(),
    connectEngine: async ({ request }) => window.connectEngine(request),
  };
}

async function readText({ path, name }: ResolvedGrant): Promise<string> {
  const { size } = await stat(path);
  if (size > TEXT_LIMIT)
    throw new AppError({
      code: 'unsupported',
      message: `${name} is too large to be read as text: ${(size / 2 ** 20).toFixed(0)} MiB (must be ≤ 64 MiB)`,
      hint: 'open it as a table instead',
    });
  return readFile(path, 'utf8');
}

/** The file system's messages hold the path; the page is told the name. */
function fail(doing: string, { path, name }: ResolvedGrant, error: unknown): never {
  const { fields } = AppError.from(error, `${doing} ${name}`);
  throw new AppError({ ...fields, message: fields.message.replaceAll(dirname(path) + sep, '') }, { cause: error });
}

/** Answers every page's calls: from the page's own main frame only, by allow-listed names, with checked arguments. Failures are values. */
export function serveWindows(windowOf: (event: IpcMainInvokeEvent['sender']) => AppWindow | undefined): void {
  const services = new WeakMap<AppWindow, Methods>();
  ipcMain.handle(CHANNEL.invoke, async (event, method: unknown, arg: unknown): Promise<unknown> => {
    try {
      const window = windowOf(event.sender);
      if (!window || !isOwnFrame(event.senderFrame, event.sender.mainFrame))
        throw new AppError({ code: 'invalid-argument', message: 'only the application’s own page may call' });
      if (typeof method !== 'string' || !isMethod(method))
        throw new AppError({ code: 'invalid-argument', message: `unknown method: ${String(method)}` });
      checkArgument(method, arg);
      let service = services.get(window);
      if (!service) services.set(window, (service = methodsOf(window)));
      // The argument was checked against the schema of exactly this method.
      return await (service[method] as (a: unknown) => Promise<unknown>)(arg);
    } catch (error) {
      return { failed: AppError.from(error, typeof method === 'string' ? method : undefined).fields satisfies ErrorFields };
    }
  });
  ipcMain.on(CHANNEL.dropped, (event, token: unknown, path: unknown) => {
    const window = windowOf(event.sender);
    if (!window || !isOwnFrame(event.senderFrame, event.sender.mainFrame)) return;
    if (typeof token === 'string' && typeof path === 'string' && path !== '') window.grants.rememberDropped(token, path);
  });
}

function isOwnFrame(frame: Electron.WebFrameMain | null, mainFrame: Electron.WebFrameMain): boolean {
  return frame !== null && frame === mainFrame && frame.origin === ORIGIN;
}
