import type { RemoteEvent } from './rpc';

/** A path main stands for. The page sees the id and the file's name, never the path. */
export interface Grant {
  readonly id: string;
  readonly name: string;
  readonly isFolder: boolean;
}

export interface RecentWorkspace {
  readonly grant: Grant;
  readonly openedAt: string;
}

export type EngineState = { readonly state: 'starting' | 'ready' | 'lost' | 'failed'; readonly message?: string | undefined };

export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
}

/** What the page may ask of the main process. */
export interface MainService {
  /** What this window opens with: its workspace and the files of the command line. */
  startup(
    a: Record<string, never>,
  ): Promise<{ readonly workspace: Grant; readonly files: readonly Grant[]; readonly isNewWorkspace: boolean; readonly version: string }>;
  chooseFiles(a: { readonly folder?: boolean }): Promise<readonly Grant[]>;
  /** Files dropped on the window; the preload turned them into tokens that only main can read. */
  grantDropped(a: { readonly tokens: readonly string[] }): Promise<readonly Grant[]>;
  chooseSaveTarget(a: { readonly suggestedName: string; readonly extensions: readonly string[] }): Promise<Grant | undefined>;
  saveText(a: { readonly grant: string; readonly text: string }): Promise<void>;
  readText(a: { readonly grant: string }): Promise<string>;
  recentWorkspaces(a: Record<string, never>): Promise<readonly RecentWorkspace[]>;
  openWorkspaceWindow(a: { readonly grant?: string }): Promise<void>;
  settings(a: Record<string, never>): Promise<Settings>;
  setSettings(a: Partial<Settings>): Promise<Settings>;
  restartEngine(a: Record<string, never>): Promise<void>;
  readonly onEngineState: RemoteEvent<EngineState>;
  /** Menu commands by id, the same ids as the command palette. */
  readonly onCommand: RemoteEvent<{ readonly id: string }>;
}
