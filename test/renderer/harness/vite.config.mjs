import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** `npx vite build -c test/renderer/harness/vite.config.mjs`: the window over an engine made of arrays, for looking at. */
export default defineConfig({
  root: here,
  base: './',
  plugins: [vue()],
  build: { outDir: process.env.HARNESS_OUT ?? '/tmp/skysift-harness', emptyOutDir: true, target: 'chrome130', minify: false },
});
