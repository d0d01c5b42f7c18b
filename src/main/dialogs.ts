import { readFileSync, writeFileSync } from 'node:fs';
import { dialog, type BrowserWindow } from 'electron';

/** How paths are asked for. */
export interface Dialogs {
  /** The paths chosen; none when the user cancelled. */
  open(window: BrowserWindow, folder: boolean): Promise<readonly string[]>;
  save(window: BrowserWindow, suggestedName: string, extensions: readonly string[]): Promise<string | undefined>;
  /** Where a picture made by the page goes; undefined lets Electron ask. */
  download(): string | undefined;
}

const nativeDialogs: Dialogs = {
  async open(window, folder) {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      properties: folder ? ['openDirectory', 'multiSelections'] : ['openFile', 'multiSelections'],
    });
    return canceled ? [] : filePaths;
  },
  async save(window, suggestedName, extensions) {
    const filters = extensions.length > 0 ? [{ name: extensions.join(', '), extensions: [...extensions] }] : [];
    const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: suggestedName, filters });
    return canceled || !filePath ? undefined : filePath;
  },
  download: () => undefined,
};

/** Answers from a file: a JSON list of lists of paths, taken one by one; an empty list is a cancel. */
function answersFrom(path: string): Dialogs {
  const next = (): readonly string[] => {
    const [answer, ...rest] = JSON.parse(readFileSync(path, 'utf8')) as string[][];
    if (!answer) throw new Error(`a dialog was opened, and ${path} holds no answer for it`);
    writeFileSync(path, JSON.stringify(rest));
    return answer;
  };
  return { open: () => Promise.resolve(next()), save: () => Promise.resolve(next()[0]), download: () => next()[0] };
}

/** Native dialogs; in tests (SKYSIFT_TEST=1) the answers of the file SKYSIFT_DIALOG_ANSWERS. */
export function chooseDialogs(env: NodeJS.ProcessEnv): Dialogs {
  const answers = env['SKYSIFT_DIALOG_ANSWERS'];
  return env['SKYSIFT_TEST'] === '1' && answers ? answersFrom(answers) : nativeDialogs;
}
