import type { DockviewApi, IDockviewPanel } from 'dockview-vue';
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

/** Of the grid's height, for a view that comes below all others. */
const STRIP = 0.52;
/** Views of the draft, not of the table. */
const STRIPS = ['compare', 'effects', 'proposals'];
/** Views of the whole table: another such view comes as a tab beside them, so that the star's own views keep their size. */
const WHOLE = ['density-scatter', 'histogram', 'table'];

/** Rows from which a table is a survey more than a light curve. */
const LARGE = 100_000;

type Direction = 'left' | 'right' | 'below' | 'within';

/** Where each view goes: beside, below or behind which of those before it. What is past the end goes where the last one went. */
type Places = readonly (readonly [number | undefined, Direction])[];

/** An image gets all the room; what else there is of it waits behind. */
const IMAGE_FIRST: Places = [
  [undefined, 'right'],
  [0, 'within'],
];

const IN_ORDER: Places = [
  [undefined, 'right'],
  [0, 'right'],
  [0, 'below'],
  [1, 'below'],
  [2, 'within'],
];

/** The table of rows, the light curve beside it, and the phase view, which has nothing to show before there is a period, behind it. */
const ROWS_FIRST: Places = [
  [undefined, 'right'],
  [0, 'left'],
  [0, 'within'],
  [1, 'below'],
  [0, 'below'],
  [3, 'within'],
];

/** Smaller than this, in CSS pixels, a view shows little more than its header and axes. */
const SMALLEST = { width: 340, height: 260 };

/** Where a view beside this one leaves both enough room; else it comes as a tab, to be dragged to where it is wanted. */
function roomBeside({ api }: IDockviewPanel): Direction {
  if (api.width >= 2 * SMALLEST.width) return 'right';
  return api.height >= 2 * SMALLEST.height ? 'below' : 'within';
}

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
    this.add(def, { ...proposed, ...change }, reference && { referencePanel: reference.id, direction: roomBeside(reference) });
  }

  /** Brings a view of this kind to the front; a new one of the draft gets the width of the grid, below the others, or a tab beside another such view. */
  showView(kind: string): void {
    const open = this.find(kind);
    const def = this.registry.get(kind);
    if (open) open.api.setActive();
    else if (def && this.table && this.api) {
      const proposed = { kind, table: this.table.id, follow: 'object', options: {} } as const;
      const alike = STRIPS.includes(kind) ? STRIPS : WHOLE;
      const other = alike.map((k) => this.find(k)).find((panel) => panel !== undefined);
      if (other) this.add(def, proposed, { referencePanel: other.id, direction: 'within' });
      else this.add(def, proposed, { direction: 'below' }, false, Math.round(this.api.height * STRIP));
    }
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

  private find(kind: string): IDockviewPanel | undefined {
    return this.api?.panels.find((p) => (p.params as { spec?: ViewSpec } | undefined)?.spec?.kind === kind);
  }

  /** Brings a view of this kind to the front of its cell. */
  reveal(kind: string): void {
    const panel = this.find(kind);
    if (panel && panel.group.activePanel !== panel) panel.api.setActive();
  }

  /**
   * Up to four views in a two by two grid; what else fits the table waits in tabs of the third cell. Of a large table the rows come first.
   */
  private async propose(table: TableInfo): Promise<void> {
    const { building } = this;
    this.api!.clear();
    const all = [...proposals(table, this.registry)];
    const rows = all.findIndex(({ def }) => def.kind === 'table');
    const isRowsFirst = table.meta.rows > LARGE && all[1]?.def.kind === 'phase' && rows > 1;
    if (isRowsFirst) all.unshift(...all.splice(rows, 1));
    const places = isRowsFirst ? ROWS_FIRST : all[0]?.def.kind === 'image' ? IMAGE_FIRST : IN_ORDER;
    const ids: string[] = [];
    for (const [i, { def, spec }] of all.entries()) {
      if (i > 0) await ownTurn();
      if (!this.api || building !== this.building) return;
      const [cell, direction] = places[Math.min(i, places.length - 1)]!;
      const position = cell === undefined ? undefined : { referencePanel: ids[cell]!, direction };
      ids.push(this.add(def, spec, position, direction === 'within'));
    }
    this.api?.getPanel(ids[isRowsFirst ? 1 : 0] ?? '')?.api.setActive();
  }

  private add(
    def: ViewDef,
    proposed: Omit<ViewSpec, 'id'>,
    position?: { referencePanel: string; direction: Direction } | { direction: 'below' },
    inactive = false,
    initialHeight?: number,
  ): string {
    const id = crypto.randomUUID();
    const spec: ViewSpec = { ...proposed, table: proposed.table ?? this.table?.id, id };
    this.api!.addPanel({
      id,
      component: 'view',
      title: def.title,
      params: { spec },
      inactive,
      ...(position ? { position } : {}),
      ...(initialHeight ? { initialHeight } : {}),
    });
    return id;
  }
}

export const GRID: InjectionKey<GridControl> = Symbol('grid');
