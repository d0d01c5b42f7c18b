import type { InjectionKey } from 'vue';
import { operations } from '../../core/operations/registry';
import type { AppSession } from '../client/app-session';
import { draftStep } from '../client/drafts';
import { sendViewCommand, type ViewCommand } from '../components/view-header';
import type { useUi } from '../state/ui';
import { foldCommands } from './fold-commands';
import type { GridControl } from './grid-control';
import { methodCommands } from './method-commands';
import { views } from './view-registry';

export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  /** More words the palette finds it by. */
  readonly also?: string | undefined;
  isEnabled?(): boolean;
  run(): void | Promise<unknown>;
}

export interface CommandContext {
  readonly session: AppSession;
  readonly ui: ReturnType<typeof useUi>;
  readonly grid: GridControl;
}

/** Everything the window can do, by name: for the palette, the keymap and the menus of the application. */
export class Commands {
  private readonly fixed: ReadonlyMap<string, Command>;

  constructor(private readonly c: CommandContext) {
    this.fixed = new Map(
      [
        ...fileCommands(c),
        ...historyCommands(c),
        ...methodCommands(c),
        ...objectCommands(c),
        ...selectionCommands(c),
        ...viewCommands(c),
        ...foldCommands(c),
        ...windowCommands(c),
      ].map((x) => [x.id, x]),
    );
  }

  /** Runs a command by its id; false when there is none or it cannot run now. */
  run(id: string): boolean {
    const command = this.fixed.get(id) ?? this.all().find((x) => x.id === id);
    if (!command || command.isEnabled?.() === false) return false;
    void Promise.resolve(command.run()).catch((error: unknown) =>
      this.c.session.say(error instanceof Error ? error.message : String(error), 'error'),
    );
    return true;
  }

  /** A fixed command's name, whether it can run now or not. */
  named(id: string): Pick<Command, 'title' | 'group'> | undefined {
    return this.fixed.get(id);
  }

  /** What the palette lists now: the fixed commands that can run, then operations, views, tables, columns and the objects loaded. */
  all(): Command[] {
    return [
      ...[...this.fixed.values()].filter((x) => x.isEnabled?.() !== false && !x.id.startsWith('object.label-')),
      ...operationCommands(this.c),
      ...contentCommands(this.c),
    ];
  }
}

export const COMMANDS: InjectionKey<Commands> = Symbol('commands');

/** Starts a draft of an operation in the form. */
export function startDraft({ session }: Pick<CommandContext, 'session'>, op: string, useSelection = false): void {
  const def = operations.get(op);
  const table = session.table.value;
  if (!def || !table) return;
  session.editing.value = undefined;
  session.draft.value = draftStep(def, table, useSelection ? { where: session.selection.value?.predicate } : {});
}

function fileCommands({ session, ui }: CommandContext): Command[] {
  const hasTable = (): boolean => session.table.value !== undefined;
  return [
    { id: 'file.open', title: 'Open files…', group: 'File', run: () => session.actions.chooseAndOpen(false) },
    { id: 'file.open-folder', title: 'Open a folder as one table…', group: 'File', run: () => session.actions.chooseAndOpen(true) },
    { id: 'file.sample', title: 'Open the sample survey', group: 'File', run: () => session.actions.openSample() },
    { id: 'file.new-window', title: 'New window', group: 'File', run: () => session.main.openWorkspaceWindow({}) },
    {
      id: 'file.close-table',
      title: 'Close this table',
      group: 'File',
      isEnabled: hasTable,
      run: () => session.actions.closeTable(session.table.value!),
    },
    { id: 'file.export', title: 'Export…', group: 'File', isEnabled: hasTable, run: () => void (ui.sheet = 'export') },
    { id: 'recipe.save', title: 'Save the recipe…', group: 'Recipe', isEnabled: hasTable, run: () => session.actions.saveRecipe() },
    { id: 'recipe.load', title: 'Load or check a recipe…', group: 'Recipe', isEnabled: hasTable, run: () => void (ui.sheet = 'recipe') },
  ];
}

