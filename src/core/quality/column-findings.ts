import type { ColumnMeta } from '../model/column';
import type { Predicate } from '../select/predicate';
import type { CellProfile } from './cell-profile';
import type { QualityMaterial } from './material';
import type { NumberProfile } from './number-profile';
import type { Finding, FindingAction } from './report';
import { apart, listed, many, printed, share, short } from './say';
import { columnInExpression, violationExpression } from './validity';

/** Empty stretch before isolated values of a column without a role, in distances between the fences (10 robust standard deviations). */
const WIDE = 3;

const flagThem = (flag: string, reason: string, where: Predicate): FindingAction => ({
  op: 'flags.mark',
  title: 'Flag them',
  params: { flag, reason },
  where,
});

function sentinels(meta: ColumnMeta, p: NumberProfile): Finding[] {
  const found = p.sentinels.filter((s) => s.count > 0);
  if (found.length === 0) return [];
  const rows = found.reduce((n, s) => n + s.count, 0);
  const of: Predicate[] = found.map((s) => ({ kind: 'compare', column: meta.name, op: '==', value: s.stored }));
  const predicate: Predicate = of.length === 1 ? of[0]! : { kind: 'or', of };
  const values = found.map((s) => s.value);
  const said = found.map((s) => `${s.value} in ${many(s.count, 'row')}`);
  const replace: FindingAction = { op: 'missing.sentinels', title: 'Make them missing', params: { values, columns: [meta.name] } };
  const isWide = meta.type === 'int64' || meta.type === 'uint64';
  return [
    {
      severity: 'warning',
      code: 'sentinels',
      message: `${meta.name} holds ${listed(said)}: ${found.length === 1 ? 'it stands' : 'they stand'} apart from all other values, as a sign for “no value” does`,
      rows,
      column: meta.name,
      predicate,
      actions: isWide ? [flagThem('sentinel', `no value in ${meta.name}`, predicate)] : [replace],
    },
  ];
}

function missing(meta: ColumnMeta, p: NumberProfile | CellProfile, kept: number): Finding[] {
  if (p.missing === 0) return [];
  const isAll = p.missing === kept;
  const needed = meta.role === 'time' || meta.role === 'value' || meta.role === 'object' || meta.role === 'ra' || meta.role === 'dec';
  const predicate: Predicate =
    p.kind === 'numbers' ? { kind: 'expression', expression: `isnan(${columnInExpression(meta.name)})` } : { kind: 'rows', rows: p.rows };
  const require: FindingAction = { op: 'missing.require', title: 'Flag rows without it', params: { roles: [], columns: [meta.name] } };
  return [
    {
      severity: needed && !isAll && meta.role !== 'value' ? 'warning' : 'info',
      code: isAll ? 'empty-column' : 'missing',
      message: isAll ? `${meta.name} has no value in any row` : `${meta.name} has no value in ${many(p.missing, 'row')} (${share(p.missing, kept)})`,
      rows: p.missing,
      column: meta.name,
      ...(isAll ? {} : { predicate, actions: [require] }),
      ...(p.kind === 'cells' && p.rows.length < p.missing ? { isPartial: true } : {}),
    },
  ];
}

function infinite(meta: ColumnMeta, p: NumberProfile): Finding[] {
  if (p.infinite === 0) return [];
  const x = columnInExpression(meta.name);
  const predicate: Predicate = { kind: 'expression', expression: `!isfinite(${x}) && !isnan(${x})` };
  const message = `${meta.name} is infinite in ${many(p.infinite, 'row')}`;
  const actions = [flagThem('infinite', `${meta.name} is infinite`, predicate)];
  return [{ severity: 'warning', code: 'infinite', message, rows: p.infinite, column: meta.name, predicate, actions }];
}

function validity(meta: ColumnMeta, p: NumberProfile, material: QualityMaterial): Finding[] {
  const rule = material.rules.get(meta.name);
  if (!rule || p.violations === 0) return [];
  const broken = violationExpression(meta.name, rule);
  const apart = p.sentinels.filter((s) => s.count > 0).map((s) => ` && ${columnInExpression(meta.name)} != ${s.stored}`);
  const expression = apart.length > 0 ? `(${broken})${apart.join('')}` : broken;
  const predicate: Predicate = { kind: 'expression', expression };
  return [
    {
      severity: 'error',
      code: 'invalid-values',
      message: `${meta.name} breaks ${rule.text} in ${many(p.violations, 'row')} (${share(p.violations, material.ledger.kept)}); values go from ${short(p.min)} to ${short(p.max)}`,
      rows: p.violations,
      column: meta.name,
      predicate,
      actions: [{ op: 'outliers.expression', title: 'Flag them', params: { expression } }, flagThem('invalid', `not ${rule.text}`, predicate)],
    },
  ];
}

function gross(meta: ColumnMeta, p: NumberProfile, material: QualityMaterial): Finding[] {
  return (
    p.gross
      // A column that nobody uses may have a long tail: fluxes, depths.
      .filter((g) => (meta.role !== undefined || g.width > WIDE) && (!material.rules.has(meta.name) || p.violations < g.count))
      .map((g): Finding => {
        const bound = g.side === 'low' ? { high: g.beyond } : { low: g.beyond };
        const predicate: Predicate = { kind: 'range', axis: { column: meta.name }, ...bound };
        // Sentinels lie out there as well; they have a finding of their own.
        const spared: Predicate[] = p.sentinels.map((s) => ({ kind: 'compare', column: meta.name, op: '!=', value: s.stored }));
        const where: Predicate = spared.length > 0 ? { kind: 'and', of: [predicate, ...spared] } : predicate;
        const kept = g.side === 'low' ? { low: g.beyond } : { high: g.beyond };
        const [bounded, median] = apart(g.beyond, p.quartiles![1]);
        const perhaps = meta.role === 'value' ? ': faults, deep eclipses or flares' : '';
        return {
          severity: meta.role === undefined || meta.role === 'value' ? 'info' : 'warning',
          code: 'isolated-values',
          message: `${meta.name} is ${g.side === 'low' ? 'below' : 'above'} ${bounded} in ${many(g.count, 'row')}, far from all other values (median ${median})${perhaps}`,
          rows: g.count,
          column: meta.name,
          predicate: where,
          actions: [{ op: 'outliers.range', title: 'Flag them', params: kept, bind: { value: meta.name } }],
        };
      })
  );
}

