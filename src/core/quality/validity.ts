import { type ColumnMeta, isNumeric } from '../model/column';

/** What the values of a column must keep to; an open bound is itself not allowed. */
export interface ValidityRule {
  /** `0 <= ra < 360`. */
  readonly text: string;
  readonly low: number;
  readonly high: number;
  readonly isLowOpen: boolean;
  readonly isHighOpen: boolean;
}

const DEGREES = /^(deg|degrees?|°)$/i;
const MAGNITUDES = /^(ab|vega|st)?_?mag(nitudes?)?(\(ab\))?$/i;
const KELVIN = /^k(elvin)?$/i;
const ERROR_OF = [/^(?:e|err|sigma|sig)_(.+)$/i, /^(.+?)_?(?:err|error|sigma|unc|uncertainty)$/i] as const;

/** Whether a column holds standard errors: by role or UCD, else by its name and that of the column it is about, `e_Jmag` beside `Jmag`. */
export function isErrorColumn(meta: ColumnMeta, names: ReadonlySet<string>): boolean {
  if (!isNumeric(meta.type) || meta.type === 'bool') return false;
  if (meta.role) return meta.role === 'error';
  if (meta.ucd) return /^stat\.(error|stdev)/i.test(meta.ucd);
  return meta.type.startsWith('float') && ERROR_OF.some((pattern) => names.has(pattern.exec(meta.name)?.[1] ?? ''));
}

/**
 * The rule that unit, role and UCD imply for a column, if any (`names`: all columns of the table): positions on the sphere, errors above zero, magnitudes that something on the
 * sky could have, probabilities, temperatures. Bounds are in the column's own unit. Missing values keep to every rule.
 */
export function impliedRule(meta: ColumnMeta, names: ReadonlySet<string>): ValidityRule | undefined {
  const { name, unit = '', ucd = '', role } = meta;
  if (!isNumeric(meta.type) || meta.type === 'bool') return undefined;
  const between = (low: number, high: number, isHighOpen = false): ValidityRule => ({
    text: `${low} <= ${name} ${isHighOpen ? '<' : '<='} ${high}`,
    low,
    high,
    isLowOpen: false,
    isHighOpen,
  });
  const isAngle = unit === '' || DEGREES.test(unit);
  // The errors that steps weigh by must not be 0; elsewhere 0 may say "not determined".
  const isUsed = role === 'error';
  if (isErrorColumn(meta, names)) return { text: `${name} ${isUsed ? '>' : '>='} 0`, low: 0, high: Infinity, isLowOpen: isUsed, isHighOpen: false };
  if ((role === 'ra' || /^pos\.eq\.ra(;|$)/i.test(ucd)) && isAngle) return between(0, 360, true);
  if ((role === 'dec' || /^pos\.eq\.dec(;|$)/i.test(ucd)) && isAngle) return between(-90, 90);
  if (/^pos\.(galactic|ecliptic)\.lon(;|$)/i.test(ucd) && isAngle) return between(-180, 360, true);
  if (/^pos\.(galactic|ecliptic)\.lat(;|$)/i.test(ucd) && isAngle) return between(-90, 90);
  if (/^stat\.(probability|likelihood)(;|$)/i.test(ucd)) return between(0, 1);
  // The Sun is at -26.8; nothing fainter than 32 has been measured.
  if (MAGNITUDES.test(unit) && (role === 'value' || /^phot\.mag(;|$)/i.test(ucd))) return between(-30, 40);
  if (KELVIN.test(unit) && /^phys\.temperature/i.test(ucd))
    return { text: `${name} > 0`, low: 0, high: Infinity, isLowOpen: true, isHighOpen: false };
  return undefined;
}

/** Whether a number breaks the rule; NaN does not. */
export function breaksRule(v: number, { low, high, isLowOpen, isHighOpen }: ValidityRule): boolean {
  return v < low || v > high || (isLowOpen && v === low) || (isHighOpen && v === high);
}

/** A column name as an expression spells it. */
export function columnInExpression(name: string): string {
  return `col(${JSON.stringify(name)})`;
}

/** The condition that rows breaking the rule meet, as an expression. */
export function violationExpression(name: string, rule: ValidityRule): string {
  const x = columnInExpression(name);
  const parts: string[] = [];
  if (rule.low !== -Infinity) parts.push(`${x} ${rule.isLowOpen ? '<=' : '<'} ${rule.low}`);
  if (rule.high !== Infinity) parts.push(`${x} ${rule.isHighOpen ? '>=' : '>'} ${rule.high}`);
  return parts.join(' || ');
}
