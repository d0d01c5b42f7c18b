import { one, list, print, remark, type Command } from '../command';
import { areSmall, distinct, EngineSession, formatOf } from '../engine-session';
import { TABLE_FLAG } from '../run-flags';
import { printCount } from '../text-table';
import { UsageError } from '../usage-error';

/** `skysift convert IN OUT [--columns a,b] [--table NAME]`. */
export const convert: Command = {
  name: 'convert',
  usage: 'IN… OUT [--columns a,b] [--table NAME] [--json]',
  summary: 'Another format, by the extension of OUT; a folder or many INs become one table with an object column.',
  notes: 'What was written is read back and compared before OUT gets its name.',
  flags: () => [
    { name: 'columns', kind: 'string', metavar: 'A,B', many: true, help: 'only these columns' },
    { ...TABLE_FLAG, help: 'which table of the file (of each file); default the first' },
  ],
  async run(context) {
    const inputs = context.flags.positionals.slice(0, -1);
    const out = context.flags.positionals.at(-1);
    if (out === undefined || inputs.length === 0) throw new UsageError('convert needs IN and OUT', 'see skysift convert --help');
    formatOf(out);
    const started = performance.now();
    const work = async (session: EngineSession): Promise<void> => {
      const table = await session.open(inputs, { table: one(context.flags, 'table') });
      const written = await session.export(table.id, out, 'keep', list(context.flags, 'columns'));
      const seconds = Number(((performance.now() - started) / 1000).toFixed(3));
      const alerts = distinct(session.alerts);
      remark(context, alerts);
      const { rows, columns, bytes, checkedCells } = written;
      await print(context, { rows, columns, bytes, checkedCells, alerts, seconds, out }, () => {
        return `${out}: ${printCount(rows)} rows, ${columns} columns, ${printCount(bytes)} bytes, ${seconds} s; ${printCount(checkedCells)} cells read back and equal`;
      });
    };
    await EngineSession.use(context, work, await areSmall(inputs, context.io.cwd));
  },
};
