import { readCell, type Cell, type ColumnMeta } from '../../../core/model/column';
import { list, one, positionals, print, remark, type Command } from '../command';
import { checkColumns, chooseTable, openInput } from '../input';
import { printCell, textTable } from '../text-table';
import { UsageError } from '../usage-error';
import type { SourceTable } from '../../readers/reader';

/** `skysift head FILE [-n 10] [--columns a,b] [--table NAME] [--json]`. */
export const head: Command = {
  name: 'head',
  usage: 'FILE [-n 10] [--columns a,b] [--table NAME] [--json]',
  summary: 'The first rows of a table.',
  flags: () => [
    { name: 'rows', short: 'n', kind: 'number', metavar: 'N', help: 'how many rows; default 10' },
    { name: 'columns', kind: 'string', metavar: 'A,B', many: true, help: 'only these columns, in this order' },
    { name: 'table', kind: 'string', metavar: 'NAME', help: 'which table of the file; default the first' },
  ],
  async run(context) {
    const [file] = positionals(context, 'head', ['FILE']);
    const wanted = Number(one(context.flags, 'rows') ?? 10);
    if (!Number.isInteger(wanted) || wanted < 0) throw new UsageError(`invalid -n: ${wanted} (must be a whole number, 0 or more)`);
    const source = await openInput(file!, context.io);
    try {
      const table = chooseTable(source, file!, one(context.flags, 'table'));
      const names = checkColumns(table, list(context.flags, 'columns'));
      const columns = names.map((name) => table.columns.find((c) => c.name === name)!);
      const rows = await firstRows(table, columns, wanted, context.io.signal);
      const json = {
        file: file!,
        table: table.name,
        columns: names,
        rows: rows.map((row) => Object.fromEntries(row.map((cell, i) => [names[i]!, cell ?? null]))),
      };
      const numeric = columns.map((c) => c.type !== 'utf8');
      await print(context, json, () => {
        const body = rows.map((row) => row.map((cell, i) => printCell(cell, columns[i]!.type)));
        const units = columns.some((c) => c.unit) ? [columns.map((c) => c.unit ?? '')] : [];
        return textTable([[...names], ...units, ...body], numeric);
      });
      if (source.tables.length > 1 && one(context.flags, 'table') === undefined) {
        const others = source.tables.map((t) => t.name).filter((n) => n !== table.name);
        remark(context, [{ severity: 'info', message: `this is the table ${table.name}; the file also holds ${others.join(', ')}` }]);
      }
    } finally {
      await source.close();
    }
  },
};

async function firstRows(
  table: SourceTable,
  columns: readonly ColumnMeta[],
  wanted: number,
  signal: AbortSignal,
): Promise<readonly (readonly Cell[])[]> {
  const out: Cell[][] = [];
  if (wanted === 0) return out;
  const chunkRows = Math.min(wanted, 65_536);
  for await (const batch of table.read({ chunkRows, columns: columns.map((c) => c.name), signal })) {
    const held = columns.map((meta) => ({ meta, length: batch.rows, chunkRows: Math.max(1, batch.rows), chunks: [batch.chunks.get(meta.name)!] }));
    for (let row = 0; row < batch.rows && out.length < wanted; row++) out.push(held.map((column) => readCell(column, row)));
    if (out.length >= wanted) break;
  }
  return out;
}
