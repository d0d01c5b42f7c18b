import { shallowRef, type ShallowRef } from 'vue';
import type { MainService, Settings } from '../../core/protocol/main-service';
import type { Client } from '../../core/protocol/rpc';

/** The window's theme: the setting, or the system's when the setting says so. Sets `data-theme` on the document. */
export function followTheme(main: Client<MainService>): {
  readonly theme: ShallowRef<'light' | 'dark'>;
  set(theme: Settings['theme']): Promise<void>;
  stop(): void;
} {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const theme = shallowRef<'light' | 'dark'>(dark.matches ? 'dark' : 'light');
  let setting: Settings['theme'] = 'system';
  const resolve = (): void => {
    theme.value = setting === 'system' ? (dark.matches ? 'dark' : 'light') : setting;
    document.documentElement.dataset['theme'] = theme.value;
  };
  resolve();
  dark.addEventListener('change', resolve);
  main.settings({}).then(
    (s) => {
      setting = s.theme;
      resolve();
    },
    // Without settings the system's theme stands.
    () => undefined,
  );
  return {
    theme,
    set: async (next) => {
      setting = next;
      resolve();
      await main.setSettings({ theme: next });
    },
    stop: () => dark.removeEventListener('change', resolve),
  };
}
