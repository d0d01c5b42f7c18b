import type { Alert } from '../../../core/model/table';
import { Cancelled } from '../../../core/protocol/outcome';
import type { OpenedSource, SourceTable } from '../../readers/reader';
import { guessRoles } from '../../readers/roles';
import { one, positionals, print, type Command, type CommandContext } from '../command';
import { openInput, STREAM_ROWS } from '../input';
import { StatisticsCollector, type ColumnStatistics } from '../statistics';
import { printCount, printNumber, textTable } from '../text-table';

interface TableReport {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly Record<string, unknown>[];
  readonly alerts: readonly Alert[];
  readonly statistics?: readonly ColumnStatistics[] | undefined;
  readonly source: SourceTable;
}

/** `skysift info FILE [--stats] [--json]`. */
export const info: Command = {
  name: 'info',
  usage: 'FILE [--stats] [--json]',
  summary: 'What a file holds: its format, tables, rows and columns.',
  notes: 'nulls counts NaN and null alike; min, max and mean are over the finite values.',
  flags: () => [{ name: 'stats', kind: 'boolean', help: 'read all rows: missing values, minimum, maximum and mean of every column' }],
  async run(context) {
    const [file] = positionals(context, 'info', ['FILE']);
    const withStatistics = one(context.flags, 'stats') === 'true';
    const source = await openInput(file!, context.io);
    try {
      const tables: TableReport[] = [];
      for (const table of source.tables) tables.push(await describe(context, table, withStatistics));
      const document = {
        file: file!,
        format: source.format,
        tables: tables.map(({ name, rows, source: { image }, columns, alerts }) => ({ name, rows, image, columns, alerts })),
        images: imagesOf(source),
        alerts: source.alerts.length > 0 ? source.alerts : undefined,
      };
      await print(context, document, () => asText(file!, source, tables));
    } finally {
      await source.close();
    }
  },
};

const MOST_IMAGES = 1000;

/** Images that are not among the tables; undefined when there is none. */
function imagesOf({ images = [] }: OpenedSource): readonly { readonly name: string; readonly width: number; readonly height: number }[] | undefined {
  return images.length > 0 ? images.slice(0, MOST_IMAGES).map((t) => ({ name: t.name, ...t.image! })) : undefined;
}

async function describe(context: CommandContext, table: SourceTable, withStatistics: boolean): Promise<TableReport> {
  const columns = guessRoles([...table.columns]);
  let rows = table.rows;
  let statistics: readonly ColumnStatistics[] | undefined;
  const alerts = [...table.alerts];
  if (rows === undefined || withStatistics) {
    const collectors = columns.map((c) => new StatisticsCollector(c));
    const report = context.progress.stage(`reading ${table.name}`);
    const expected = table.rows ?? table.rowsEstimate ?? 0;
    rows = 0;
    for await (const batch of table.read({ chunkRows: STREAM_ROWS, signal: context.io.signal })) {
      if (context.io.signal.aborted) throw new Cancelled();
      rows += batch.rows;
      if (withStatistics) columns.forEach((c, i) => collectors[i]!.add(batch.chunks.get(c.name)!));
      report({ fraction: expected > 0 ? Math.min(1, rows / expected) : 0, note: `${printCount(rows)} rows` });
    }
    if (withStatistics) {
      statistics = collectors.map((c) => c.result());
      statistics.forEach((s, i) => {
        if (s.infinite === 0) return;
        const { name } = columns[i]!;
        alerts.push({ severity: 'info', message: `${s.infinite} infinite values are left out of min, max and mean`, column: name, rows: s.infinite });
      });
    }
  }
  return {
    name: table.name,
    rows,
    source: table,
    alerts,
    statistics,
    columns: columns.map((c, i) => ({
      name: c.name,
      type: c.type,
      unit: c.unit ?? null,
      ucd: c.ucd ?? null,
      description: c.description ?? null,
      role: c.role ?? null,
      shape: c.shape,
      ...(statistics && {
        nulls: statistics[i]!.nulls,
        min: statistics[i]!.min ?? null,
        max: statistics[i]!.max ?? null,
        mean: statistics[i]!.mean ?? null,
      }),
    })),
  };
}

function asText(file: string, source: OpenedSource, tables: readonly TableReport[]): string {
  const lines = [`${file}: ${source.format}, ${tables.length === 1 ? '1 table' : `${tables.length} tables`}`];
  for (const table of tables) {
    const { image } = table.source;
    const size = image ? ` (an image of ${image.width} × ${image.height} pixels)` : '';
    lines.push('', `${table.name}: ${printCount(table.rows)} rows, ${table.columns.length} columns${size}`);
    const header = ['column', 'type', 'unit', 'role', ...(table.statistics ? ['missing', 'min', 'max', 'mean'] : []), 'description'];
    const rows = table.columns.map((c, i) => {
      const s = table.statistics?.[i];
      const type = c['type'] as 'float64';
      const shown = (v: number | bigint | undefined): string => (typeof v === 'number' ? printNumber(v, type) : v === undefined ? '' : String(v));
      const mean = s?.mean === undefined ? '' : String(Number(s.mean.toPrecision(8)));
      const text = (key: string): string => (c[key] as string | null) ?? '';
      return [
        text('name'),
        text('type'),
        text('unit'),
        text('role'),
        ...(s ? [printCount(s.nulls), shown(s.min), shown(s.max), mean] : []),
        text('description') || text('ucd'),
      ];
    });
    lines.push(textTable([header, ...rows], table.statistics ? [false, false, false, false, true, true, true, true] : [], '  ', '  '));
    if (table.source.fileFlags.length > 0) lines.push(`  flags of the file: ${table.source.fileFlags.map((f) => f.name).join(', ')}`);
    if (table.source.provenance) lines.push('  exported by Skysift; the recipe is in the file');
    for (const alert of table.alerts) lines.push(`  ${alert.severity}: ${alert.column ? `${alert.column}: ` : ''}${alert.message}`);
  }
  const images = imagesOf(source) ?? [];
  if (images.length > 0) lines.push(`images: ${images.map((i) => `${i.name} (${i.width} × ${i.height})`).join(', ')}`);
  for (const alert of source.alerts) lines.push(`${alert.severity}: ${alert.message}${alert.hint ? ` (${alert.hint})` : ''}`);
  return lines.join('\n');
}
