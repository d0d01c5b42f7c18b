import type { ColumnMeta } from '../../../core/model/column';
import type { CellProfile } from '../../../core/quality/cell-profile';
import { labelColumn } from '../../../core/quality/class-counts';
import type { QualityMaterial } from '../../../core/quality/material';
import { MAX_PATTERN_COLUMNS } from '../../../core/quality/missing-patterns';
import type { NumberOptions, NumberProfile } from '../../../core/quality/number-profile';
import { impliedRule, type ValidityRule } from '../../../core/quality/validity';
import type { ObjectIndexData } from '../../../core/query/object-index';
import { rangesOf } from '../queries/split';
import alikeTask from '../tasks/quality-alike';
import classesTask from '../tasks/quality-classes';
import columnTask from '../tasks/quality-column';
import patternsTask from '../tasks/quality-patterns';
import surveyGapsTask from '../tasks/quality-survey-gaps';
import { inLanes, type QualityJob } from './quality-job';

/** Columns whose pairs are compared at most. */
export const MAX_COMPARED = 400;

type Profiles = ReadonlyMap<string, NumberProfile | CellProfile>;

function optionsFor(meta: ColumnMeta, rule: ValidityRule | undefined): NumberOptions {
  const { role, type } = meta;
  const isPlain = role === 'object' || role === 'band' || role === 'quality' || type === 'bool';
  return { rule, isPlain, isSpread: role === 'time' || role === 'ra' || role === 'dec' };
}

/** Each column by itself: one task a column, so that as many are in memory as there are threads. */
export async function profileColumns(
  job: QualityJob,
  columns: readonly ColumnMeta[],
  share: number,
): Promise<Pick<QualityMaterial, 'profiles' | 'rules'>> {
  const names = new Set(columns.map((c) => c.name));
  const rules = new Map<string, ValidityRule>();
  for (const c of columns) {
    const rule = impliedRule(c, names);
    if (rule) rules.set(c.name, rule);
  }
  const found = await job.stage(share, `${columns.length} columns`, (say) => {
    const fractions = columns.map(() => 0);
    return inLanes(columns, job.executor.size, async (meta, i) => {
      const args = { table: await job.load([meta.name]), column: meta.name, options: optionsFor(meta, rules.get(meta.name)) };
      return job.run(columnTask, args, (f) => {
        fractions[i] = f;
        say(fractions.reduce((a, b) => a + b, 0) / fractions.length);
      });
    });
  });
  return { rules, profiles: new Map(columns.map((c, i) => [c.name, found[i]!])) };
}

/** Which columns are missing together. */
async function patterns(
  job: QualityJob,
  columns: readonly ColumnMeta[],
  profiles: Profiles,
): Promise<Pick<QualityMaterial, 'patternColumns' | 'patterns'>> {
  const missing = (c: ColumnMeta): number => profiles.get(c.name)!.missing;
  const most = columns.filter((c) => missing(c) > 0).sort((a, b) => missing(b) - missing(a));
  const chosen = new Set(most.slice(0, MAX_PATTERN_COLUMNS));
  const patternColumns = columns.filter((c) => chosen.has(c)).map((c) => c.name);
  if (patternColumns.length === 0) return { patternColumns, patterns: [] };
  const all = [...patternColumns, ...most.slice(MAX_PATTERN_COLUMNS).map((c) => c.name)];
  const args = { table: await job.load(all), columns: all };
  const parts = await job.map(
    patternsTask,
    rangesOf(job.table.rows, job.executor.size).map((r) => ({ ...args, ...r })),
  );
  return { patternColumns, patterns: parts.flat() };
}

async function countsOf(job: QualityJob, column: string | undefined, index?: ObjectIndexData): Promise<QualityMaterial['classes']> {
  if (column === undefined) return undefined;
  const counts = await job.run(classesTask, { table: await job.load([column], index), column });
  return counts && { column, counts };
}

/** Labels that were given to objects by hand, where no column says what they are. */
function handLabels({ labels }: QualityJob['table']): QualityMaterial['classes'] {
  if (labels.size === 0) return undefined;
  const counts = new Map<string, number>();
  for (const label of labels.values()) counts.set(String(label), (counts.get(String(label)) ?? 0) + 1);
  return { column: 'label', counts: [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count) };
}

async function gapsOfSurvey(job: QualityJob, time: string | undefined, profiles: Profiles): Promise<QualityMaterial['surveyGaps']> {
  const p = time === undefined ? undefined : profiles.get(time);
  if (time === undefined || p?.kind !== 'numbers' || p.count === 0) return [];
  return job.run(surveyGapsTask, { table: await job.load([time]), time, low: p.min, high: p.max });
}

/** Columns beside each other: joint gaps, repetition, classes, bands, and the times of the whole. */
export function compareColumns(
  job: QualityJob,
  columns: readonly ColumnMeta[],
  profiles: Profiles,
  index: ObjectIndexData | undefined,
  share: number,
): Promise<Pick<QualityMaterial, 'patternColumns' | 'patterns' | 'alike' | 'classes' | 'bands' | 'surveyGaps'>> {
  const roles = job.table.roleColumns();
  return job.stage(share, 'columns beside each other', async () => {
    const names = columns.slice(0, MAX_COMPARED).map((c) => c.name);
    const alike = await job.run(alikeTask, { table: await job.load(names) });
    const [joint, classes, bands, surveyGaps] = await Promise.all([
      patterns(job, columns, profiles),
      countsOf(job, labelColumn(columns)?.name),
      countsOf(job, roles.band, index),
      gapsOfSurvey(job, roles.time, profiles),
    ]);
    return { ...joint, alike, classes: classes ?? handLabels(job.table), bands, surveyGaps };
  });
}
