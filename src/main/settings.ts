import { readFileSync, renameSync } from 'node:fs';
import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Settings } from '../core/protocol/main-service';
import { writeFileAtomicallySync } from './write-file';

const RECENT_LIMIT = 30;

const Saved = Type.Object({
  theme: Type.Union([Type.Literal('system'), Type.Literal('light'), Type.Literal('dark')]),
  recent: Type.Array(Type.Object({ path: Type.String(), openedAt: Type.String() })),
  window: Type.Optional(
    Type.Object({
      width: Type.Number({ minimum: 400 }),
      height: Type.Number({ minimum: 300 }),
      maximized: Type.Boolean(),
    }),
  ),
});
type Saved = Static<typeof Saved>;
export type WindowSize = NonNullable<Saved['window']>;

const DEFAULTS: Saved = { theme: 'system', recent: [] };

/** The preferences and the recent workspaces, one small JSON file, written at once and atomically (also while the application quits). */
export class SettingsFile {
  private saved: Saved = DEFAULTS;
  /** What was wrong with the file, in a sentence; the bad file is kept beside the new one. */
  readonly problem: string | undefined;

  constructor(private readonly path: string) {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.problem = `the settings could not be read (${String(error)}): defaults are used`;
      return;
    }
    const parsed = parse(text);
    if (parsed) this.saved = parsed;
    else {
      renameSync(path, `${path}.bad`);
      this.problem = `the settings file was damaged: defaults are used, and it was kept as ${path}.bad`;
    }
  }

  get settings(): Settings {
    return { theme: this.saved.theme };
  }

  get recent(): Saved['recent'] {
    return this.saved.recent;
  }

  get window(): WindowSize | undefined {
    return this.saved.window;
  }

  set(change: Partial<Settings>): Settings {
    this.save({ ...this.saved, ...change });
    return this.settings;
  }

  setWindow(window: WindowSize): void {
    this.save({ ...this.saved, window });
  }

  /** Puts a workspace first among the recent ones. */
  touch(path: string, openedAt: Date): void {
    const others = this.saved.recent.filter((r) => r.path !== path);
    this.save({ ...this.saved, recent: [{ path, openedAt: openedAt.toISOString() }, ...others].slice(0, RECENT_LIMIT) });
  }

  forget(path: string): void {
    this.save({ ...this.saved, recent: this.saved.recent.filter((r) => r.path !== path) });
  }

  private save(next: Saved): void {
    this.saved = next;
    writeFileAtomicallySync(this.path, `${JSON.stringify(next, null, 2)}\n`);
  }
}

function parse(text: string): Saved | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(Saved, value) ? value : undefined;
  } catch {
    return undefined;
  }
}
