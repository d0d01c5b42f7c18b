import type { LabArray } from '../../core/lab/part';
import { type LabCall, partOf } from '../../core/lab/parts';

/** Stands for an array that is only written: its numbers need not travel. */
interface Blank {
  readonly blank: 'float32' | 'float64';
  readonly length: number;
}

/** Parent → process. */
export interface CallMessage {
  readonly part: LabCall['part'];
  readonly args: Readonly<Record<string, unknown>>;
}

/** Process → parent: first one that says it is there, then one for each call. */
export type ReplyMessage =
  | { readonly t: 'ready' }
  | { readonly t: 'done'; readonly computeMs: number; readonly figure?: number | undefined; readonly results: readonly LabArray[] };

const isBlank = (value: unknown): value is Blank => typeof value === 'object' && value !== null && 'blank' in value;

/** A call as it travels: arrays that are only written are left out. */
export function pack(call: LabCall): CallMessage {
  const args: Record<string, unknown> = { ...call.args };
  for (const name of partOf(call).written) {
    const array = args[name] as LabArray;
    args[name] = { blank: array instanceof Float32Array ? 'float32' : 'float64', length: array.length } satisfies Blank;
  }
  return { part: call.part, args };
}

/** The call at its destination, with new arrays for those left out. */
export function unpack({ part, args }: CallMessage): LabCall {
  const made = Object.entries(args).map(([name, value]): [string, unknown] => {
    if (!isBlank(value)) return [name, value];
    return [name, value.blank === 'float32' ? new Float32Array(value.length) : new Float64Array(value.length)];
  });
  return { part, args: Object.fromEntries(made) } as unknown as LabCall;
}
