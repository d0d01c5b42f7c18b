declare module 'lz4js' {
  /** Decompresses an LZ4 frame into `dst`; returns the number of bytes of output. */
  export function decompressFrame(src: Uint8Array, dst: Uint8Array): number;
  export function compressFrame(src: Uint8Array, dst: Uint8Array): number;
  export function makeBuffer(size: number): Uint8Array;
}
