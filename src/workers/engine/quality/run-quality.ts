import { operations } from '../../../core/operations/registry';
import { AppError } from '../../../core/protocol/outcome';
import type { CallContext } from '../../../core/protocol/rpc';
import { composeReport } from '../../../core/quality/compose';
import { MAX_PATTERN_COLUMNS } from '../../../core/quality/missing-patterns';
import type { StatedRule } from '../../../core/quality/material';
import type { QualityReport } from '../../../core/quality/report';
import { columnInExpression } from '../../../core/quality/validity';
import { columnsOfExpression, parseExpression } from '../../../core/select/expression';
import { isNumeric } from '../../../core/model/column';
import type { EngineCore } from '../engine';
import { rangesOf } from '../queries/split';
import type { OpenTable } from '../table/open-table';
import countTask from '../tasks/count';
import { compareColumns, MAX_COMPARED, profileColumns } from './column-stage';
import { findDuplicates } from './duplicate-stage';
import { lookAtObjects } from './object-stage';
import { QualityJob } from './quality-job';

export interface QualityRequest {
  /** What must hold of every row, as expressions. */
  readonly rules?: readonly string[] | undefined;
  /** Arcsec within which two identifiers are one place. */
  readonly radius?: number | undefined;
}

/** What two catalogues of the same survey call one position. */
const RADIUS = 1;

/** A rule's violation: false where a number that the rule is about is missing. */
function violationOf(table: OpenTable, rule: string): string {
  const names = columnsOfExpression(parseExpression(rule));
  const numbers = names.filter((n) => table.meta.columns.some((c) => c.name === n && isNumeric(c.type)));
  return [`!(${rule})`, ...numbers.map((n) => `!isnan(${columnInExpression(n)})`)].join(' && ');
}

async function holdAgainst(job: QualityJob, rules: readonly string[], share: number): Promise<readonly StatedRule[]> {
  const violations = rules.map((rule) => violationOf(job.table, rule));
  return job.stage(share, 'your rules', async () => {
    const found: StatedRule[] = [];
    for (const [i, expression] of violations.entries()) {
      const table = await job.load(columnsOfExpression(parseExpression(expression)));
      const query = { kind: 'count', table: '', rows: { flagged: 'hide' }, selection: { kind: 'expression', expression } } as const;
      const ranges = rangesOf(job.table.rows, job.executor.size);
      const parts = await job.map(
        countTask,
        ranges.map((r) => ({ table, query, ...r })),
      );
      found.push({ rule: rules[i]!, violation: expression, violations: parts.reduce((n, p) => n + p.rows, 0) });
    }
    return found;
  });
}

function ledgerOf(table: OpenTable): QualityReport['ledger'] {
  const { flags, flagged } = table.info();
  const reasons = flags.filter((f) => f.author.kind === 'step').map((f) => ({ flag: f.name, rows: f.count ?? 0 }));
  return { loaded: table.rows, kept: table.rows - flagged, flagged, reasons };
}

/** A finding keeps the best of its actions whose operation there is. */
function offered(report: QualityReport): QualityReport {
  const findings = report.findings.map((f) => {
    const action = f.actions?.find((a) => operations.has(a.op));
    const { actions: _, ...rest } = f;
    return action ? { ...rest, actions: [action] } : rest;
  });
  return { ...report, findings };
}

/** The quality report of a table as it is now, computed over the pool in stages that report how far they are and can be cancelled. */
export async function runQuality(core: EngineCore, table: OpenTable, request: QualityRequest, context: CallContext): Promise<QualityReport> {
  const started = performance.now();
  const radius = request.radius ?? RADIUS;
  if (!(radius > 0 && radius <= 3600)) {
    const message = `invalid radius: ${radius} (must be > 0 and at most 3600 arcsec)`;
    throw new AppError({ code: 'invalid-argument', message, hint: 'one arcsecond finds split stars' });
  }
  const job = new QualityJob(table, core.executor, core.cache, context);
  const { version, meta } = table;
  const remarks: string[] = [];
  const index = await job.stage(0.02, 'objects', () => core.objectIndex(table));
  const { profiles, rules } = await profileColumns(job, meta.columns, 0.4);
  const duplicates = await findDuplicates(job, meta.columns, 0.24);
  const compared = await compareColumns(job, meta.columns, profiles, index, 0.08);
  const lacking = [...profiles.values()].filter((p) => p.missing > 0).length;
  if (meta.columns.length > MAX_COMPARED) remarks.push(`only the first ${MAX_COMPARED} columns were compared with each other`);
  if (lacking > MAX_PATTERN_COLUMNS)
    remarks.push(`of ${lacking} columns with missing values the ${MAX_PATTERN_COLUMNS} with most are in the patterns`);
  const objects = await lookAtObjects(job, index, profiles, { radius, remarks }, 0.24);
  const stated = await holdAgainst(job, request.rules ?? [], 0.02);
  const report = composeReport({
    ...{ meta, table: meta.name, version, source: table.source, roles: table.roleColumns(), ledger: ledgerOf(table), radius },
    ...{ profiles, rules, stated, objects, remarks, ...duplicates, ...compared },
    seconds: (performance.now() - started) / 1000,
  });
  return offered(report);
}
