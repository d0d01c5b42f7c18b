import { join } from 'node:path';
import { BitMask } from '../../../core/model/bit-mask';
import { type Chunk, type Column, type ColumnMeta, ROLES, type Role } from '../../../core/model/column';
import type { Flag } from '../../../core/model/flag';
import type { Alert, TableMeta } from '../../../core/model/table';
import type { TableInfo } from '../../../core/protocol/engine-service';
import type { ImportedMeta, Manifest } from '../../importer/import-protocol';
import type { SourceInfo } from '../journal';
import type { ChunkRef, ColumnRef } from '../store/column-file';
import { ChosenRoles } from './chosen-roles';
import { History } from './history';
import type { LiveResults } from './live-results';
import { type TableState, columnMetas, flaggedMask } from './state';

/** Chunks of a column that lie in the store so far, while the file is still being read. */
type Arrived = Map<string, ChunkRef[]>;

/** One open table: its columns by reference, its history, its roles and labels. Numbers are loaded elsewhere, on demand. */
export class OpenTable {
  version = 1;
  stage: 'reading' | 'ready' | 'failed' = 'reading';
  /** Where its file lies, when it was opened in this session. */
  path: string | undefined;
  source: SourceInfo;
  history: History;
  readonly roles = new ChosenRoles();
  readonly labels = new Map<string, number>();
  objects = 0;
  /** What the step that runs now has found so far. */
  live: LiveResults | undefined;
  /** Grows with everything that comes to it, and when it is gone. */
  resultSerial = 0;
  bands: readonly string[] = [];
  private arrived: Arrived | undefined = new Map();
  private head: ReadonlyMap<string, Chunk> | undefined;
  private meta_: TableMeta;
  private alerts_: readonly Alert[];
  private readonly flaggedOf = new WeakMap<TableState, BitMask>();

  constructor(
    readonly id: string,
    public folder: string,
    source: SourceInfo,
    described: ImportedMeta,
  ) {
    this.source = source;
    this.meta_ = described.meta;
    this.alerts_ = described.alerts;
    this.chunkRows = described.chunkRows;
    const refs = described.meta.columns.map<ColumnRef>((meta, i) => ({ meta, file: described.files[i]!, chunks: [] }));
    this.history = new History({ entries: [], states: [baseState(folder, refs)] });
  }

  readonly chunkRows: number;

  /** From a finished store table. `base` carries flags that the file brought along. */
  static fromManifest(id: string, folder: string, source: SourceInfo, manifest: Manifest): OpenTable {
    const { meta, chunkRows, alerts, columns } = manifest;
    const table = new OpenTable(id, folder, source, { meta, chunkRows, alerts, exact: true, files: columns.map((c) => c.file) });
    table.complete(folder, source, manifest);
    return table;
  }

  /** The file is wholly in the store, at `folder`. Steps cannot have been applied before. */
  complete(folder: string, source: SourceInfo, manifest: Manifest): void {
    this.folder = folder;
    this.source = source;
    this.meta_ = manifest.meta;
    this.alerts_ = manifest.alerts;
    this.arrived = undefined;
    this.head = undefined;
    this.stage = 'ready';
    this.history = new History({ entries: [], states: [baseState(folder, manifest.columns)] });
    this.version++;
  }

  /** Puts flags into the base state (those a file of our own brought back). */
  setBase(state: TableState): void {
    this.history = new History({ entries: [], states: [state] });
  }

  setHead(columns: readonly (readonly [string, Chunk])[]): void {
    this.head = new Map(columns);
  }

  /** The first rows of these columns as the file begins, as long as no chunk of them is in the store. */
  headColumns(names: readonly string[]): readonly Column[] | undefined {
    const { head, chunkRows } = this;
    if (!head || !this.arrived || names.length === 0 || this.loadedRows(names) > 0 || names.some((n) => !head.has(n))) return undefined;
    return names.map((n) => ({ meta: this.state.columns.get(n)!.ref.meta, length: head.get(n)!.length, chunkRows, chunks: [head.get(n)!] }));
  }

