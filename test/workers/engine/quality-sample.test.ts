import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cell } from '../../../src/core/model/column';
import { readCell } from '../../../src/core/model/column';
import type { TableInfo } from '../../../src/core/protocol/engine-service';
import type { Finding, QualityReport } from '../../../src/core/quality/report';
import { makeSurvey } from '../../../src/core/sample/survey';
import type { SurveyTable } from '../../../src/core/sample/table-data';
import type { AnswerTo } from '../../../src/core/query/query';
import type { Predicate } from '../../../src/core/select/predicate';
import { context, ok, step, testEngine, type TestEngine } from './engine-helpers';

/** A column of a table of the survey, as plain cells. */
function cells({ meta, batches }: SurveyTable, name: string): Cell[] {
  const of = meta.columns.find((c) => c.name === name)!;
  return [...batches(1 << 20)].flatMap(({ rows, chunks }) => {
    const column = { meta: of, length: rows, chunkRows: rows, chunks: [chunks.get(name)!] };
    return Array.from({ length: rows }, (_, row) => readCell(column, row));
  });
}

const survey = makeSurvey();
const effectOf = new Map(cells(survey.planted, 'row').map((row, i) => [row as number, cells(survey.planted, 'effect')[i] as string]));
const rowsWith = (...effects: string[]): number[] => [...effectOf].filter(([, e]) => effects.includes(e)).map(([row]) => row);
const truth = {
  ids: cells(survey.truth, 'objid').map(String),
  gapStart: cells(survey.truth, 'gap_start') as number[],
  gapEnd: cells(survey.truth, 'gap_end') as number[],
  duplicateOf: cells(survey.truth, 'duplicate_of').map((v) => (v === undefined ? undefined : String(v))),
};

let folder: string;
let engine: TestEngine;
let table: TableInfo;
let report: QualityReport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skysift-test-'));
  engine = await testEngine(folder);
  table = ok(await engine.service.openSample({}, context())).find((t) => t.meta.name === 'sample_survey')!;
  report = ok(await engine.service.quality({ table: table.id }, context()));
}, 120_000);
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const finding = (code: string, column?: string): Finding => {
  const found = report.findings.find((f) => f.code === code && (column === undefined || f.column === column));
  expect(found, `${code} ${column ?? ''}`).toBeDefined();
  return found!;
};

/** The rows a finding selects, as the views would show them. */
async function rowsOf({ predicate }: Finding): Promise<number[]> {
  const page = { kind: 'rows', table: table.id, rows: { where: predicate }, columns: ['mag'], offset: 0, limit: 100_000 } as const;
  return [...(ok(await engine.service.query(page, context())) as AnswerTo<'rows'>).rows];
}

