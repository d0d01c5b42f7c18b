import type { ColumnMeta, ColumnType, Role } from '../model/column';
import { ROLES } from '../model/column';
import type { Alert, TableMeta } from '../model/table';
import { argsortSteps } from '../numerics/argsort';
import { type Remember, anew } from '../numerics/memory';
import { drain } from '../numerics/steps';
import { AppError, Cancelled, type Progress } from '../protocol/outcome';
import type { Batch, CompanionTable, Context, Groups } from './definition';

export type PlainColumn = ArrayLike<number> | readonly (string | undefined)[];

/** A table in plain arrays. */
export interface BatchSpec {
  readonly columns: Readonly<Record<string, PlainColumn>>;
  /** Absent = a column named like a role has it. */
  readonly roles?: Readonly<Partial<Record<Role, string>>>;
  readonly units?: Readonly<Record<string, string>>;
  readonly types?: Readonly<Record<string, ColumnType>>;
  /** Flags by name, non-zero where set. */
  readonly flags?: Readonly<Record<string, ArrayLike<number>>>;
  /** Non-zero = flagged, so not live. */
  readonly flagged?: ArrayLike<number>;
  /** Non-zero = inside the step's `where`; absent = everywhere. */
  readonly inside?: ArrayLike<number>;
  readonly object?: string;
  readonly band?: string;
  readonly table?: Partial<TableMeta>;
  /** Sorts the rows by time, missing times last, as the engine does for `ordered: 'time'`. */
  readonly ordered?: 'time' | undefined;
  /** The companion's tables; columns named like roles have them. */
  readonly companion?: readonly PlainCompanion[] | undefined;
}

export interface PlainCompanion {
  readonly name: string;
  readonly columns: Readonly<Record<string, PlainColumn>>;
  readonly table?: Partial<TableMeta>;
}

export interface PlainBatch extends Batch {
  /** order[i] is the row of the spec that is row i of the batch. */
  readonly order: Uint32Array;
}

const isText = (column: PlainColumn): column is readonly (string | undefined)[] =>
  Array.isArray(column) && (column.length === 0 ? false : column.some((v) => typeof v === 'string'));

function rolesOf(spec: BatchSpec): Readonly<Partial<Record<Role, string>>> {
  return spec.roles ?? Object.fromEntries(ROLES.filter((r) => r in spec.columns).map((r) => [r, r]));
}

function metaOf(spec: BatchSpec, rows: number): TableMeta {
  const roles = Object.entries(rolesOf(spec));
  const columns = Object.entries(spec.columns).map(([name, values]): ColumnMeta => ({
    name,
    type: spec.types?.[name] ?? (isText(values) ? 'utf8' : 'float64'),
    unit: spec.units?.[name],
    role: roles.find(([, column]) => column === name)?.[0] as Role | undefined,
    origin: 'file',
  }));
  return { name: 'table', rows, header: [], fileFlags: [], ...spec.table, columns };
}

function companionOf({ name, columns, table }: PlainCompanion): CompanionTable {
  const batch = makeBatch({ columns, table: { name, ...table } });
  return { meta: batch.table, column: batch.column, text: batch.text, live: batch.live };
}

/** Objects and bands by the text of the columns bound to these roles, in order of appearance. */
function groupsOf(batch: Batch): Groups | undefined {
  const code = (role: Role): { codes: number[]; names: string[] } | undefined => {
    const name = batch.nameOf(role);
    if (name === undefined) return undefined;
    const known = new Map<string, number>();
    const codes = batch.text(name).map((text = '') => known.get(text) ?? known.set(text, known.size).size - 1);
    return { codes, names: [...known.keys()] };
  };
  const [objects, bands] = [code('object'), code('band')];
  if (!objects) return undefined;
  return {
    objectOf: Uint32Array.from(objects.codes),
    count: objects.names.length,
    id: (object) => objects.names[object]!,
    bandOf: bands && Uint16Array.from(bands.codes),
    bands: bands?.names ?? [],
  };
}

