import type { ColumnMeta } from '../model/column';
import type { Predicate } from '../select/predicate';
import type { QualityMaterial } from './material';
import { type Finding, MAX_LISTED } from './report';
import type { Repeats } from './repeats';
import { listed, many, share, short } from './say';

function repeats(code: string, { count, rows }: Repeats, message: string, flag: string, severity: Finding['severity']): Finding[] {
  if (count === 0) return [];
  const list = [...rows.subarray(0, MAX_LISTED)].sort((a, b) => a - b);
  const predicate: Predicate = { kind: 'rows', rows: list };
  const action = { op: 'flags.mark', title: 'Flag the repeats', params: { flag, reason: message }, where: predicate };
  return [{ severity, code, message, rows: count, predicate, actions: [action], ...(list.length < count ? { isPartial: true } : {}) }];
}

function duplicates(material: QualityMaterial): Finding[] {
  const { exact, key, ledger } = material;
  const same = `${many(exact.count, 'row')} (${share(exact.count, ledger.kept)}) repeat an earlier row in every column`;
  const found = repeats('exact-duplicates', exact, same, 'duplicate', 'warning');
  if (!key || key.count === exact.count) return found;
  const keys = `${many(key.count, 'row')} (${share(key.count, ledger.kept)}) repeat the ${listed(key.columns)} of an earlier row${exact.count > 0 ? ', the exact duplicates among them' : ', with other values beside them'}`;
  // Without a time an identifier may well stand in several rows: the planets of a star.
  const isTimed = material.roles.time !== undefined;
  return [...found, ...repeats('key-duplicates', key, keys, 'duplicate_key', isTimed ? 'warning' : 'info')];
}

function stated({ stated: rules, ledger }: QualityMaterial): Finding[] {
  return rules
    .filter((r) => r.violations > 0)
    .map(({ rule, violation, violations }) => ({
      severity: 'error',
      code: 'rule-broken',
      message: `the rule ${rule} is broken in ${many(violations, 'row')} (${share(violations, ledger.kept)})`,
      rows: violations,
      predicate: { kind: 'expression', expression: violation },
      actions: [{ op: 'outliers.expression', title: 'Flag them', params: { expression: violation } }],
    }));
}

const kindOf = (unit: string): string => (/mag/i.test(unit) ? 'magnitude' : unit.trim().toLowerCase());

function units({ meta, roles }: QualityMaterial): Finding[] {
  const byName = (name: string | undefined): ColumnMeta | undefined => meta.columns.find((c) => c.name === name);
  const found: Finding[] = [];
  const [value, error] = [byName(roles.value), byName(roles.error)];
  const say = (severity: Finding['severity'], code: string, message: string, column: string): void =>
    void found.push({ severity, code, message, rows: 0, column });
  if (value?.unit && error?.unit && value.unit.trim() !== error.unit.trim())
    say(
      'warning',
      'units-differ',
      `${value.name} is in ${value.unit} but its error ${error.name} in ${error.unit}${kindOf(value.unit) === kindOf(error.unit) ? '' : ', another kind of quantity'}`,
      error.name,
    );
  const bare = (meta.image ? [] : (['time', 'value'] as const)).map((r) => byName(roles[r])).filter((c) => c !== undefined && !c.unit);
  for (const c of bare)
    say(
      'info',
      'no-unit',
      `${c!.name} has no unit: ${c!.role === 'time' ? 'days are assumed' : 'nothing says whether it is a magnitude or a flux'}`,
      c!.name,
    );
  const angles = [byName(roles.ra), byName(roles.dec)].filter((c) => c?.unit && !/^(deg|degrees?|°)$/i.test(c.unit));
  for (const c of angles)
    say('warning', 'unit-of-position', `${c!.name} is in ${c!.unit}, where degrees are expected: positions are not compared`, c!.name);
  return found;
}

/** Times of which some are Julian dates and others modified ones. */
function mixedTimes({ roles, profiles }: QualityMaterial): Finding[] {
  const p = roles.time === undefined ? undefined : profiles.get(roles.time);
  if (p?.kind !== 'numbers' || !(p.min < 2_000_000 && p.max > 2_400_000)) return [];
  const message = `${roles.time} goes from ${short(p.min, 8)} to ${short(p.max, 8)}: some rows hold Julian dates, others a count of days from another origin`;
  const x = { column: roles.time! };
  return [{ severity: 'error', code: 'mixed-times', message, rows: 0, column: roles.time, predicate: { kind: 'range', axis: x, high: 2_000_000 } }];
}

function bands({ bands: found }: QualityMaterial): Finding[] {
  if (!found) return [];
  const byPlain = new Map<string, string[]>();
  for (const { value } of found.counts) {
    const plain = value.trim().toLowerCase();
    // Case alone is a convention: Johnson R is not Sloan r.
    const key = value.trim() === value && !found.counts.some((o) => o.value !== value && o.value.trim() === value.trim()) ? value : plain;
    byPlain.set(key, [...(byPlain.get(key) ?? []), value]);
  }
  const alike = [...byPlain.values()].filter((v) => v.length > 1);
  return alike.map((values) => ({
    severity: 'warning',
    code: 'band-spelling',
    message: `${found.column} spells one band in ${values.length} ways: ${listed(values.map((v) => `“${v}”`))}`,
    rows: found.counts.filter((c) => values.slice(1).includes(c.value)).reduce((n, c) => n + c.count, 0),
    column: found.column,
    predicate: { kind: 'or', of: values.slice(1).map((value) => ({ kind: 'compare', column: found.column, op: '==', value })) },
  }));
}

function classes({ classes: found }: QualityMaterial): Finding[] {
  const counts = found?.counts.filter((c) => c.value !== '');
  if (!found || !counts || counts.length < 2 || counts.length > 50) return [];
  const [most, least] = [counts[0]!, counts.at(-1)!];
  if (most.count < 20 * least.count) return [];
  return [
    {
      severity: 'info',
      code: 'class-imbalance',
      message: `${found.column} is unbalanced: ${many(most.count, 'row')} of ${most.value}, ${many(least.count, 'row')} of ${least.value}`,
      rows: 0,
      column: found.column,
    },
  ];
}

/** Findings about the table as a whole: duplicates, the user's rules, consistency of units, times and bands, balance of the classes. */
export function tableFindings(material: QualityMaterial): readonly Finding[] {
  return [...stated(material), ...duplicates(material), ...mixedTimes(material), ...units(material), ...bands(material), ...classes(material)];
}
