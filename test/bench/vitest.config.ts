import { defineConfig } from 'vitest/config';

/** Figures of the built application in real Electron; not part of `npm test`. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.window.ts'],
    globalSetup: ['../e2e/global-setup.mjs'],
    testTimeout: 600_000,
    pool: 'forks',
    fileParallelism: false,
  },
});
