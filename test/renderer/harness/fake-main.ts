import type { EngineState, Grant, MainService, Settings } from '../../../src/core/protocol/main-service';
import type { Client } from '../../../src/core/protocol/rpc';

const grant = (id: string, name: string): Grant => ({ id, name, isFolder: false });

/** The main process, as far as looking at the window needs it. */
export class FakeMain {
  readonly engineListeners = new Set<(s: EngineState) => void>();
  readonly saved: string[] = [];
  private current: Settings = { theme: 'system' };

  client(): Client<MainService> {
    return {
      startup: async () => ({ workspace: grant('w', 'stripe82.skysift'), files: [], isNewWorkspace: true, version: '0.1.0' }),
      chooseFiles: async () => [grant('f', 'stripe82.fits')],
      grantDropped: async (a) => a.tokens.map((t) => grant(t, t)),
      chooseSaveTarget: async (a) => grant('s', a.suggestedName),
      saveText: async (a) => void this.saved.push(a.text),
      readText: async () => this.saved.at(-1) ?? '{"skysift":1,"steps":[]}',
      recentWorkspaces: async () => [
        { grant: grant('w1', 'stripe82.skysift'), openedAt: '2026-11-20T14:12:00Z' },
        { grant: grant('w2', 'kepler-rr-lyrae.skysift'), openedAt: '2026-11-03T09:40:00Z' },
      ],
      openWorkspaceWindow: async () => undefined,
      settings: async () => this.current,
      setSettings: async (a) => (this.current = { ...this.current, ...a }),
      restartEngine: async () => undefined,
      onEngineState: (h) => (this.engineListeners.add(h), () => this.engineListeners.delete(h)),
      onCommand: () => () => undefined,
    };
  }
}
