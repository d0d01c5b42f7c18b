import type { TableInfo } from '../../../src/core/protocol/engine-service';
import { type ColumnQuality, type Finding, HISTOGRAM_BINS, type QualityReport, ROW_BLOCKS } from '../../../src/core/quality/report';

const bell = Array.from({ length: HISTOGRAM_BINS }, (_, i) => Math.round(900 * Math.exp(-((i - 13) ** 2) / 40)));

function columnOf({ name, type, unit, role }: TableInfo['meta']['columns'][number], k: number): ColumnQuality {
  const missingBlocks = Array.from({ length: ROW_BLOCKS }, (_, b) => (role === 'value' && b % 9 < 2 ? 4 + (b % 5) : 0));
  return {
    ...{ name, type, unit, role, missingBlocks, nulls: 0, infinite: 0, isConstant: false, outliers: 3 * k, rules: [] },
    missing: missingBlocks.reduce((a, b) => a + b, 0),
    sentinels: role === 'value' ? [{ value: 99.99, count: 41 }] : [],
    ...(type === 'utf8' ? { distinct: 3 } : { min: 12.1, max: 21.4, mean: 17.2, std: 1.3, quartiles: [16, 17.1, 18.4] as const }),
    ...(type === 'utf8' ? {} : { histogram: { low: 12, high: 22, counts: bell, below: 0, above: k } }),
  };
}

/** A report with a finding of each severity about a table of the fake engine. */
export function fakeQuality(table: TableInfo): QualityReport {
  const value = table.roles.value ?? table.meta.columns[0]!.name;
  const { rows } = table.meta;
  const columns = table.meta.columns.map(columnOf);
  const where = { kind: 'compare', column: value, op: '==', value: 99.99 } as const;
  const findings: Finding[] = [
    {
      ...{ severity: 'error', code: 'invalid-values', message: `${value} breaks 0 <= ${value} in 2 rows`, rows: 2, column: value },
      predicate: { kind: 'range', axis: { column: value }, high: 0 },
    },
    {
      ...{ severity: 'warning', code: 'sentinels', message: `${value} holds 99.99 in 41 rows`, rows: 41, column: value, predicate: where },
      actions: [{ op: 'missing.sentinels', title: 'Make them missing', params: { values: [99.99], columns: [value] } }],
    },
    { severity: 'info', code: 'no-unit', message: `${value} has no unit`, rows: 0, column: value },
  ];
  return {
    ...{ table: table.meta.name, version: table.version, rows, source: table.source, columns, findings, remarks: [], seconds: 0.2 },
    ledger: { loaded: rows, kept: rows - table.flagged, flagged: table.flagged, reasons: [] },
    completeness: { cells: rows * columns.length, missing: 41, completeRows: rows - 41 },
    duplicates: { exact: 0, key: 0, keyColumns: [] },
    missingness: {
      columns: [value],
      patterns: [
        { missing: [], rows: rows - 41 },
        { missing: [value], rows: 41 },
      ],
    },
    redundancy: [{ ids: ['1013184', '1013185'], separation: 0.31, rows: 120, interleaved: true, shared: 0 }],
    surveyGaps: [],
  };
}
