import { Menu, type MenuItemConstructorOptions } from 'electron';
import { MENUS, type Line } from './menu-entries';

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
