import { AppError } from '../../../core/protocol/outcome';

/**
 * Bounds-checked access to FlatBuffers tables. apache-arrow's decoder trusts lengths it finds in the bytes, so that a hostile file can make it loop
 * or allocate without end; here every offset and every vector length is checked against the bytes there are, before anything is made of it.
 */

export function damaged(what: string): AppError {
  return new AppError({ code: 'unreadable', message: `the Arrow data are damaged: ${what}`, hint: 'fetch or write the file again' });
}

export class FlatTable {
  private constructor(
    private readonly view: DataView,
    private readonly at: number,
    private readonly vtable: number,
    private readonly vtableBytes: number,
  ) {}

  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 8) throw damaged('a message is too short');
    return FlatTable.at(view, view.getUint32(0, true));
  }

  private static at(view: DataView, at: number): FlatTable {
    if (at < 0 || at + 4 > view.byteLength) throw damaged('an offset points outside its message');
    const vtable = at - view.getInt32(at, true);
    if (vtable < 0 || vtable + 4 > view.byteLength) throw damaged('an offset points outside its message');
    const bytes = view.getUint16(vtable, true);
    if (bytes < 4 || vtable + bytes > view.byteLength) throw damaged('a table of its metadata has no bounds');
    return new FlatTable(view, at, vtable, bytes);
  }

  /** Where field `id` lies; 0 when it is absent. */
  private field(id: number, size: number): number {
    const entry = 4 + 2 * id;
    if (entry + 2 > this.vtableBytes) return 0;
    const offset = this.view.getUint16(this.vtable + entry, true);
    if (offset === 0) return 0;
    const at = this.at + offset;
    if (at + size > this.view.byteLength) throw damaged('a field points outside its message');
    return at;
  }

  byte(id: number, absent = 0): number {
    const at = this.field(id, 1);
    return at ? this.view.getUint8(at) : absent;
  }
  int16(id: number, absent = 0): number {
    const at = this.field(id, 2);
    return at ? this.view.getInt16(at, true) : absent;
  }
  int32(id: number, absent = 0): number {
    const at = this.field(id, 4);
    return at ? this.view.getInt32(at, true) : absent;
  }
  int64(id: number, absent = 0): number {
    const at = this.field(id, 8);
    return at ? safe(this.view.getBigInt64(at, true)) : absent;
  }

  private target(id: number): number {
    const at = this.field(id, 4);
    if (!at) return 0;
    const to = at + this.view.getUint32(at, true);
    if (to + 4 > this.view.byteLength) throw damaged('an offset points outside its message');
    return to;
  }

  table(id: number): FlatTable | undefined {
    const to = this.target(id);
    return to ? FlatTable.at(this.view, to) : undefined;
  }

  private vector(id: number, elementBytes: number): { at: number; length: number } {
    const to = this.target(id);
    if (!to) return { at: 0, length: 0 };
    const length = this.view.getUint32(to, true);
    if (to + 4 + length * elementBytes > this.view.byteLength) throw damaged('a list of its metadata is longer than the message');
    return { at: to + 4, length };
  }

  string(id: number): string | undefined {
    const { at, length } = this.vector(id, 1);
    return at ? new TextDecoder().decode(new Uint8Array(this.view.buffer, this.view.byteOffset + at, length)) : undefined;
  }

  tables(id: number): FlatTable[] {
    const { at, length } = this.vector(id, 4);
    return Array.from({ length }, (_, i) => FlatTable.at(this.view, at + 4 * i + this.view.getUint32(at + 4 * i, true)));
  }

  /** A vector of structs, read by `read(view, at)`. */
  structs<T>(id: number, bytes: number, read: (view: DataView, at: number) => T): T[] {
    const { at, length } = this.vector(id, bytes);
    return Array.from({ length }, (_, i) => read(this.view, at + i * bytes));
  }
}

/** An int64 of the metadata as a number: counts, offsets and lengths are never past 2^53 in a sound file. */
export function safe(value: bigint): number {
  if (value < -1n || value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(`its metadata hold the impossible length ${value}`);
  return Number(value);
}
