import type { ErrorFields } from '../../../core/protocol/outcome';

/** Pool → thread. `cancel[0]` becomes 1 when the result is no longer wanted. */
export interface RunMessage {
  readonly id: number;
  readonly task: string;
  readonly args: unknown;
  readonly cancel: Int32Array;
  readonly wantsProgress: boolean;
}

/** Thread → pool. */
export type ThreadMessage =
  | { readonly t: 'progress'; readonly id: number; readonly fraction: number; readonly note?: string | undefined }
  | { readonly t: 'ok'; readonly id: number; readonly value: unknown }
  | { readonly t: 'err'; readonly id: number; readonly error: ErrorFields }
  | { readonly t: 'cancelled'; readonly id: number };

/** The ArrayBuffers inside plain data, for handing them over instead of copying them; shared memory needs no handing over. */
export function transferables(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    // A small view on a large buffer is copied: its owner may still need the rest.
    if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength) found.add(value.buffer);
  } else if (value instanceof ArrayBuffer) found.add(value);
  else if (Array.isArray(value)) {
    if (typeof value[0] === 'object') for (const item of value) transferables(item, found);
  } else if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    for (const item of Object.values(value)) transferables(item, found);
  return found;
}
