import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportResult, Manifest } from '../../importer/import-protocol';
import { readJson, syncFolder, writeJson } from './files';

interface IndexEntry {
  readonly fingerprint: string;
  readonly folder: string;
  readonly format: string;
  readonly sha256: string;
}

export interface StoredFile {
  readonly folder: string;
  readonly format: string;
  readonly sha256: string;
  readonly manifests: readonly Manifest[];
}

/**
 * The workspace's store: `store/<content hash>/<table>/` with a manifest and one Arrow file a column. A file is read into a folder with a temporary
 * name, which is renamed when all of it is on disk; so what has a hash for a name is whole.
 */
export class Store {
  private constructor(
    readonly folder: string,
    private index: readonly IndexEntry[],
  ) {}

  static async open(workspace: string): Promise<Store> {
    const folder = join(workspace, 'store');
    await mkdir(folder, { recursive: true });
    const leftovers = (await readdir(folder)).filter((name) => name.startsWith('incoming-'));
    await Promise.all(leftovers.map((name) => rm(join(folder, name), { recursive: true, force: true })));
    return new Store(folder, (await readJson<IndexEntry[]>(join(folder, 'index.json'))) ?? []);
  }

  async newIncoming(): Promise<string> {
    const folder = join(this.folder, `incoming-${randomBytes(6).toString('hex')}`);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  /** What a cancelled reader left. It may still be writing for a moment; what stays all the same goes when the store is opened next. */
  async discard(incoming: string): Promise<void> {
    await rm(incoming, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }).catch(() => undefined);
  }

  /** The same bytes read before (judged by path, size and time of change), if they are still whole in the store. */
  async find(fingerprint: string): Promise<StoredFile | undefined> {
    const entry = this.index.find((e) => e.fingerprint === fingerprint);
    return entry && (await this.load(entry.folder, entry.format, entry.sha256));
  }

  async load(name: string, format: string, sha256: string): Promise<StoredFile | undefined> {
    const folder = join(this.folder, name);
    const manifests: Manifest[] = [];
    for (;;) {
      const manifest = await readJson<Manifest>(join(folder, String(manifests.length), 'manifest.json'));
      if (!manifest) break;
      manifests.push(manifest);
    }
    return manifests.length > 0 ? { folder, format, sha256, manifests } : undefined;
  }

  /** Gives a finished import its name for good. When the store holds the same content already, that stays and the new copy goes. */
  async adopt(incoming: string, result: ImportResult, fingerprint: string, variant: string): Promise<StoredFile> {
    const name = `${result.sha256}${variant}`;
    const folder = join(this.folder, name);
    const existing = await this.load(name, result.format, result.sha256);
    if (existing) await this.discard(incoming);
    else {
      await rename(incoming, folder);
      await syncFolder(this.folder);
    }
    const entry: IndexEntry = { fingerprint, folder: name, format: result.format, sha256: result.sha256 };
    this.index = [...this.index.filter((e) => e.fingerprint !== fingerprint), entry];
    await writeJson(join(this.folder, 'index.json'), this.index);
    return existing ?? { folder, format: result.format, sha256: result.sha256, manifests: result.manifests };
  }
}