function historyCommands({ session }: CommandContext): Command[] {
  return [
    {
      id: 'history.undo',
      title: 'Undo',
      group: 'History',
      isEnabled: () => Boolean(session.table.value?.undoable),
      run: () => session.actions.undo(),
    },
    {
      id: 'history.redo',
      title: 'Redo',
      group: 'History',
      isEnabled: () => Boolean(session.table.value?.redoable),
      run: () => session.actions.redo(),
    },
    {
      id: 'draft.apply',
      title: 'Apply the draft',
      group: 'Clean',
      isEnabled: () => Boolean(session.draft.value),
      run: () => session.actions.applyDraft(),
    },
    {
      id: 'draft.try',
      title: 'Try the draft on all rows',
      group: 'Clean',
      isEnabled: () => Boolean(session.draft.value),
      run: () => session.tryOnAll(),
    },
  ];
}

function objectCommands({ session, ui }: CommandContext): Command[] {
  const hasObjects = (): boolean => Boolean(session.table.value?.objects);
  const step = async (by: number): Promise<void> => {
    const next = await session.objects.neighbour(session.object.value, by);
    if (next) session.setObject(next.id);
  };
  const nextBand = (): void => {
    const bands = session.table.value?.bands ?? [];
    session.band.value = bands[(bands.indexOf(session.band.value ?? '') + 1) % bands.length];
  };
  return [
    { id: 'object.next', title: 'Next object', group: 'Objects', isEnabled: hasObjects, run: () => step(1) },
    { id: 'object.previous', title: 'Previous object', group: 'Objects', isEnabled: hasObjects, run: () => step(-1) },
    { id: 'object.page-down', title: 'Ten objects on', group: 'Objects', isEnabled: hasObjects, run: () => step(10) },
    { id: 'object.page-up', title: 'Ten objects back', group: 'Objects', isEnabled: hasObjects, run: () => step(-10) },
    { id: 'objects.filter', title: 'Filter the objects', group: 'Objects', isEnabled: hasObjects, run: () => ui.ask('filter') },
    { id: 'band.next', title: 'Next band', group: 'Objects', isEnabled: () => (session.table.value?.bands.length ?? 0) > 1, run: nextBand },
    ...Array.from({ length: 10 }, (_, label): Command => {
      const title = label === 0 ? 'Clear the label' : `Label ${label}`;
      const run = (): Promise<void> => session.actions.setLabel(session.object.value!, label);
      return { id: `object.label-${label}`, title, group: 'Objects', isEnabled: () => hasObjects() && session.object.value !== undefined, run };
    }),
  ];
}

function selectionCommands(c: CommandContext): Command[] {
  const { session } = c;
  const escape = (): void => {
    if (session.selection.value) session.clearSelection();
    else if (session.draft.value) {
      session.draft.value = undefined;
      session.editing.value = undefined;
    }
  };
  return [
    { id: 'selection.clear', title: 'Clear the selection or the draft', group: 'Selection', run: escape },
    {
      id: 'selection.flag',
      title: 'Flag the selected rows',
      group: 'Selection',
      isEnabled: () => Boolean(session.table.value) && operations.has('flags.mark'),
      run: () => {
        if (session.selection.value) startDraft(c, 'flags.mark', true);
        else session.say('nothing is selected: press B for a box or L for a lasso, then drag over points in a view', 'warning');
      },
    },
  ];
}

