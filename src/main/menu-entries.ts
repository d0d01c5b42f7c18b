/** A command of the page as a menu shows it. */
export interface Entry {
  readonly id: string;
  readonly label: string;
  readonly accelerator?: string;
}
export type Line = Entry | 'separator';

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
    { id: 'lab.open', label: 'Compute Lab…' },
    { id: 'theme.light', label: 'Light' },
    { id: 'theme.dark', label: 'Dark' },
    { id: 'theme.system', label: 'Like the System' },
  ],
  Help: [{ id: 'shortcuts.open', label: 'Keyboard Shortcuts' }],
};
