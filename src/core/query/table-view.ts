import { BitMask } from '../model/bit-mask';
import type { Column, Role } from '../model/column';
import type { Flag } from '../model/flag';
import type { ImageShape } from '../model/table';
import { AppError } from '../protocol/outcome';
import { bitsMask } from '../select/bits';
import type { RowSource } from '../select/row-source';
import { ObjectIndex, type ObjectIndexData } from './object-index';
import { didYouMean } from '../model/similar-names';

/** A bit mask as plain data; a BitMask is one. */
export interface MaskData {
  readonly length: number;
  readonly bytes: Uint8Array;
}

/**
 * A table at one version as plain data over shared memory: what `postMessage` hands to a thread without copying a number. While a table streams
 * in, `rows` counts the rows that are in the store so far, and columns and masks may be longer.
 */
export interface TableData {
  readonly rows: number;
  readonly version: number;
  readonly chunkRows: number;
  readonly columns: readonly Column[];
  /** Rows not to be used: the union of the flags that steps set. */
  readonly flagged?: MaskData | undefined;
  /** Flags with a mask of their own (those of steps). */
  readonly flags?: readonly { readonly name: string; readonly mask: MaskData }[] | undefined;
  /** Flags of the file, given by bits of a column. */
  readonly fileFlags?: readonly Flag[] | undefined;
  readonly objects?: ObjectIndexData | undefined;
  /** The object table, one row an object, for predicates that ask about it. */
  readonly objectTable?: TableData | undefined;
  readonly roles?: Readonly<Partial<Record<Role, string>>> | undefined;
  /** The rows are the pixels of an image of this size. */
  readonly image?: ImageShape | undefined;
}

/** What kernels see of a table. */
export interface TableView extends RowSource {
  readonly version: number;
  readonly chunkRows: number;
  readonly columns: readonly Column[];
  readonly roles: Readonly<Partial<Record<Role, string>>>;
  readonly image?: ImageShape | undefined;
  readonly flagged?: BitMask | undefined;
  readonly objects?: ObjectIndex | undefined;
  readonly objectTable?: TableView | undefined;
  /** Names of all flags, of steps and of the file. */
  readonly flagNames: readonly string[];
}

function maskOf(data: MaskData): BitMask {
  return new BitMask(data.length, data.bytes);
}

class PlainView implements TableView {
  private readonly byName: ReadonlyMap<string, Column>;
  private readonly masks = new Map<string, BitMask>();
  readonly flagged: BitMask | undefined;
  readonly objects: ObjectIndex | undefined;
  readonly objectTable: TableView | undefined;

  constructor(private readonly data: TableData) {
    this.byName = new Map(data.columns.map((c) => [c.meta.name, c]));
    this.flagged = data.flagged && maskOf(data.flagged);
    this.objects = data.objects && new ObjectIndex(data.objects);
    this.objectTable = data.objectTable && new PlainView(data.objectTable);
    for (const { name, mask } of data.flags ?? []) this.masks.set(name, maskOf(mask));
  }

  get rows(): number {
    return this.data.rows;
  }
  get version(): number {
    return this.data.version;
  }
  get chunkRows(): number {
    return this.data.chunkRows;
  }
  get columns(): readonly Column[] {
    return this.data.columns;
  }
  get roles(): Readonly<Partial<Record<Role, string>>> {
    return this.data.roles ?? {};
  }
  get image(): ImageShape | undefined {
    return this.data.image;
  }
  get bandColumn(): string | undefined {
    return this.data.roles?.band;
  }
  get flagNames(): readonly string[] {
    return [...new Set([...(this.data.flags ?? []), ...(this.data.fileFlags ?? [])].map((f) => f.name))];
  }

  column(name: string): Column {
    const column = this.byName.get(name);
    if (column) return column;
    const hint = didYouMean(name, [...this.byName.keys()], 'choose one of the columns of this table');
    throw new AppError({ code: 'not-found', message: `no column named ${name} in this table`, hint, column: name });
  }

  flagBits(name: string): Flag['bits'] {
    return this.masks.has(name) ? undefined : this.data.fileFlags?.find((f) => f.name === name)?.bits;
  }

  flag(name: string): BitMask | undefined {
    let mask = this.masks.get(name);
    if (mask) return mask;
    const bits = this.flagBits(name);
    if (!bits) return undefined;
    mask = bitsMask(this.column(bits.column), bits.bit, this.data.rows);
    this.masks.set(name, mask);
    return mask;
  }
}

export function viewOf(data: TableData): TableView {
  return new PlainView(data);
}

/** What a task needs of a table: handing over less makes the hand-over shorter. */
export interface Needs {
  readonly columns: readonly string[];
  /** Flags read by name. */
  readonly flags?: readonly string[] | undefined;
  /** Whether the object index is read. */
  readonly objects?: boolean | undefined;
}

/** Names of the columns that hold the bits of these flags. */
export function columnsOfFlags(flags: readonly string[], data: Pick<TableData, 'fileFlags' | 'flags'>): readonly string[] {
  return flags.flatMap((name) => {
    if (data.flags?.some((f) => f.name === name)) return [];
    const bits = data.fileFlags?.find((f) => f.name === name)?.bits;
    return bits ? [bits.column] : [];
  });
}

/** The part of a table that is needed. Throws AppError `not-found` for a column that the table does not have. */
export function pick(data: TableData, needs: Needs): TableData {
  const flags = new Set(needs.flags ?? []);
  const names = new Set([...needs.columns, ...columnsOfFlags([...flags], data)]);
  const view = viewOf({ ...data, objects: undefined, objectTable: undefined });
  // Field by field: what callers keep beside the table must not travel.
  return {
    rows: data.rows,
    version: data.version,
    chunkRows: data.chunkRows,
    roles: data.roles,
    image: data.image,
    columns: [...names].map((name) => view.column(name)),
    flags: data.flags?.filter((f) => flags.has(f.name)).map(({ name, mask }) => ({ name, mask: { length: mask.length, bytes: mask.bytes } })),
    flagged: data.flagged && { length: data.flagged.length, bytes: data.flagged.bytes },
    fileFlags: data.fileFlags?.filter((f) => flags.has(f.name)),
    objects: needs.objects ? data.objects : undefined,
    objectTable: needs.objects ? data.objectTable : undefined,
  };
}