  addChunk(index: number, columns: readonly (readonly [string, ChunkRef])[]): void {
    for (const [name, ref] of columns) {
      const refs = this.arrived?.get(name) ?? [];
      refs[index] = ref;
      this.arrived?.set(name, refs);
    }
  }

  get state(): TableState {
    return this.history.state;
  }

  get rows(): number {
    return this.meta_.rows;
  }

  get meta(): TableMeta {
    return this.metaOf(this.state);
  }

  metaOf(state: TableState): TableMeta {
    const chosen = this.roles.among(state.columns);
    return { ...this.meta_, columns: columnMetas(state).map((c) => withRole(c, chosen)) };
  }

  get alerts(): readonly Alert[] {
    return this.alerts_;
  }

  /** Column of each role: as set by hand, else as guessed (the first of several). */
  roleColumns(): Partial<Record<Role, string>> {
    const out: Partial<Record<Role, string>> = {};
    for (const c of this.meta.columns) if (c.role && out[c.role] === undefined) out[c.role] = c.name;
    return out;
  }

  /** The chunks of a column that can be read now, and where. */
  available(name: string, state: TableState = this.state): { ref: ColumnRef; path: string; chunks: readonly ChunkRef[] } | undefined {
    const column = state.columns.get(name);
    if (!column) return undefined;
    const chunks = this.arrived ? dense(this.arrived.get(name)) : column.ref.chunks;
    return { ref: column.ref, path: join(column.folder, column.ref.file), chunks };
  }

  /** Rows of these columns that are in the store. */
  loadedRows(names: readonly string[]): number {
    if (!this.arrived) return this.rows;
    const counts = names.map((n) => (this.available(n)?.chunks ?? []).reduce((sum, c) => sum + c.rows, 0));
    return counts.length > 0 ? Math.min(...counts) : 0;
  }

  /** Rows not to be used in a state of this table. */
  flagged(state: TableState = this.state): BitMask {
    let mask = this.flaggedOf.get(state);
    if (!mask) this.flaggedOf.set(state, (mask = flaggedMask(state, this.rows)));
    return mask;
  }

  private flags(): TableInfo['flags'] {
    const steps = [...this.state.flags.values()].map(({ flag, count }): Flag & { count?: number } => ({ ...flag, count }));
    return [...steps, ...this.meta_.fileFlags];
  }

  info(): TableInfo {
    const meta = this.meta;
    const loaded = this.arrived ? this.loadedRows(meta.columns.map((c) => c.name)) : this.rows;
    return {
      id: this.id,
      version: this.version,
      meta,
      state: this.stage,
      loaded,
      source: this.source,
      flags: this.flags(),
      flagged: this.arrived ? 0 : this.flagged().count(),
      roles: this.roleColumns(),
      objects: this.objects,
      bands: this.bands,
      steps: this.history.reports,
      undoable: this.history.undoable,
      redoable: this.history.redoable,
      alerts: this.alerts_,
      results: this.state.results.map((r) => ({ step: r.step, op: r.op, columns: r.table.columns.map((c) => c.meta.name), rows: r.table.rows })),
    };
  }
}

function baseState(folder: string, refs: readonly ColumnRef[]): TableState {
  return { columns: new Map(refs.map((ref) => [ref.meta.name, { ref, folder }])), flags: new Map(), results: [] };
}

/** The chunks from the first on without a hole. */
function dense(refs: readonly ChunkRef[] | undefined): readonly ChunkRef[] {
  if (!refs) return [];
  const hole = Array.from(refs).findIndex((r) => (r as ChunkRef | undefined) === undefined);
  return hole < 0 ? refs : refs.slice(0, hole);
}

function withRole(c: ColumnMeta, chosen: ReadonlyMap<Role, string | undefined>): ColumnMeta {
  if (chosen.size === 0) return c;
  const mine = ROLES.find((role) => chosen.get(role) === c.name);
  if (mine) return { ...c, role: mine };
  return c.role && chosen.has(c.role) ? { ...c, role: undefined } : c;
}
