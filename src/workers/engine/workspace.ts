import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { AppError, Cancelled, type Progress } from '../../core/protocol/outcome';
import type { Alert } from '../../core/model/table';
import { fingerprint, importTables } from '../importer/import-files';
import type { ImportEvent } from '../importer/import-protocol';
import type { SourceTable } from '../readers/reader';
import { expandGrants } from './expand-grants';
import type { EngineHost } from './host';
import { Journal, type Entry, type JournalLine } from './journal';
import { type StoredFile, Store } from './store/store';
import type { ColumnCache } from './store/column-cache';
import { bringFlags } from './table/brought-flags';
import type { Chain } from './table/history';
import { OpenTable } from './table/open-table';
import { applyEntry } from './table/state';

export interface WorkspaceEvents {
  /** The list of tables, or something in one of them, changed. */
  changed(table?: OpenTable, columns?: readonly string[]): void;
}

export interface OpenRequest {
  readonly grants: readonly string[];
  readonly stack?: boolean | undefined;
  readonly table?: string | undefined;
  /** A table whose file holds `table`, in the place of grants. */
  readonly beside?: string | undefined;
  /** The simulated sample survey instead of files. */
  readonly sample?: boolean | undefined;
}

/** `areApart`: the files make no one table and have to be opened one by one. */
interface Opened {
  readonly tables: readonly OpenTable[];
  readonly alerts: readonly Alert[];
  readonly areApart?: true;
}

export interface JobContext {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

/** The folder on disk: the store, the journal, the steps' changes; and the tables open in it. */
export class Workspace {
  readonly tables = new Map<string, OpenTable>();
  private nextTable = 1;
  private discarding: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly folder: string,
    readonly store: Store,
    private readonly journal: Journal,
    private readonly host: EngineHost,
    private readonly cache: ColumnCache,
    private readonly events: WorkspaceEvents,
  ) {}

  /** Opens the folder and replays its journal: every table with every applied step, as they were. */
  static async open(folder: string, host: EngineHost, cache: ColumnCache, events: WorkspaceEvents): Promise<Workspace> {
    await mkdir(join(folder, 'changes'), { recursive: true });
    const store = await Store.open(folder);
    const { journal, lines } = await Journal.open(join(folder, 'journal.jsonl'));
    const workspace = new Workspace(folder, store, journal, host, cache, events);
    await workspace.replay(lines);
    return workspace;
  }

  get(id: string): OpenTable {
    const table = this.tables.get(id);
    if (!table) throw new AppError({ code: 'not-found', message: `no table ${id} is open`, hint: 'it may have been closed' });
    return table;
  }

  private async replay(lines: readonly JournalLine[]): Promise<void> {
    const entries = new Map<string, Entry>();
    for (const line of lines) {
      const number = Number(line.table.slice(1));
      if (number >= this.nextTable) this.nextTable = number + 1;
      const table = this.tables.get(line.table);
      switch (line.t) {
        case 'open':
          await this.reopen(line);
          break;
        case 'close':
          this.tables.delete(line.table);
          break;
        case 'entry':
          entries.set(line.entry.id, line.entry);
          break;
        case 'chain':
          if (table && line.how === 'do')
            table.history.do(
              await this.chainOf(
                table,
                line.entries.map((id) => entries.get(id)!),
              ),
            );
          else if (table && line.how !== 'do') table.history.move(line.how);
          break;
        case 'role':
          table?.roles.set(line.role, line.column);
          break;
        case 'label':
          if (line.label === 0) table?.labels.delete(line.object);
          else table?.labels.set(line.object, line.label);
      }
    }
    for (const table of this.tables.values()) table.version = lines.length + 1;
  }

  private async reopen(line: Extract<JournalLine, { t: 'open' }>): Promise<void> {
    const [name, index] = line.folder.split('/') as [string, string];
    const stored = await this.store.load(name, line.source.format, line.source.sha256 ?? '');
    const manifest = stored?.manifests[Number(index)];
    if (!stored || !manifest)
      throw new AppError({ code: 'unreadable', message: `the workspace has lost the data of ${line.source.name}`, hint: 'open the file again' });
    const table = OpenTable.fromManifest(line.table, join(stored.folder, index), line.source, manifest);
    table.setBase(await bringFlags(table.state, table.rows));
    this.tables.set(line.table, table);
  }

  /** The chain of these entries over the table's base, sharing states with the chain in force as far as both agree. */
  private async chainOf(table: OpenTable, entries: readonly Entry[]): Promise<Chain> {
    const current = table.history.current;
    const states = [current.states[0]!];
    for (const [i, entry] of entries.entries()) {
      const same = current.entries[i]?.id === entry.id && states[i] === current.states[i];
      states.push(same ? current.states[i + 1]! : await applyEntry(states[i]!, entry, this.folder, table.rows));
    }
    return { entries, states };
  }

  /** Reads files, or finds them in the store. The tables are in `tables`, with their columns known, before this resolves. */
  async open(request: OpenRequest, job: JobContext): Promise<Opened> {
    if (request.sample) return this.importOne([], 'Sample survey', false, undefined, job);
    const files = request.beside === undefined ? await expandGrants(request.grants, this.host) : [this.fileOf(request.beside)];
    if (files.length === 0)
      throw new AppError({ code: 'not-found', message: 'the folder holds no files', hint: 'choose a folder with tables in it' });
    if (files.length > 1 && request.stack !== false) {
      const name = `${files.length} files (${files[0]!.name} …)`;
      const paths = files.map((f) => f.path);
      const together = await this.importOne(paths, name, request.stack ?? 'auto', request.table, job);
      if (!together.areApart) return together;
    }
    const out: OpenTable[] = [];
    const alerts: Alert[] = [];
    for (const { path, name } of files) {
      const done = await this.importOne([path], name, false, request.table, job);
      for (const table of done.tables) table.path = path;
      out.push(...done.tables);
      alerts.push(...done.alerts);
    }
    return { tables: out, alerts };
  }

