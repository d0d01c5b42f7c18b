import { type Chunk, type ColumnMeta, type ColumnType, type ScalarType, parseType } from '../../core/model/column';
import type { Flag } from '../../core/model/flag';
import type { Alert } from '../../core/model/table';
import { ChunkJoiner } from './chunk-joiner';
import type { OpenedSource, ReadOptions, RecordBatch, SourceTable } from './reader';

export interface StackPart {
  readonly source: OpenedSource;
  readonly table: SourceTable;
  readonly fileName: string;
}

/** A column of the stack, and the name of the column of each part that feeds it (undefined where the part has none). */
interface StackColumn {
  readonly meta: ColumnMeta;
  readonly from: readonly (string | undefined)[];
}

/**
 * Many tables as one: columns are united by name, a part without a column gives nulls, number types widen until they hold all. Two columns lead:
 * `object` (the part's object identifier, else its file name without extension) and `file`. A column whose unit differs from the first part's is
 * not mixed with it but kept under a name of its own, with an alert.
 */
export function stackSources(parts: readonly StackPart[]): SourceTable {
  const alerts: Alert[] = [];
  const columns = uniteColumns(parts, alerts);
  const lead = leadNames(columns);
  const metas: ColumnMeta[] = [
    { name: lead.object, type: 'utf8', role: 'object', description: 'object identifier, else the file name', origin: 'file' },
    { name: lead.file, type: 'utf8', description: 'file the row comes from', origin: 'file' },
    ...columns.map((c) => (c.meta.role === 'object' ? { ...c.meta, role: undefined } : c.meta)),
  ];
  const origins = uniform(parts, (p) => p.table.timeOrigin);
  if (origins === 'mixed')
    alerts.push({ severity: 'warning', message: 'the files count time from different dates: the time column is as each file has it' });
  const exact = parts.every((p) => p.table.rows !== undefined);
  const total = parts.reduce((n, p) => n + (p.table.rows ?? p.table.rowsEstimate ?? 0), 0);
  return {
    name: stackName(parts),
    ...(exact ? { rows: total } : { rowsEstimate: total }),
    columns: metas,
    header: [],
    fileFlags: uniteFlags(parts),
    timeOrigin: origins === 'mixed' ? undefined : origins,
    timeSystem: origins === 'mixed' ? undefined : parts[0]?.table.timeSystem,
    alerts: sharedAlerts(parts, alerts),
    projects: parts.every((p) => p.table.projects),
    read: (options) => readStack(parts, metas, columns, lead, options),
  };
}

function stackName(parts: readonly StackPart[]): string {
  const names = new Set(parts.map((p) => p.table.name));
  return names.size === 1 ? `${[...names][0]!} of ${parts.length} files` : `${parts.length} files`;
}

/** One value for all parts, or `mixed`. */
function uniform<T>(parts: readonly StackPart[], of: (p: StackPart) => T): T | 'mixed' | undefined {
  const values = new Set(parts.map(of));
  return values.size > 1 ? 'mixed' : [...values][0];
}

function leadNames(columns: readonly StackColumn[]): { object: string; file: string } {
  const taken = new Set(columns.map((c) => c.meta.name));
  const free = (name: string): string => {
    let n = name;
    while (taken.has(n)) n = `${n}_`;
    return n;
  };
  return { object: free('object'), file: free('file') };
}

function uniteFlags(parts: readonly StackPart[]): Flag[] {
  const flags = new Map<string, Flag>();
  for (const { table } of parts) for (const f of table.fileFlags) if (!flags.has(f.name)) flags.set(f.name, f);
  return [...flags.values()];
}

/** The stack's own alerts, then each part's; a message that many files share is told once, with their number. */
function sharedAlerts(parts: readonly StackPart[], own: readonly Alert[]): Alert[] {
  const told = new Map<string, { alert: Alert; files: string[] }>();
  for (const p of parts) {
    for (const alert of [...p.source.alerts, ...p.table.alerts]) {
      const entry = told.get(alert.message) ?? { alert, files: [] };
      entry.files.push(p.fileName);
      told.set(alert.message, entry);
    }
  }
  const shared = [...told.values()].map(({ alert, files }) => ({
    ...alert,
    message: files.length === 1 ? `${files[0]!}: ${alert.message}` : `${files.length} files: ${alert.message}`,
  }));
  return [...own, ...shared];
}

function uniteColumns(parts: readonly StackPart[], alerts: Alert[]): StackColumn[] {
  const columns: { meta: ColumnMeta; from: (string | undefined)[] }[] = [];
  const byName = new Map<string, (typeof columns)[number][]>();
  const taken = new Set(parts.flatMap((p) => p.table.columns.map((c) => c.name)));
  for (const [i, part] of parts.entries()) {
    for (const column of part.table.columns) {
      const candidates = byName.get(column.name) ?? [];
      const match = candidates.find((c) => sameUnit(c.meta.unit, column.unit) && widen(c.meta.type, column.type) !== undefined);
      if (match) {
        match.from[i] = column.name;
        match.meta = {
          ...match.meta,
          type: widen(match.meta.type, column.type)!,
          unit: match.meta.unit ?? column.unit,
          role: match.meta.role ?? column.role,
        };
        continue;
      }
      const first = candidates[0];
      const name = first ? freeName(`${column.name}_${suffixOf(first.meta, column)}`, taken) : column.name;
      if (first) alerts.push(refusal(first.meta, column, part.fileName, name));
      taken.add(name);
      const made = { meta: first ? { ...column, name, role: undefined } : column, from: new Array<string | undefined>(parts.length).fill(undefined) };
      made.from[i] = column.name;
      columns.push(made);
      byName.set(column.name, [...candidates, made]);
    }
  }
  return columns;
}

