import { join } from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';
import type { EngineState } from '../core/protocol/main-service';
import { START_PAGE } from './app-protocol';
import { CHANNEL } from './channel';
import type { Dialogs } from './dialogs';
import { EngineProcess } from './engine-process';
import { Grants } from './grants';
import { RestartPolicy } from './restart-policy';
import type { SettingsFile } from './settings';
import type { WorkspaceFolder } from './workspaces';

/** What all windows share. */
export interface Shared {
  /** The folder `out` of the build. */
  readonly out: string;
  readonly version: string;
  readonly settings: SettingsFile;
  readonly dialogs: Dialogs;
  /** Opens a window on a workspace, or focuses the one that has it open; without a path, on a new workspace. */
  openWindow(workspace?: string): void;
}

/** One window: a sandboxed page, its grants, its workspace and its engine. All of it ends when the window closes. */
export class AppWindow {
  readonly browser: BrowserWindow;
  readonly grants = new Grants();
  readonly engine: EngineProcess;
  private readonly crashes = new RestartPolicy();

  constructor(
    readonly shared: Shared,
    readonly workspace: WorkspaceFolder,
    readonly files: readonly string[],
  ) {
    const size = shared.settings.window;
    // The engine starts while the page loads: both take about the same time.
    this.engine = new EngineProcess(join(shared.out, 'workers'), this.grants, (state) => this.tellEngineState(state));
    this.browser = new BrowserWindow({
      width: size?.width ?? 1440,
      height: size?.height ?? 900,
      minWidth: 800,
      minHeight: 500,
      show: false,
      title: 'Skysift',
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#14171c' : '#ffffff',
      autoHideMenuBar: true,
      webPreferences: {
        preload: join(shared.out, 'preload', 'index.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
        spellcheck: false,
      },
    });
    if (size?.maximized) this.browser.maximize();
    this.browser.once('ready-to-show', () => this.browser.show());
    this.browser.on('close', () => this.saveSize());
    this.browser.on('closed', () => this.engine.dispose());
    this.browser.webContents.on('render-process-gone', (_, { reason }) => this.onPageGone(reason));
    void this.browser.loadURL(START_PAGE);
  }

  send(event: 'onEngineState' | 'onCommand', value: unknown): void {
    if (!this.browser.isDestroyed()) this.browser.webContents.send(CHANNEL.event, event, value);
  }

  /** Posts a fresh port to the engine to the page, under the page's own request id. */
  async connectEngine(request: string): Promise<void> {
    const port = await this.engine.connect();
    if (this.browser.isDestroyed()) port.close();
    else this.browser.webContents.mainFrame.postMessage(CHANNEL.enginePort, request, [port]);
  }

  focus(): void {
    if (this.browser.isMinimized()) this.browser.restore();
    this.browser.focus();
  }

  private tellEngineState(state: EngineState): void {
    if (state.state === 'lost' || state.state === 'failed') console.error(`skysift: the engine of ${this.workspace.path} is ${state.state}`);
    // The first state is told while the window is still being made: that page will ask by itself.
    if (this.browser) this.send('onEngineState', state);
  }

  private saveSize(): void {
    const { width, height } = this.browser.getNormalBounds();
    try {
      this.shared.settings.setWindow({ width, height, maximized: this.browser.isMaximized() });
    } catch (error) {
      // The window must close all the same, also when the disk is full.
      console.error(`skysift: the window's size was not saved: ${String(error)}`);
    }
  }

  /** The page's process died: the engine still holds everything, so a new page simply connects. */
  private onPageGone(reason: string): void {
    if (reason === 'clean-exit' || this.browser.isDestroyed()) return;
    const wait = this.crashes.afterCrash();
    console.error(`skysift: the page of ${this.workspace.path} is gone (${reason})${wait === undefined ? ' once too often' : ''}`);
    if (wait === undefined) this.browser.close();
    else setTimeout(() => !this.browser.isDestroyed() && this.browser.reload(), wait);
  }
}