function constant(meta: ColumnMeta, p: NumberProfile | CellProfile, kept: number): Finding[] {
  if (!isConstant(p, kept) || p.missing === kept) return [];
  const what = p.kind === 'numbers' ? ` (${short(p.min, 8)})` : '';
  return [{ severity: 'info', code: 'constant-column', message: `${meta.name} has the same value in every row${what}`, rows: 0, column: meta.name }];
}

/** Whether every kept row has one and the same value. */
export function isConstant(p: NumberProfile | CellProfile, kept: number): boolean {
  if (kept < 2) return false;
  if (p.kind === 'numbers') return p.count === kept && p.min === p.max;
  return p.missing === 0 && p.distinct === 1;
}

function alike({ alike: pairs }: QualityMaterial): Finding[] {
  const dependent = pairs.filter((p) => p.how === 'linear');
  const equal = pairs
    .filter((p) => p.how === 'equal')
    .map(({ first, second }): Finding => {
      return { severity: 'info', code: 'equal-columns', message: `${second} repeats ${first} in every row`, rows: 0, column: second };
    });
  const one = ({ first, second }: { first: string; second: string }): string => `${second} of ${first}`;
  if (dependent.length === 0) return equal;
  const message =
    dependent.length === 1
      ? `${dependent[0]!.second} is a linear function of ${dependent[0]!.first}`
      : `${many(dependent.length, 'column')} are linear functions of others: ${listed(dependent.map(one), 6)}`;
  return [...equal, { severity: 'info', code: 'dependent-columns', message, rows: 0 }];
}

/** Columns beyond so many that nothing needs and that miss values share one finding. */
const MANY = 3;

/** Joins what is said alike of many columns without a role. */
function grouped(findings: readonly Finding[], material: QualityMaterial): Finding[] {
  const roles = new Set(material.meta.columns.filter((c) => c.role !== undefined).map((c) => c.name));
  const isMinor = (f: Finding, code: string): boolean => f.code === code && !roles.has(f.column!);
  let rest = [...findings];
  for (const code of ['missing', 'empty-column', 'constant-column', 'isolated-values']) {
    const minor = rest.filter((f) => isMinor(f, code));
    if (minor.length <= MANY) continue;
    const names = minor.map((f) => f.column!);
    rest = rest.filter((f) => !isMinor(f, code));
    if (code === 'missing') rest.push(missingTogether(minor, names, material.ledger.kept));
    else if (code === 'isolated-values') rest.push(isolatedTogether(minor));
    else rest.push(allAlike(`${code}s`, code === 'empty-column' ? 'have no value in any row' : 'have the same value in every row', names));
  }
  return rest;
}

function allAlike(code: string, what: string, names: readonly string[]): Finding {
  return { severity: 'info', code, message: `${many(names.length, 'column')} ${what}: ${listed(names, 6)}`, rows: 0 };
}

function isolatedTogether(minor: readonly Finding[]): Finding {
  const names = [...new Set(minor.map((f) => f.column!))];
  const most = Math.max(...minor.map((f) => f.rows));
  const predicate: Predicate = { kind: 'or', of: minor.map((f) => f.predicate!) };
  const message = `${many(names.length, 'column')} hold values far from all their others, in up to ${many(most, 'row')} each: ${listed(names, 6)}`;
  return { severity: 'info', code: 'isolated-values', message, rows: most, predicate };
}

function missingTogether(minor: readonly Finding[], names: readonly string[], kept: number): Finding {
  const counts = minor.map((f) => f.rows).sort((a, b) => a - b);
  const [least, most] = [counts[0]!, counts.at(-1)!];
  const range = least === most ? many(most, 'row') : `${printed(least)} to ${many(most, 'row')}`;
  const of = minor.map((f) => f.predicate!).filter((p) => p.kind === 'expression');
  return {
    severity: 'info',
    code: 'missing-columns',
    message: `${many(names.length, 'column')} have no value in ${range} each (at most ${share(most, kept)}): ${listed(names, 6)}`,
    // How many rows miss at least one of them is told by the patterns.
    rows: most,
    ...(of.length > 0 ? { predicate: { kind: 'or', of } } : {}),
    actions: [{ op: 'missing.require', title: 'Flag rows without them', params: { roles: [], columns: names } }],
  };
}

/** Findings about single columns, in table order, and about columns that say the same. */
export function columnFindings(material: QualityMaterial): readonly Finding[] {
  const { kept } = material.ledger;
  const found = material.meta.columns.flatMap((meta) => {
    const p = material.profiles.get(meta.name);
    if (!p) return [];
    const both = [...missing(meta, p, kept), ...constant(meta, p, kept)];
    if (p.kind === 'cells') return both;
    return [...sentinels(meta, p), ...infinite(meta, p), ...validity(meta, p, material), ...gross(meta, p, material), ...both];
  });
  return [...grouped(found, material), ...alike(material)];
}