/** A batch over plain arrays, for tests, examples and small tables. The arrays are copied; all columns must be equally long. */
export function makeBatch(spec: BatchSpec): PlainBatch {
  const names = Object.keys(spec.columns);
  const length = names.length === 0 ? 0 : spec.columns[names[0]!]!.length;
  for (const name of names)
    if (spec.columns[name]!.length !== length) throw new Error(`invalid column ${name}: ${spec.columns[name]!.length} rows (must be ${length})`);
  const roles = rolesOf(spec);
  const timeName = spec.ordered === 'time' ? roles.time : undefined;
  const order = timeName
    ? drain(argsortSteps(Float64Array.from(spec.columns[timeName] as ArrayLike<number>)))
    : Uint32Array.from({ length }, (_, i) => i);
  const bytes = (source: ArrayLike<number> | undefined, otherwise: number): Uint8Array => {
    const out = new Uint8Array(length);
    for (let i = 0; i < length; i++) out[i] = source ? (source[order[i]!] ? 1 : 0) : otherwise;
    return out;
  };
  const find = (name: string): PlainColumn => {
    const column = Object.hasOwn(spec.columns, name) ? spec.columns[name] : undefined;
    if (!column) throw new AppError({ code: 'not-found', message: `no column ${name}`, hint: `the columns are ${names.join(', ')}`, column: name });
    return column;
  };
  const numbers = new Map<string, Float64Array>();
  const column = (name: string): Float64Array => {
    let values = numbers.get(name);
    if (!values) {
      const source = find(name);
      if (source instanceof Float64Array && timeName === undefined) values = source.slice();
      else if (isText(source)) values = Float64Array.from(order, (row) => Number(source[row] ?? NaN));
      else values = Float64Array.from(order, (row) => source[row]!);
      numbers.set(name, values);
    }
    return values;
  };
  const inside = bytes(spec.inside, 1);
  const live = bytes(spec.flagged, 0);
  for (let i = 0; i < length; i++) live[i] = live[i] === 0 && inside[i] === 1 ? 1 : 0;
  let groups: Groups | undefined;
  const batch: PlainBatch = {
    length,
    object: spec.object,
    band: spec.band,
    order,
    live,
    inside,
    table: metaOf(spec, length),
    companion: spec.companion?.map(companionOf),
    role: (role) => (roles[role] === undefined ? undefined : column(roles[role])),
    column,
    text: (name) => {
      const source = find(name);
      return Array.from({ length }, (_, i) => {
        const v = source[order[i]!];
        return v === undefined || (typeof v === 'number' && v !== v) ? undefined : String(v);
      });
    },
    has: (name) => Object.hasOwn(spec.columns, name),
    unit: (name) => spec.units?.[name],
    nameOf: (role) => roles[role],
    flag: (name) => {
      const flag = spec.flags?.[name];
      if (!flag) throw new AppError({ code: 'not-found', message: `no flag ${name}` });
      return bytes(flag, 0);
    },
    get groups() {
      return (groups ??= groupsOf(batch));
    },
  };
  return batch;
}

/** Uniform in [0, 1) from a 32-bit seed (mulberry32): the same sequence everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A context that keeps its alerts. */
export function makeContext(
  options: { readonly seed?: number; readonly preview?: boolean; readonly remember?: Remember } = {},
): Context & { readonly alerts: Alert[] } {
  const alerts: Alert[] = [];
  return {
    random: seededRandom(options.seed ?? 1),
    alert: (a) => alerts.push(a),
    preview: options.preview ?? false,
    remember: options.remember ?? anew,
    alerts,
  };
}

/** Runs a kernel to its end. Between its yields it can be cancelled: then the kernel is closed and Cancelled thrown. */
export function drive<T>(kernel: Generator<Progress, T>, onProgress?: (progress: Progress) => void, isCancelled?: () => boolean): T {
  for (;;) {
    const step = kernel.next();
    if (step.done) return step.value;
    onProgress?.(step.value);
    if (isCancelled?.()) {
      kernel.return(undefined as never);
      throw new Cancelled();
    }
  }
}