describe('the quality report of the sample survey', () => {
  test('finds every planted sentinel and no other', async () => {
    const planted = rowsWith('sentinel_high', 'sentinel_low').sort((a, b) => a - b);
    expect(planted.length).toBeGreaterThan(900);
    for (const column of ['mag', 'magerr']) {
      const { sentinels } = report.columns.find((c) => c.name === column)!;
      expect(sentinels.map((s) => s.value).sort()).toEqual([-99.99, 99.99]);
      expect(sentinels.find((s) => s.value === 99.99)!.count).toBe(rowsWith('sentinel_high').length);
      expect(sentinels.find((s) => s.value === -99.99)!.count).toBe(rowsWith('sentinel_low').length);
      const found = finding('sentinels', column);
      expect(found.rows).toBe(planted.length);
      expect(await rowsOf(found)).toEqual(planted);
    }
    for (const { name, sentinels } of report.columns) if (!name.startsWith('mag')) expect(sentinels, name).toEqual([]);
  });

  test('counts what is missing', async () => {
    expect(report.columns.find((c) => c.name === 'mag')!.missing).toBe(rowsWith('nan_mag').length);
    expect(report.columns.find((c) => c.name === 'magerr')!.missing).toBe(rowsWith('nan_mag', 'nan_magerr').length);
    expect(await rowsOf(finding('missing', 'magerr'))).toEqual(rowsWith('nan_mag', 'nan_magerr').sort((a, b) => a - b));
    expect(report.missingness.columns).toEqual(['mag', 'magerr']);
    expect(report.missingness.patterns).toEqual([
      { missing: [], rows: report.rows - rowsWith('nan_mag', 'nan_magerr').length },
      { missing: ['mag', 'magerr'], rows: rowsWith('nan_mag').length },
      { missing: ['magerr'], rows: rowsWith('nan_magerr').length },
    ]);
    for (const c of report.columns) expect(c.missingBlocks.reduce((a, b) => a + b)).toBe(c.missing);
  });

  test('finds all stars with two identifiers, and no other pair', () => {
    const pairs = new Set(truth.ids.flatMap((id, i) => (truth.duplicateOf[i] === undefined ? [] : [[id, truth.duplicateOf[i]].sort().join(' ')])));
    expect(pairs.size).toBe(15);
    expect(new Set(report.redundancy.map((r) => [...r.ids].sort().join(' ')))).toEqual(pairs);
    for (const { separation, interleaved, shared } of report.redundancy) {
      expect(separation).toBeGreaterThan(0.19);
      expect(separation).toBeLessThan(0.41);
      expect([interleaved, shared]).toEqual([true, 0]);
    }
    const found = finding('redundant-identifiers');
    expect(found.severity).toBe('warning');
    expect(new Set((found.predicate as Extract<Predicate, { kind: 'objects' }>).ids)).toEqual(
      new Set(truth.ids.filter((_, i) => truth.duplicateOf[i] !== undefined)),
    );
  });

  test('finds every planted gap, and no star without one', () => {
    const planted = new Map(truth.ids.flatMap((id, i) => (truth.gapStart[i]! > 0 ? [[id, [truth.gapStart[i]!, truth.gapEnd[i]!]] as const] : [])));
    expect(planted.size).toBeGreaterThan(20);
    const found = new Map(report.objects!.worst.filter((o) => o.gaps.length > 0).map((o) => [o.id, o.gaps]));
    expect([...found.keys()].sort()).toEqual([...planted.keys()].sort());
    for (const [id, gaps] of found) {
      const [from, to] = planted.get(id)!;
      expect(gaps, id).toHaveLength(1);
      expect(gaps[0]!.from).toBeLessThan(from);
      expect(gaps[0]!.to).toBeGreaterThanOrEqual(to);
    }
  });

  test('sees when no field was observed', () => {
    expect(report.surveyGaps.some(({ from, to }) => from < 58300 + 2 * 365.25 + 91 && to > 58300 + 2 * 365.25 + 117)).toBe(true);
  });

  test('reports no duplicate rows, for there are none', () => {
    expect(report.duplicates).toEqual({ exact: 0, key: 0, keyColumns: ['objid', 'mjd', 'band'] });
  });

  test('no clean row is in a finding about rows', async () => {
    const aboutStars = new Set(['redundant-identifiers', 'gaps']);
    let rows = 0;
    for (const f of report.findings) {
      if (f.rows === 0 || aboutStars.has(f.code)) continue;
      for (const row of await rowsOf(f)) {
        expect(effectOf.has(row), `${f.code}: row ${row}`).toBe(true);
        rows++;
      }
    }
    expect(rows).toBeGreaterThan(1000);
    // Flares, true values under bad bits and saturated stars are not faults that this report may name.
    const named = (await Promise.all(report.findings.filter((f) => f.rows > 0 && !aboutStars.has(f.code)).map(rowsOf))).flat();
    for (const row of named) expect(['sentinel_high', 'sentinel_low', 'nan_mag', 'nan_magerr', 'outlier']).toContain(effectOf.get(row));
  });

  test('the errors of the quiet stars agree with their scatter', () => {
    expect(report.findings.filter((f) => f.code === 'error-bars')).toEqual([]);
    expect(report.objects!.robustChi2![0]).toBeGreaterThan(0.8);
    expect(report.objects!.robustChi2![0]).toBeLessThan(1.5);
  });

  test('after its actions were taken, the findings are gone', async () => {
    for (const column of ['mag', 'magerr']) {
      const { op, params } = finding('sentinels', column).actions![0]!;
      ok(await engine.service.apply({ table: table.id, step: step(op, { ...params }) }, context()));
    }
    const { op, params, where } = finding('redundant-identifiers').actions![0]!;
    if (op === 'flags.mark') ok(await engine.service.apply({ table: table.id, step: step(op, { ...params }, { where }) }, context()));
    const after = ok(await engine.service.quality({ table: table.id }, context()));
    expect(after.findings.filter((f) => f.code === 'sentinels')).toEqual([]);
    expect(after.ledger.loaded).toBe(after.ledger.kept + after.ledger.flagged);
    if (op !== 'flags.mark') return;
    expect(after.redundancy).toEqual([]);
    expect(after.ledger.flagged).toBe(finding('redundant-identifiers').rows);
    expect(after.ledger.reasons).toEqual([{ flag: 'redundant', rows: after.ledger.flagged }]);
  }, 60_000);
});
