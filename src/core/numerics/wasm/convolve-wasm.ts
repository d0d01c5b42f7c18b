/**
 * WebAssembly of src/assembly/convolve.ts. The build puts the bytes in the place of this module (scripts/lib/assembly.mjs); where nothing is put here
 * they are absent, and the same loop in TypeScript runs.
 */
export const convolveWasm: Uint8Array | undefined = undefined;
