import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../../core/protocol/outcome';
import { qualityHtml } from '../../../core/quality/html';
import type { QualityReport } from '../../../core/quality/report';
import { one, positionals, print, remark, type Command } from '../command';
import { areSmall, distinct, EngineSession } from '../engine-session';
import { ROLE_FLAG, rolesOf, TABLE_FLAG } from '../run-flags';
import { printCount, textTable } from '../text-table';
import { UsageError } from '../usage-error';

const NOTES = `A rule is an expression that must hold of every row, like "mag > 10 && mag < 25"; a row in which a number of it is missing does not break it. The
numbers are about the rows that no step flagged. Outliers lie beyond 5 robust standard deviations: of their object and band in the value column, of the column
in others. Exit status 0 says that the report was made, whatever it found.`;

/** `skysift quality FILE [--json] [--html OUT] [--rule EXPR …]`. */
export const quality: Command = {
  name: 'quality',
  usage: 'FILE… [--html OUT] [--rule EXPR …] [--radius ARCSEC] [--role time=TIME…] [--table NAME] [--json]',
  summary: 'The quality report: missing values, sentinels, duplicates, ranges, gaps, errors, redundancy.',
  notes: NOTES.replaceAll('\n', ' '),
  flags: () => [
    { name: 'html', kind: 'string', metavar: 'OUT', help: 'write the report as a page that prints' },
    { name: 'rule', kind: 'string', metavar: 'EXPR', many: true, help: 'what must hold of every row' },
    { name: 'radius', kind: 'number', metavar: 'ARCSEC', help: 'identifiers within this are one place; default 1' },
    ROLE_FLAG,
    TABLE_FLAG,
  ],
  async run(context) {
    const inputs = positionals(context, 'quality', ['FILE…']);
    const html = one(context.flags, 'html');
    if (html !== undefined && !/\.html?$/i.test(html)) throw new UsageError(`invalid --html: ${html} (must end in .html)`, 'name the page to write');
    const rules = context.flags.values.get('rule') ?? [];
    const radius = one(context.flags, 'radius');
    const isLight = await areSmall(inputs, context.io.cwd);
    await EngineSession.use(
      context,
      async (session) => {
        const table = await session.open(inputs, { table: one(context.flags, 'table'), roles: rolesOf(context.flags) });
        const request = { table: table.id, rules, ...(radius === undefined ? {} : { radius: Number(radius) }) };
        const report = session.take(await session.service.quality(request, session.context('quality')), `the quality of ${inputs.join(', ')}`);
        if (html !== undefined) await writePage(resolve(context.io.cwd, html), html, report);
        const alerts = distinct(session.alerts);
        await print(context, { file: inputs.length === 1 ? inputs[0] : inputs, ...plain(report), out: html, alerts }, () => asText(report, html));
        remark(context, alerts);
      },
      isLight,
    );
  },
};

async function writePage(path: string, name: string, report: QualityReport): Promise<void> {
  try {
    await writeFile(path, qualityHtml(report, { program: 'Skysift', at: new Date().toISOString() }));
  } catch (error) {
    throw AppError.from(error, `writing ${name}`);
  }
}

/** Without what only the window uses: lists of rows belong to a table that is gone when the command ends. */
function plain(report: QualityReport): object {
  const findings = report.findings.map(({ predicate, isPartial: _, actions, ...f }) => {
    const action = actions?.[0];
    const isCondition = predicate !== undefined && predicate.kind !== 'rows' && predicate.kind !== 'objects';
    return { ...f, where: isCondition ? predicate : undefined, action: action && { op: action.op, params: action.params } };
  });
  return { ...report, findings };
}

function asText(report: QualityReport, html: string | undefined): string {
  const { ledger, duplicates, findings, columns, redundancy, remarks } = report;
  const key = duplicates.keyColumns.length > 0 ? `, ${printCount(duplicates.key)} repeat ${duplicates.keyColumns.join(' + ')}` : '';
  const lines = [
    `${report.table}: ${printCount(ledger.loaded)} rows = ${printCount(ledger.kept)} kept + ${printCount(ledger.flagged)} flagged`,
    `${printCount(duplicates.exact)} exact duplicates${key}`,
    '',
    ...findings.map((f) => `${f.severity.padEnd(8)} ${f.message}`),
    ...(findings.length === 0 ? ['nothing was found'] : []),
    '',
  ];
  const number = (x: number | undefined): string => (x === undefined ? '' : String(Number(x.toPrecision(6))));
  const rows = columns.map((c) => {
    const sentinels = c.sentinels.map((s) => `${s.value} × ${printCount(s.count)}`).join(', ');
    return [c.name, c.type, printCount(c.missing), number(c.min), number(c.quartiles?.[1]), number(c.max), printCount(c.outliers), sentinels];
  });
  const head = ['column', 'type', 'missing', 'min', 'median', 'max', 'outliers', 'sentinels'];
  lines.push(textTable([head, ...rows], [false, false, true, true, true, true, true]));
  if (redundancy.length > 0) {
    const pairs = redundancy.slice(0, 20).map((r) => [r.ids.join(' = '), `${r.separation.toFixed(2)}″`, r.interleaved ? 'interleaved' : '']);
    lines.push('', 'identifiers at one place', textTable(pairs, [false, true], '  ', '  '));
    if (redundancy.length > 20) lines.push(`  and ${redundancy.length - 20} more (--json lists all)`);
  }
  lines.push('', ...remarks, `${report.seconds.toFixed(1)} s${html === undefined ? '' : `; page: ${html}`}`);
  return lines.join('\n');
}