function viewCommands({ session, grid }: CommandContext): Command[] {
  const isActive = (): boolean => session.activeView.value !== undefined;
  const toView = (command: ViewCommand, title: string): Command => ({
    id: `view.${command}`,
    title,
    group: 'View',
    isEnabled: isActive,
    run: () => sendViewCommand(session.activeView.value!, command),
  });
  return [
    toView('box', 'Select with a box'),
    toView('lasso', 'Select with a lasso'),
    toView('pan', 'Pan by dragging'),
    toView('reset', 'Show everything in the view'),
    toView('zoom-in', 'Zoom in'),
    toView('zoom-out', 'Zoom out'),
    toView('actual-size', 'One pixel of an image is one of the screen'),
    { id: 'view.maximize', title: 'Enlarge or shrink the view', group: 'View', isEnabled: isActive, run: () => grid.toggleMaximized() },
    { id: 'view.close', title: 'Close the view', group: 'View', isEnabled: isActive, run: () => grid.closeActive() },
    { id: 'view.next', title: 'Next view', group: 'View', isEnabled: isActive, run: () => grid.focusNext(1) },
    { id: 'view.previous', title: 'Previous view', group: 'View', isEnabled: isActive, run: () => grid.focusNext(-1) },
    {
      id: 'view.reset-layout',
      title: 'Arrange the views anew',
      group: 'View',
      isEnabled: () => Boolean(session.table.value),
      run: () => grid.reset(),
    },
  ];
}

function windowCommands({ session, ui }: CommandContext): Command[] {
  return [
    { id: 'palette.open', title: 'Find a command', group: 'Window', run: () => void (ui.sheet = 'palette') },
    { id: 'shortcuts.open', title: 'Keyboard shortcuts', group: 'Window', run: () => void (ui.sheet = 'shortcuts') },
    {
      id: 'quality.toggle',
      title: 'Quality report',
      group: 'Clean',
      also: 'duplicates missing sentinels gaps completeness validity redundancy',
      isEnabled: () => Boolean(session.table.value),
      run: () => void (ui.right = ui.right === 'quality' ? 'clean' : 'quality'),
    },
    {
      id: 'lab.open',
      title: 'Compute lab',
      group: 'Window',
      also: 'benchmark speed threads processes GPU Amdahl measure machine',
      run: () => void (ui.sheet = 'lab'),
    },
    {
      id: 'operations.find',
      title: 'Find an operation',
      group: 'Clean',
      isEnabled: () => Boolean(session.table.value),
      run: () => ui.ask('operations'),
    },
    { id: 'theme.dark', title: 'Dark theme', group: 'Window', run: () => session.setTheme('dark') },
    { id: 'theme.light', title: 'Light theme', group: 'Window', run: () => session.setTheme('light') },
    { id: 'theme.system', title: "The system's theme", group: 'Window', run: () => session.setTheme('system') },
  ];
}

function operationCommands(c: CommandContext): Command[] {
  if (!c.session.table.value) return [];
  return [...operations.values()].map((def) => ({
    id: `operation.${def.id}`,
    title: def.title,
    group: 'Operation',
    also: `${def.id} ${def.summary}`,
    run: () => startDraft(c, def.id),
  }));
}

function contentCommands({ session, grid }: CommandContext): Command[] {
  const table = session.table.value;
  const histogram = views.has('histogram');
  return [
    ...session.tables.value
      .filter((t) => t.id !== table?.id)
      .map((t): Command => ({ id: `table.${t.id}`, title: t.meta.name, group: 'Table', run: () => session.setTable(t.id) })),
    ...(table
      ? [...views.values()].map((v): Command => ({
          id: `view.add-${v.kind}`,
          title: `Add a view: ${v.title}`,
          group: 'View',
          run: () => grid.addView(v.kind),
        }))
      : []),
    ...(table && histogram
      ? table.meta.columns.map((column): Command => ({
          id: `column.${column.name}`,
          title: column.name,
          group: 'Column',
          also: `${column.description ?? ''} ${column.unit ?? ''} histogram`,
          run: () => grid.addView('histogram', { x: { column: column.name } }),
        }))
      : []),
    ...[...session.objects.page.value.rows.values()].map((o): Command => ({
      id: `object.${o.id}`,
      title: o.id,
      group: 'Object',
      run: () => session.setObject(o.id),
    })),
  ];
}