function sameUnit(a: string | undefined, b: string | undefined): boolean {
  return (a ?? '').trim() === (b ?? '').trim();
}

function suffixOf(first: ColumnMeta, column: ColumnMeta): string {
  if (sameUnit(first.unit, column.unit)) return column.type.replace(/\W+/g, '_').replace(/_$/, '');
  return (column.unit ?? 'no_unit').replace(/\W+/g, '_').replace(/^_|_$/g, '') || 'no_unit';
}

function refusal(first: ColumnMeta, column: ColumnMeta, file: string, name: string): Alert {
  const why = sameUnit(first.unit, column.unit)
    ? `is ${column.type} in ${file}, but ${first.type} before`
    : `is in ${column.unit ?? 'no unit'} in ${file}, but in ${first.unit ?? 'no unit'} before`;
  return {
    severity: 'warning',
    message: `column ${column.name} ${why}: it is kept apart as ${name}`,
    hint: 'convert one of them, then combine the two',
    column: name,
  };
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let k = 2;
  if (!taken.has(name)) return name;
  while (taken.has(`${name}_${k}`)) k++;
  return `${name}_${k}`;
}

const INTEGERS = /^(u?)int(\d+)$/;

/** The narrowest type that holds both exactly where there is one, float64 for numbers otherwise; undefined when they do not mix. */
export function widen(a: ColumnType, b: ColumnType): ColumnType | undefined {
  if (a === b) return a;
  const pa = parseType(a);
  const pb = parseType(b);
  if (pa.kind !== pb.kind || pa.size !== pb.size) return undefined;
  const element = widenScalar(pa.element, pb.element);
  if (element === undefined) return undefined;
  if (pa.kind === 'scalar') return element;
  return pa.kind === 'list' ? `list<${element}>` : `fixed_list<${element}>[${pa.size}]`;
}

function widenScalar(a: ScalarType, b: ScalarType): ScalarType | undefined {
  if (a === b) return a;
  const complex = (t: ScalarType): boolean => t.startsWith('complex');
  if (complex(a) && complex(b)) return 'complex128';
  const number = (t: ScalarType): boolean => INTEGERS.test(t) || t.startsWith('float');
  if (!number(a) || !number(b)) return undefined;
  const ia = INTEGERS.exec(a);
  const ib = INTEGERS.exec(b);
  if (ia && ib) return widenIntegers(ia, ib);
  // A float32 holds integers of up to 24 bits exactly.
  const integer = ia ?? ib;
  if (integer && Number(integer[2]) <= 16 && (a === 'float32' || b === 'float32')) return 'float32';
  return 'float64';
}

function widenIntegers(a: RegExpExecArray, b: RegExpExecArray): ScalarType {
  const bits = (m: RegExpExecArray): number => Number(m[2]);
  if (a[1] === b[1]) return `${a[1] as '' | 'u'}int${Math.max(bits(a), bits(b)) as 8}`;
  const unsigned = a[1] === 'u' ? bits(a) : bits(b);
  const signed = a[1] === 'u' ? bits(b) : bits(a);
  const needed = Math.max(signed, unsigned * 2);
  return needed <= 64 ? `int${needed as 8}` : 'float64';
}

async function* readStack(
  parts: readonly StackPart[],
  metas: readonly ColumnMeta[],
  columns: readonly StackColumn[],
  lead: { object: string; file: string },
  options: ReadOptions,
): AsyncGenerator<RecordBatch> {
  const wanted = (name: string): boolean => !options.columns || options.columns.includes(name);
  const joiners = new Map(metas.filter((m) => wanted(m.name)).map((m) => [m.name, new ChunkJoiner(m.type, options.chunkRows)]));
  const active = columns.filter((c) => joiners.has(c.meta.name));
  let held = 0;
  const flush = (rows: number): RecordBatch => {
    held -= rows;
    return { rows, chunks: new Map([...joiners].map(([name, j]) => [name, j.take(rows)])) };
  };
  for (const [i, part] of parts.entries()) {
    const needed = active.map((c) => c.from[i]).filter((n) => n !== undefined);
    // A part that has none of the wanted columns still says how many rows it has.
    const only = options.columns ? (needed.length > 0 ? needed : part.table.columns.slice(0, 1).map((c) => c.name)) : undefined;
    const object = part.table.objectId ?? part.fileName.replace(/(\.(fits?|fts|csv|tsv|txt|dat|arrow|feather|gz|fz|Z))+$/i, '');
    for await (const batch of part.table.read({ ...options, columns: only })) {
      let done = 0;
      while (done < batch.rows) {
        const n = Math.min(batch.rows - done, options.chunkRows - held);
        joiners.get(lead.object)?.addText(object, n);
        joiners.get(lead.file)?.addText(part.fileName, n);
        for (const c of active) {
          const from = c.from[i];
          const chunk: Chunk | undefined = from === undefined ? undefined : batch.chunks.get(from);
          const joiner = joiners.get(c.meta.name)!;
          if (chunk) joiner.add(chunk, done, n);
          else joiner.addNulls(n);
        }
        done += n;
        held += n;
        if (held === options.chunkRows) yield flush(held);
      }
    }
  }
  if (held > 0) yield flush(held);
}
