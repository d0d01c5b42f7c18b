import { Menu, type MenuItemConstructorOptions } from 'electron';

interface Entry {
  readonly id: string;
  readonly label: string;
  readonly accelerator?: string;
}
type Line = Entry | 'separator';

/** The ids are those of the command palette; the page does the work. */
export const MENUS: Readonly<Record<string, readonly Line[]>> = {
  File: [
    { id: 'file.open', label: 'Open…', accelerator: 'CmdOrCtrl+O' },
    { id: 'file.open-folder', label: 'Open Folder…', accelerator: 'CmdOrCtrl+Shift+O' },
    { id: 'file.sample', label: 'Open Sample Survey' },
    'separator',
    { id: 'file.export', label: 'Export…', accelerator: 'CmdOrCtrl+E' },
    { id: 'recipe.save', label: 'Save Recipe…' },
    { id: 'recipe.load', label: 'Load Recipe…' },
    'separator',
    { id: 'file.new-window', label: 'New Window', accelerator: 'CmdOrCtrl+N' },
  ],
  Edit: [
    { id: 'history.undo', label: 'Undo Step', accelerator: 'CmdOrCtrl+Z' },
    { id: 'history.redo', label: 'Redo Step', accelerator: 'CmdOrCtrl+Shift+Z' },
  ],
  View: [
    { id: 'palette.open', label: 'Command Palette…', accelerator: 'CmdOrCtrl+K' },
    { id: 'view.reset-layout', label: 'Arrange Views Anew' },
    { id: 'theme.light', label: 'Light' },
    { id: 'theme.dark', label: 'Dark' },
    { id: 'theme.system', label: 'Like the System' },
  ],
  Help: [{ id: 'shortcuts.open', label: 'Keyboard Shortcuts' }],
};

/** The keys are shown here and heard by the page, which knows whether a text field has the focus. macOS menus always hear theirs. */
export function buildMenu(onCommand: (id: string) => void): Menu {
  const lines = (entries: readonly Line[]): MenuItemConstructorOptions[] =>
    entries.map((entry) =>
      entry === 'separator'
        ? { type: 'separator' }
        : {
            id: entry.id,
            label: entry.label,
            click: () => onCommand(entry.id),
            ...(entry.accelerator ? { accelerator: entry.accelerator, registerAccelerator: false } : {}),
          },
    );
  const mac = process.platform === 'darwin';
  const texts: MenuItemConstructorOptions[] = [{ type: 'separator' }, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }];
  const windows: MenuItemConstructorOptions[] = [
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
    { role: 'toggleDevTools' },
  ];
  const extra: Readonly<Record<string, readonly MenuItemConstructorOptions[]>> = {
    File: [{ role: 'close' }, ...(mac ? [] : [{ role: 'quit' } as const])],
    Edit: texts,
    View: windows,
  };
  const menus = Object.entries(MENUS).map<MenuItemConstructorOptions>(([label, entries]) => ({
    label,
    submenu: [...lines(entries), ...(extra[label] ?? [])],
  }));
  return Menu.buildFromTemplate(mac ? [{ role: 'appMenu' }, ...menus, { role: 'windowMenu' }] : menus);
}