  private fileOf(id: string): { path: string; name: string } {
    const { path, source } = this.get(id);
    if (path !== undefined) return { path, name: source.name };
    throw new AppError({
      code: 'not-found',
      message: `where ${source.name} lies is not known any more`,
      hint: 'open the file again, then its image',
    });
  }

  /** A table made of others, kept like one that was read. */
  async add(table: SourceTable, { name, format }: { name: string; format: string }, sha256: string, job: JobContext): Promise<OpenTable> {
    const incoming = await this.store.newIncoming();
    try {
      const context = { signal: job.signal, progress: job.progress, emit: () => undefined };
      const hash = (): Promise<{ sha256: string; bytes: number }> => Promise.resolve({ sha256, bytes: 0 });
      const result = await importTables([table], { request: { folder: incoming }, context, alerts: [], format, hash });
      const stored = await this.store.adopt(incoming, result, sha256, '');
      return (await this.adopt(stored, name, []))[0]!;
    } catch (error) {
      await this.store.discard(incoming);
      throw error;
    }
  }

  private async importOne(
    paths: readonly string[],
    name: string,
    stack: boolean | 'auto',
    only: string | undefined,
    job: JobContext,
  ): Promise<Opened> {
    const variant = `${stack ? '-stack' : ''}${only === undefined ? '' : `-${Buffer.from(only).toString('hex').slice(0, 40)}`}`;
    const print = (await fingerprint(paths)) + variant;
    const known = await this.store.find(print);
    if (known) return { tables: await this.adopt(known, name, []), alerts: [] };
    const incoming = await this.store.newIncoming();
    const arriving: OpenTable[] = [];
    try {
      const result = await this.host.importFiles(
        { paths, folder: incoming, stack, table: only, sample: paths.length === 0 },
        { signal: job.signal, progress: job.progress, onEvent: (event) => this.onImport(event, name, incoming, arriving) },
      );
      if (job.signal.aborted) throw new Cancelled();
      if (result.areApart) {
        await this.store.discard(incoming);
        return { tables: [], alerts: [], areApart: true };
      }
      const stored = await this.store.adopt(incoming, result, print, variant);
      this.cache.move(incoming, stored.folder);
      return { tables: await this.adopt(stored, name, arriving), alerts: result.alerts };
    } catch (error) {
      for (const table of arriving) this.tables.delete(table.id);
      this.cache.drop(incoming);
      this.events.changed();
      // Hundreds of megabytes take a while to delete: the user does not wait for it, a close of the workspace does.
      this.discarding = Promise.all([this.discarding, this.store.discard(incoming)]);
      throw error;
    }
  }

  private onImport(event: ImportEvent, name: string, incoming: string, arriving: OpenTable[]): void {
    if (event.kind === 'described') {
      for (const [i, described] of event.tables.entries()) {
        const table = new OpenTable(`t${this.nextTable++}`, join(incoming, String(i)), { name, format: event.format }, described);
        arriving.push(table);
        this.tables.set(table.id, table);
      }
      this.events.changed();
    } else if (event.kind === 'head') arriving[event.table]?.setHead(event.columns);
    else if (event.kind === 'chunk') {
      const table = arriving[event.table];
      table?.addChunk(event.index, event.columns);
      if (table)
        this.events.changed(
          table,
          event.columns.map(([n]) => n),
        );
    }
  }

  /** Tables of a whole stored file: the arriving ones are completed, others made; each is journalled. */
  private async adopt(stored: StoredFile, name: string, arriving: readonly OpenTable[]): Promise<readonly OpenTable[]> {
    const source = { name, format: stored.format, sha256: stored.sha256 };
    const out: OpenTable[] = [];
    for (const [i, manifest] of stored.manifests.entries()) {
      const folder = join(stored.folder, String(i));
      const existing = arriving[i];
      if (existing) existing.complete(folder, source, manifest);
      const table = existing ?? OpenTable.fromManifest(`t${this.nextTable++}`, folder, source, manifest);
      table.setBase(await bringFlags(table.state, table.rows));
      this.tables.set(table.id, table);
      out.push(table);
    }
    await this.journal.append(...out.map<JournalLine>((t) => ({ t: 'open', table: t.id, folder: relative(this.store.folder, t.folder), source })));
    this.events.changed();
    return out;
  }

  /** A new action: these entries are in force from now on; `fresh` are those the journal does not know yet. */
  async commit(table: OpenTable, chain: Chain, fresh: readonly Entry[]): Promise<void> {
    await this.journal.append(...fresh.map<JournalLine>((entry) => ({ t: 'entry', table: table.id, entry })), {
      t: 'chain',
      table: table.id,
      entries: chain.entries.map((e) => e.id),
      how: 'do',
    });
    table.history.do(chain);
  }

  async move(table: OpenTable, how: 'undo' | 'redo'): Promise<void> {
    const chain = table.history.peek(how);
    if (!chain) throw new AppError({ code: 'invalid-argument', message: `there is nothing to ${how}` });
    await this.journal.append({ t: 'chain', table: table.id, entries: chain.entries.map((e) => e.id), how });
    table.history.move(how);
  }

  async record(line: Extract<JournalLine, { t: 'role' | 'label' }>): Promise<void> {
    await this.journal.append(line);
  }

  async closeTable(id: string): Promise<void> {
    const table = this.get(id);
    await this.journal.append({ t: 'close', table: id });
    this.tables.delete(id);
    this.cache.drop(table.folder);
    this.events.changed();
  }

  async close(): Promise<void> {
    await this.discarding;
    await this.journal.close();
  }
}
