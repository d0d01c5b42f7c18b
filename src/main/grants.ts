import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { ResolvedGrant } from '../core/protocol/host-service';
import type { Grant } from '../core/protocol/main-service';
import { AppError } from '../core/protocol/outcome';

/** The paths one window may use, by random ids. The page knows the ids and the names; the paths stay here and go to the engine only. */
export class Grants {
  private readonly byId = new Map<string, ResolvedGrant>();
  private readonly dropped = new Map<string, string>();

  /** A grant for an existing file or folder. Throws AppError `not-found` when there is none at `path` (the page may read it: no path in it). */
  give(path: string, access: 'read' | 'write' = 'read'): Grant {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) throw new AppError({ code: 'not-found', message: `${basename(path)} is not there any more`, hint: 'check that it still exists' });
    return this.add(path, access, stat.isDirectory());
  }

  /** A grant to read what was named on the command line. It may not exist, which whoever opens it says. */
  giveNamed(path: string): Grant {
    return this.add(path, 'read', statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
  }

  /** A grant to write a file (or a workspace folder) that may not exist yet. */
  giveNew(path: string, isFolder = false): Grant {
    return this.add(path, 'write', isFolder);
  }

  /** Throws AppError: `not-found` for an id that was never given, `invalid-argument` when the grant does not allow writing. */
  resolve(id: string, access: 'read' | 'write' = 'read'): ResolvedGrant {
    const grant = this.byId.get(id);
    if (!grant) throw new AppError({ code: 'not-found', message: 'this file was not chosen in this window', hint: 'choose the file again' });
    if (access === 'write' && grant.access !== 'write')
      throw new AppError({ code: 'invalid-argument', message: `${grant.name} was chosen for reading only`, hint: 'choose where to save it' });
    return grant;
  }

  /** The preload script saw a file dropped; the page holds only the token. */
  rememberDropped(token: string, path: string): void {
    this.dropped.set(token, path);
  }

  /** Turns tokens of dropped files into grants; each token works once. */
  takeDropped(tokens: readonly string[]): readonly Grant[] {
    return tokens.map((token) => {
      const path = this.dropped.get(token);
      this.dropped.delete(token);
      if (path === undefined)
        throw new AppError({ code: 'not-found', message: 'what was dropped is not a file on this machine', hint: 'drop files from a file manager' });
      return this.give(path);
    });
  }

  private add(path: string, access: 'read' | 'write', isFolder: boolean): Grant {
    const id = randomUUID();
    const name = basename(path) || path;
    this.byId.set(id, { path, name, isFolder, access });
    return { id, name, isFolder };
  }
}
