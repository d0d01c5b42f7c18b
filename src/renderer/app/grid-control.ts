import type { DockviewApi } from 'dockview-vue';
import type { InjectionKey } from 'vue';
import type { TableInfo } from '../../core/protocol/engine-service';
import type { ViewDef, ViewSpec } from '../client/session';
import { load, save } from '../state/stored';
import { proposals, views } from './view-registry';

type Layout = ReturnType<DockviewApi['toJSON']>;

interface SavedLayout {
  readonly version: 1;
  readonly dock: Layout;
}

/** Rows from which a table is a survey more than a light curve. */
const LARGE = 100_000;

/** The grid of views, as commands and menus speak to it. */
export class GridControl {
  private api: DockviewApi | undefined;
  private key: string | undefined;
  private table: TableInfo | undefined;
  private isLoading = false;

  constructor(private readonly registry: ReadonlyMap<string, ViewDef> = views) {}

  attach(api: DockviewApi): void {
    this.api = api;
    api.onDidLayoutChange(() => this.save());
  }

  detach(): void {
    this.api = undefined;
    this.key = undefined;
  }

  /** Shows the layout kept for a table of a workspace, or what the views propose for it. */
  show(workspace: string, table: TableInfo): void {
    if (!this.api) return;
    this.table = table;
    this.key = `layout.${workspace}/${table.meta.name}`;
    this.isLoading = true;
    try {
      if (!this.restore(table)) this.propose(table);
    } finally {
      this.isLoading = false;
    }
    this.save();
  }

  /** Forgets the kept layout and starts from what the views propose. */
  reset(): void {
    if (!this.table) return;
    this.isLoading = true;
    try {
      this.propose(this.table);
    } finally {
      this.isLoading = false;
    }
    this.save();
  }

  addView(kind: string, change: Partial<ViewSpec> = {}): void {
    const def = this.registry.get(kind);
    if (!def || !this.table || !this.api) return;
    const proposed = def.propose(this.table) ?? { kind, table: this.table.id, follow: 'table', options: {} };
    const reference = this.api.activePanel;
    this.add(def, { ...proposed, ...change }, reference ? { referencePanel: reference.id, direction: 'right' } : undefined);
  }

  closeActive(): void {
    this.api?.activePanel?.api.close();
  }

  toggleMaximized(id?: string): void {
    const panel = id === undefined ? this.api?.activePanel : this.api?.getPanel(id);
    if (!panel) return;
    if (panel.api.isMaximized()) panel.api.exitMaximized();
    else panel.api.maximize();
  }

  /** Makes the next (or previous) view the one the keyboard speaks to. */
  focusNext(by: 1 | -1): void {
    const panels = this.api?.panels ?? [];
    const at = panels.findIndex((p) => p.id === this.api?.activePanel?.id);
    panels[(at + by + panels.length) % panels.length]?.api.setActive();
  }

  private save(): void {
    if (!this.api || !this.key || this.isLoading) return;
    save(this.key, { version: 1, dock: this.api.toJSON() } satisfies SavedLayout);
  }

  private restore(table: TableInfo): boolean {
    const saved = load<SavedLayout>(this.key!);
    if (saved?.version !== 1) return false;
    const panels = Object.values(saved.dock.panels);
    if (!panels.length) return false;
    for (const panel of panels) {
      const spec = (panel.params as { spec?: ViewSpec } | undefined)?.spec;
      if (!spec || !this.registry.has(spec.kind)) return false;
      // The same table may have another id in this session of the engine.
      panel.params = { spec: { ...spec, table: table.id } };
    }
    try {
      this.api!.fromJSON(saved.dock);
      return true;
    } catch {
      this.api!.clear();
      return false;
    }
  }

  /** Brings a view of this kind to the front of its cell. */
  reveal(kind: string): void {
    const panel = this.api?.panels.find((p) => (p.params as { spec?: ViewSpec } | undefined)?.spec?.kind === kind);
    if (panel && panel.group.activePanel !== panel) panel.api.setActive();
  }

  /**
   * Up to four views in a two by two grid; what else fits the table waits in tabs of the third cell. A large table shows its rows at once, over the
   * phase view, which has nothing to show before there is a period.
   */
  private propose(table: TableInfo): void {
    this.api!.clear();
    const all = proposals(table, this.registry);
    const phase = all.findIndex(({ def }) => def.kind === 'phase');
    const ids: string[] = [];
    for (const [i, { def, spec }] of all.entries()) {
      const isRowsFirst = def.kind === 'table' && phase >= 0 && phase < i && table.meta.rows > LARGE;
      if (isRowsFirst) {
        ids.push(this.add(def, spec, { referencePanel: ids[phase]!, direction: 'within' }));
        continue;
      }
      const position =
        i === 0
          ? undefined
          : i === 1
            ? { referencePanel: ids[0]!, direction: 'right' as const }
            : i === 2
              ? { referencePanel: ids[0]!, direction: 'below' as const }
              : i === 3
                ? { referencePanel: ids[1]!, direction: 'below' as const }
                : { referencePanel: ids[2]!, direction: 'within' as const };
      ids.push(this.add(def, spec, position, i > 3));
    }
    this.api!.getPanel(ids[0] ?? '')?.api.setActive();
  }

  private add(
    def: ViewDef,
    proposed: Omit<ViewSpec, 'id'>,
    position?: { referencePanel: string; direction: 'right' | 'below' | 'within' },
    inactive = false,
  ): string {
    const id = crypto.randomUUID();
    const spec: ViewSpec = { ...proposed, table: proposed.table ?? this.table?.id, id };
    this.api!.addPanel({ id, component: 'view', title: def.title, params: { spec }, inactive, ...(position ? { position } : {}) });
    return id;
  }
}

export const GRID: InjectionKey<GridControl> = Symbol('grid');
