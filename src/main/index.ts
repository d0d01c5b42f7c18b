import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, Menu, nativeTheme } from 'electron';
import { declareScheme, serveApp } from './app-protocol';
import { argumentsOfApp, parseCommandLine, type Invocation } from './command-line';
import { chooseDialogs } from './dialogs';
import { lockDown, lockSession } from './lock-down';
import { buildMenu } from './menu';
import { keepScreenshot } from './screenshot';
import { SettingsFile } from './settings';
import { serveWindows } from './window-service';
import { Windows } from './windows';

app.setName('Skysift');
const home = process.env['SKYSIFT_HOME'];
if (home) app.setPath('userData', home);
declareScheme();
lockDown();

const asked = parseCommandLine(argumentsOfApp(process.argv), process.cwd());

// One process for one set of workspaces: two would write the same journals.
if (app.requestSingleInstanceLock(asked)) {
  run().catch((error: unknown) => {
    console.error(`skysift: could not start: ${String(error)}`);
    app.exit(1);
  });
} else {
  console.log('skysift: already running; the window opens there');
  app.quit();
}

async function run(): Promise<void> {
  await app.whenReady();
  const dialogs = chooseDialogs(process.env);
  lockSession(dialogs);
  const out = join(import.meta.dirname, '..');
  serveApp(join(out, 'renderer'));
  const { version } = JSON.parse(readFileSync(join(out, '..', 'package.json'), 'utf8')) as { version: string };
  const userData = app.getPath('userData');
  const settings = new SettingsFile(join(userData, 'settings.json'));
  if (settings.problem) console.error(`skysift: ${settings.problem}`);
  nativeTheme.themeSource = settings.settings.theme;
  const windows = new Windows({ out, version, settings, dialogs }, join(userData, 'workspaces'));
  serveWindows((contents) => windows.of(contents));
  Menu.setApplicationMenu(buildMenu((id) => windows.focused?.send('onCommand', { id })));
  app.on('second-instance', (_event, _argv, _cwd, data) => void windows.show(data as Invocation));
  app.on('activate', () => void (windows.focused ?? windows.show({ files: [] })));
  app.on('window-all-closed', () => app.quit());
  // Stopped from a terminal: the windows close as if by hand, so that nothing half-done is left behind.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
  app.on('will-quit', () => windows.tidy());
  const first = windows.show(asked);
  if (!first) {
    app.exit(1);
    return;
  }
  const screenshot = process.env['SKYSIFT_SCREENSHOT'];
  if (screenshot) keepScreenshot(first.browser, screenshot);
}
