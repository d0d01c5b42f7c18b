import type { TableView } from '../query/table-view';
import { numberReader } from '../select/numbers';
import { blocksOf, BLOCK_ROWS } from '../select/row-source';

/** Rows of neighbouring objects, one object after the other, in row order inside each. */
export interface GroupedRows {
  /** Float64 values of a column, NaN where missing or a sentinel. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** 1 for kept rows. */
  readonly live: Uint8Array;
  /** Band of each row; absent when the table has no bands. */
  readonly bands?: Uint16Array | undefined;
}

/**
 * Puts the rows of objects [from, to) together. The table is walked once in row order and each row written behind the last of its object: that
 * stays in the cache where picking the rows of one object after the other, strewn over the whole table, misses it for every single one.
 */
export function* groupRows(
  view: TableView,
  names: readonly string[],
  sentinels: Readonly<Record<string, readonly number[]>>,
  from: number,
  to: number,
): Generator<number, GroupedRows> {
  const { starts, objectOf, bandOf } = view.objects!;
  const base = starts[from]!;
  const size = starts[to]! - base;
  const next = Uint32Array.from({ length: to - from }, (_, k) => starts[from + k]! - base);
  const columns = names.map((name) => ({
    out: new Float64Array(size),
    read: numberReader(view.column(name)),
    spare: Float64Array.from(sentinels[name] ?? []),
  }));
  const live = new Uint8Array(size).fill(1);
  const bands = bandOf && new Uint16Array(size);
  const flagged = view.flagged?.bytes;
  // Where the rows of a block that are wanted go, and which they are.
  const slots = new Uint32Array(BLOCK_ROWS);
  const picks = new Uint32Array(BLOCK_ROWS);
  for (const span of blocksOf({ from: 0, to: view.rows })) {
    const n = pick(objectOf, span.from, span.to, from, to, next, slots, picks);
    if (n > 0) {
      for (const { out, read, spare } of columns) put(read(span), n, slots, picks, spare, out);
      for (let k = 0; k < n; k++) {
        const row = span.from + picks[k]!;
        if (bands) bands[slots[k]!] = bandOf![row]!;
        if (flagged !== undefined && ((flagged[row >> 3]! >> (row & 7)) & 1) === 1) live[slots[k]!] = 0;
      }
    }
    yield span.to / view.rows;
  }
  return { columns: new Map(names.map((name, i) => [name, columns[i]!.out])), live, bands };
}

function pick(
  objectOf: Uint32Array,
  start: number,
  end: number,
  from: number,
  to: number,
  next: Uint32Array,
  slots: Uint32Array,
  picks: Uint32Array,
): number {
  let n = 0;
  for (let row = start; row < end; row++) {
    const o = objectOf[row]!;
    if (o < from || o >= to) continue;
    picks[n] = row - start;
    slots[n++] = next[o - from]!++;
  }
  return n;
}

function put(x: Float64Array, n: number, slots: Uint32Array, picks: Uint32Array, spare: Float64Array, out: Float64Array): void {
  if (spare.length === 0) for (let k = 0; k < n; k++) out[slots[k]!] = x[picks[k]!]!;
  else
    for (let k = 0; k < n; k++) {
      const v = x[picks[k]!]!;
      out[slots[k]!] = spare.includes(v) ? NaN : v;
    }
}
