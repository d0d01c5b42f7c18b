import { defineConfig } from 'vitest/config';

/** The application as it is: built, in real Electron. One test file after the other, because each window takes a core. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.e2e.ts'],
    globalSetup: ['./global-setup.mjs'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: { TZ: 'UTC' },
    pool: 'forks',
    fileParallelism: false,
  },
});
