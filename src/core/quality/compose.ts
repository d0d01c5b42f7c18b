import { timeUnit } from '../model/time-unit';
import { columnFindings, isConstant } from './column-findings';
import type { ObjectMaterial, QualityMaterial } from './material';
import { MAX_PATTERN_COLUMNS } from './missing-patterns';
import { objectFindings } from './object-findings';
import type { ColumnQuality, Finding, ObjectQuality, QualityReport, Severity } from './report';
import { tableFindings } from './table-findings';

const MAX_PATTERNS = 20;
const MAX_WORST = 200;
const MAX_RANKED = 50_000;
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

const real = (v: number): number | undefined => (v - v === 0 ? v : undefined);

function columnsOf(material: QualityMaterial): ColumnQuality[] {
  const { meta, profiles, roles, rules, objects, alike, ledger } = material;
  return meta.columns.flatMap((c): ColumnQuality[] => {
    const p = profiles.get(c.name);
    if (!p) return [];
    const pair = alike.find((a) => a.second === c.name);
    const base = {
      name: c.name,
      type: c.type,
      unit: c.unit,
      role: c.role,
      missing: p.missing,
      nulls: p.nulls,
      isConstant: isConstant(p, ledger.kept),
      sameAs: pair && { column: pair.first, how: pair.how },
      missingBlocks: [...p.missingBlocks],
    };
    if (p.kind === 'cells') return [{ ...base, infinite: 0, sentinels: [], outliers: 0, distinct: p.distinct, rules: [] }];
    const isOfObjects = objects !== undefined && c.name === roles.value;
    const rule = rules.get(c.name);
    return [
      {
        ...base,
        infinite: p.infinite,
        sentinels: p.sentinels.filter((s) => s.count > 0).map(({ value, count }) => ({ value, count })),
        outliers: isOfObjects ? objects.profiles.outliers.reduce((a, b) => a + b, 0) : p.outliers,
        outliersOf: isOfObjects ? 'object' : 'column',
        ...(p.count > 0 ? { min: p.min, max: p.max, mean: p.mean, std: p.std } : {}),
        quartiles: p.quartiles,
        histogram: p.histogram,
        rules: rule ? [{ rule: rule.text, violations: p.violations }] : [],
      },
    ];
  });
}

function namesOf(word: number, patternColumns: readonly string[]): readonly string[] {
  const names = patternColumns.filter((_, bit) => ((word >>> bit) & 1) === 1);
  return word >>> MAX_PATTERN_COLUMNS === 1 ? [...names, 'other columns'] : names;
}

function patternsOf({ patternColumns, patterns }: QualityMaterial): QualityReport['missingness'] {
  const counts = new Map<number, number>();
  for (const [word, rows] of patterns) counts.set(word, (counts.get(word) ?? 0) + rows);
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MAX_PATTERNS);
  return {
    columns: patternColumns,
    patterns: sorted.map(([word, rows]) => ({ missing: namesOf(word, patternColumns), rows })),
  };
}

function completeRows({ patternColumns, patterns, ledger }: QualityMaterial): number {
  if (patternColumns.length === 0) return ledger.kept;
  return patterns.reduce((n, [word, rows]) => (word === 0 ? n + rows : n), 0);
}

/** Lower quartile, median and upper quartile of the finite ones. */
function quartilesOf(values: Float64Array | Uint32Array): readonly [number, number, number] | undefined {
  const sorted = values.filter((v) => v - v === 0).sort();
  if (sorted.length === 0) return undefined;
  const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))]!;
  return [at(0.25), at(0.5), at(0.75)];
}

function objectOf({ profiles: p, gaps, id, firstEpoch, lastEpoch }: ObjectMaterial, o: number): ObjectQuality {
  return {
    id: id(o),
    rows: p.rows[o]!,
    cadence: real(p.cadence[o]!),
    span: real(lastEpoch[o]! - firstEpoch[o]!),
    longestGap: real(p.longestGap[o]!),
    unordered: p.unordered[o]!,
    repeated: p.repeated[o]!,
    chi2: real(p.chi2[o]!),
    robustChi2: real(p.robustChi2[o]!),
    scatter: real(p.scatter[o]!),
    gaps: gaps.filter((g) => g.object === o).map(({ from, to, missed }) => ({ from, to, missed })),
  };
}

/** How much there is to say about an object: what orders the list of objects. */
function weight({ profiles: p }: ObjectMaterial, o: number, gaps: ReadonlySet<number>, radius: number): number {
  const odd = (gaps.has(o) ? 8 : 0) + (p.scatter[o]! > radius ? 4 : 0) + (p.repeated[o]! > 0 ? 2 : 0) + (p.unordered[o]! > 0 ? 1 : 0);
  const far = Math.abs(Math.log10(p.robustChi2[o]!));
  return odd + (far - far === 0 ? Math.min(0.9, far / 10) : 0);
}

function objectsOf(material: QualityMaterial, unit: string | undefined): QualityReport['objects'] {
  const { objects, radius } = material;
  if (!objects) return undefined;
  const { count, profiles } = objects;
  const gaps = new Set(objects.gaps.map((g) => g.object));
  const order: { o: number; w: number }[] = [];
  // Among very many objects only those with something odd about them are ranked.
  for (let o = 0; o < count && order.length < MAX_RANKED; o++) {
    const w = weight(objects, o, gaps, radius);
    if (w >= 1 || count <= MAX_RANKED) order.push({ o, w });
  }
  order.sort((a, b) => b.w - a.w || a.o - b.o);
  return {
    count,
    cadence: quartilesOf(profiles.cadence)?.[1],
    rowsPerObject: quartilesOf(profiles.rows) ?? [0, 0, 0],
    chi2: quartilesOf(profiles.chi2),
    robustChi2: quartilesOf(profiles.robustChi2),
    timeUnit: unit,
    worst: order.slice(0, MAX_WORST).map(({ o }) => objectOf(objects, o)),
  };
}

const bySeverity = (a: Finding, b: Finding): number => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);

/** Puts what was found together: numbers, then findings, the gravest first. */
export function composeReport(material: QualityMaterial): QualityReport {
  const { meta, ledger, objects, exact, key, profiles } = material;
  const unit = timeUnit(meta.columns.find((c) => c.name === material.roles.time)?.unit);
  const missing = [...profiles.values()].reduce((n, p) => n + p.missing, 0);
  const missingness = patternsOf(material);
  const findings = [...tableFindings(material), ...objectFindings(material, unit), ...columnFindings(material)].sort(bySeverity);
  return {
    table: material.table,
    version: material.version,
    rows: meta.rows,
    source: material.source,
    ledger,
    completeness: { cells: ledger.kept * profiles.size, missing, completeRows: completeRows(material) },
    duplicates: { exact: exact.count, key: key?.count ?? 0, keyColumns: key?.columns ?? [] },
    columns: columnsOf(material),
    missingness,
    objects: objectsOf(material, unit),
    surveyGaps: material.surveyGaps,
    classes: material.classes,
    bands: material.bands,
    redundancy: (objects?.groups ?? []).map((g) => ({
      ids: g.objects.map((o) => objects!.id(o)),
      separation: g.separation,
      rows: g.objects.reduce((n, o) => n + objects!.profiles.rows[o]!, 0),
      interleaved: g.interleaved,
      shared: g.shared,
    })),
    findings,
    remarks: material.remarks,
    seconds: material.seconds,
  };
}
