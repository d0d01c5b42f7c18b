import type { DockviewApi } from 'dockview-vue';
import type { InjectionKey } from 'vue';
import type { TableInfo } from '../../core/protocol/engine-service';
import type { ViewDef, ViewSpec } from '../client/session';
import { load, save } from '../state/stored';
import { ownTurn } from './own-turn';
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
  /** Number of the layout being built, 0 when none is. */
  private building = 0;

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
    void this.loading(() => (this.restore(table) ? Promise.resolve() : this.propose(table)));
  }

  /** Forgets the kept layout and starts from what the views propose. */
  reset(): void {
    const { table } = this;
    if (table) void this.loading(() => this.propose(table));
  }

  /** Builds a layout; what it looks like on the way is not kept. A newer layout takes the place of one being built. */
  private async loading(build: () => Promise<void>): Promise<void> {
    const building = ++this.building;
    await build();
    if (building !== this.building) return;
    this.building = 0;
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
    if (!this.api || !this.key || this.building > 0) return;
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
  private async propose(table: TableInfo): Promise<void> {
    const { building } = this;
    this.api!.clear();
    const all = [...proposals(table, this.registry)];
    const phase = all.findIndex(({ def }) => def.kind === 'phase');
    const rows = all.findIndex(({ def }) => def.kind === 'table');
    const isRowsFirst = table.meta.rows > LARGE && phase === 1 && rows > phase;
    if (isRowsFirst) all.splice(phase, 0, ...all.splice(rows, 1));
    const ids: string[] = [];
    for (const [i, { def, spec }] of all.entries()) {
      if (i > 0) await ownTurn();
      if (!this.api || building !== this.building) return;
      // Cells 0 and 1 are above, 2 and 3 below; the phase view that made way waits in a tab of the cell it would have had.
      const place = isRowsFirst && i === 2 ? 1 : isRowsFirst && i > 2 ? i - 1 : i;
      const isTab = place !== i && i === 2;
      const position =
        i === 0
          ? undefined
          : isTab
            ? { referencePanel: ids[1]!, direction: 'within' as const }
            : place === 1
              ? { referencePanel: ids[0]!, direction: 'right' as const }
              : place === 2
                ? { referencePanel: ids[0]!, direction: 'below' as const }
                : place === 3
                  ? { referencePanel: ids[1]!, direction: 'below' as const }
                  : { referencePanel: ids[isRowsFirst ? 3 : 2]!, direction: 'within' as const };
      ids.push(this.add(def, spec, position, isTab || place > 3));
    }
    this.api?.getPanel(ids[0] ?? '')?.api.setActive();
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
