import { dialog, type WebContents } from 'electron';
import { AppError } from '../core/protocol/outcome';
import { AppWindow, type Shared } from './app-window';
import type { Invocation } from './command-line';
import { namedWorkspace, newWorkspace, removeUnused, type WorkspaceFolder } from './workspaces';

/** The open windows. A workspace has at most one. */
export class Windows {
  private readonly open = new Set<AppWindow>();
  private readonly made: WorkspaceFolder[] = [];
  private readonly shared: Shared;

  constructor(
    shared: Omit<Shared, 'openWindow'>,
    private readonly workspacesFolder: string,
  ) {
    this.shared = { ...shared, openWindow: (workspace) => void this.show({ files: [], workspace }) };
  }

  of(contents: WebContents): AppWindow | undefined {
    return [...this.open].find((w) => !w.browser.isDestroyed() && w.browser.webContents === contents);
  }

  get focused(): AppWindow | undefined {
    return [...this.open].find((w) => w.browser.isFocused()) ?? [...this.open].at(-1);
  }

  /** Opens a window for what was asked. A workspace that cannot be used is said in a box, and nothing opens. */
  show(asked: Invocation): AppWindow | undefined {
    const existing = [...this.open].find((w) => w.workspace.path === asked.workspace);
    if (existing) {
      existing.focus();
      return existing;
    }
    let workspace: WorkspaceFolder;
    try {
      workspace = asked.workspace === undefined ? newWorkspace(this.workspacesFolder, asked.files[0], new Date()) : namedWorkspace(asked.workspace);
    } catch (error) {
      const { message, hint } = AppError.from(error, 'opening the workspace').fields;
      console.error(`skysift: ${message}${hint ? ` (${hint})` : ''}`);
      dialog.showErrorBox('The workspace cannot be opened', hint ? `${message}\n\n${hint}` : message);
      return undefined;
    }
    if (asked.workspace === undefined) this.made.push(workspace);
    const window = new AppWindow(this.shared, workspace, asked.files);
    this.open.add(window);
    window.browser.on('closed', () => this.open.delete(window));
    this.shared.settings.touch(workspace.path, new Date());
    return window;
  }

  /** Removes the workspaces made for windows in which nothing was done. */
  tidy(): void {
    for (const workspace of this.made) if (removeUnused(workspace)) this.shared.settings.forget(workspace.path);
  }
}
