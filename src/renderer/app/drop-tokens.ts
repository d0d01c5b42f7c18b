import type { InjectionKey } from 'vue';

/** Turns dropped files into tokens only the main process can read; absent where there is no main process. */
export const DROP_TOKENS: InjectionKey<(files: readonly File[]) => readonly string[]> = Symbol('drop tokens');
