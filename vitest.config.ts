import { defineConfig } from 'vitest/config';
import vue from '@vitejs/plugin-vue';
import { assembly } from './scripts/lib/assembly.mjs';

export default defineConfig({
  plugins: [assembly(), vue()],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { TZ: 'UTC' },
    setupFiles: ['test/fixed-seed.ts'],
    pool: 'forks',
  },
});
