import { basename } from 'node:path';
import type { ColumnMeta, ColumnType } from '../../../core/model/column';
import type { Alert, HeaderCard } from '../../../core/model/table';
import { AppError, Cancelled } from '../../../core/protocol/outcome';
import type { OpenedSource, ReadOptions, RecordBatch, SourceTable } from '../reader';
import { builderFor, type CellRules } from './builders';
import { byteBlocks } from './bytes';
import { TypeScan } from './infer';
import type { Block } from './scanner';

/** A column before its type is known; a declared type is checked against every cell. */
export interface TextColumn extends Omit<ColumnMeta, 'type'> {
  readonly type?: ColumnType | undefined;
}

export interface TextTablePlan {
  readonly path: string;
  readonly format: string;
  readonly columns: readonly TextColumn[];
  /** Splits the file's bytes into cells. Called once to find the types and once a read. `first` is true in the pass that may remark. */
  rows(
    source: AsyncIterable<Buffer>,
    pass: { first: boolean; notUtf8(): void; short(line: number): void; comment(text: string): void },
  ): AsyncGenerator<Block>;
  readonly rules: Omit<CellRules, 'isLatin1' | 'nullWords'>;
  /** Words that mean missing, a column. */
  readonly nullWords?: readonly (ReadonlySet<string> | undefined)[] | undefined;
  readonly header?: readonly HeaderCard[] | undefined;
  readonly alerts?: readonly Alert[] | undefined;
  readonly provenance?: string | undefined;
  readonly extra?: Partial<Pick<SourceTable, 'fileFlags' | 'timeOrigin' | 'timeSystem' | 'name'>> | undefined;
}

const MAX_COMMENTS = 10_000;

/** First pass: types, rows, comments, encoding. The table it returns reads the file again, batch by batch. */
export async function openTextTable(plan: TextTablePlan, signal: AbortSignal): Promise<OpenedSource> {
  const alerts: Alert[] = [...(plan.alerts ?? [])];
  const header: HeaderCard[] = [...(plan.header ?? [])];
  let isLatin1 = false;
  const short = { count: 0, line: 0 };
  let comments = 0;
  const rules = columnRules(plan, () => isLatin1);
  const scan = new TypeScan(
    plan.columns.length,
    plan.columns.map((c) => c.type),
    rules,
  );
  const pass = {
    first: true,
    notUtf8: () => void (isLatin1 = true),
    short: (line: number) => {
      if (short.count++ === 0) short.line = line;
    },
    comment: (text: string) => {
      if (comments++ < MAX_COMMENTS) header.push({ key: 'COMMENT', value: text });
    },
  };
  for await (const block of plan.rows(byteBlocks(plan.path, signal), pass)) {
    if (signal.aborted) throw new Cancelled();
    scan.add(block);
  }
  const columns: ColumnMeta[] = plan.columns.map((c, i) => ({ ...c, type: scan.type(i, c.name, alerts) }));
  if (isLatin1)
    alerts.push({
      severity: 'warning',
      message: 'the text is not UTF-8 and was read as Latin-1',
      hint: 'check accented letters; convert the file to UTF-8 if they are wrong',
    });
  if (short.count > 0)
    alerts.push({
      severity: 'warning',
      rows: short.count,
      message: `${short.count} rows have fewer cells than there are columns (first: line ${short.line}); the missing ones are empty`,
    });
  if (comments > MAX_COMMENTS) alerts.push({ severity: 'info', message: `only the first ${MAX_COMMENTS} of ${comments} comment lines are kept` });
  const table: SourceTable = {
    name:
      basename(plan.path)
        .replace(/\.gz$/i, '')
        .replace(/\.[^.]*$/, '') || basename(plan.path),
    rows: scan.rows,
    columns,
    header,
    fileFlags: [],
    alerts,
    projects: false,
    provenance: plan.provenance,
    ...plan.extra,
    read: (options) => readTextTable(plan, columns, scan.rows, rules, options),
  };
  return { format: plan.format, tables: [table], alerts: [], close: async () => undefined };
}

const NONE: ReadonlySet<string> = new Set();

function columnRules(plan: TextTablePlan, isLatin1: () => boolean): (column: number) => CellRules {
  const known = new Map<number, CellRules>();
  return (c) => {
    let rules = known.get(c);
    if (!rules || rules.isLatin1 !== isLatin1())
      known.set(c, (rules = { ...plan.rules, nullWords: plan.nullWords?.[c] ?? NONE, isLatin1: isLatin1() }));
    return rules;
  };
}

async function* readTextTable(
  plan: TextTablePlan,
  columns: readonly ColumnMeta[],
  expected: number,
  rules: (column: number) => CellRules,
  o: ReadOptions,
): AsyncGenerator<RecordBatch> {
  const wanted = columns.map((c, i) => [c, i] as const).filter(([c]) => !o.columns || o.columns.includes(c.name));
  const capacity = Math.min(o.chunkRows, Math.max(1, expected));
  const builders = wanted.map(([c, i]) => ({ name: c.name, index: i, builder: builderFor(c.type, capacity, rules(i)) }));
  const batch = (rows: number): RecordBatch => ({ rows, chunks: new Map(builders.map((b) => [b.name, b.builder.take()])) });
  const silent = { first: false, notUtf8: () => undefined, short: () => undefined, comment: () => undefined };
  let held = 0;
  let total = 0;
  for await (const block of plan.rows(byteBlocks(plan.path, o.signal), silent)) {
    if (o.signal.aborted) throw new Cancelled();
    total += block.rows;
    if (total > expected) break;
    for (let from = 0; from < block.rows;) {
      const to = Math.min(block.rows, from + o.chunkRows - held);
      for (const b of builders) b.builder.fill(block, b.index, from, to);
      held += to - from;
      from = to;
      if (held === o.chunkRows) {
        yield batch(held);
        held = 0;
      }
    }
  }
  if (total !== expected)
    throw new AppError({
      code: 'unreadable',
      message: `${basename(plan.path)} changed while it was read`,
      hint: 'open it again when nothing writes to it',
    });
  if (held > 0) yield batch(held);
}
