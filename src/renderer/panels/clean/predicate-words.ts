import type { Axis, Predicate } from '../../../core/select/predicate';
import { counted, honest } from '../../components/format';

export function axisWords(axis: Axis): string {
  if ('column' in axis) return axis.column;
  return 'expression' in axis ? axis.expression : `phase of ${axis.phase.column}`;
}

/** A predicate in a few words, for a card or a form: `lasso in mag against mjd`, `15 ≤ mag ≤ 17`. */
export function predicateWords(p: Predicate): string {
  switch (p.kind) {
    case 'range': {
      const low = p.low === undefined ? '' : `${honest(p.low, 5)} ≤ `;
      const high = p.high === undefined ? '' : ` ≤ ${honest(p.high, 5)}`;
      return `${low}${axisWords(p.axis)}${high}`;
    }
    case 'polygon':
      return `lasso in ${axisWords(p.y)} against ${axisWords(p.x)}`;
    case 'compare':
      return `${p.column} ${p.op} ${String(p.value)}`;
    case 'expression':
      return p.expression;
    case 'objects':
      return `${p.ids.length === 1 ? `object ${p.ids[0]!}` : counted(p.ids.length, 'object')}${p.band === undefined ? '' : `, ${p.band}`}`;
    case 'objects-where':
      return `objects: ${predicateWords(p.of)}`;
    case 'flag':
      return `flag ${p.name}`;
    case 'rows':
      return `${counted(p.rows.length, 'row')} by hand`;
    case 'not':
      return `not (${predicateWords(p.of)})`;
    case 'and':
    case 'or':
      if (p.kind === 'and' && p.of.length === 2 && p.of.every((q) => q.kind === 'range')) return p.of.map(predicateWords).join(', ');
      return p.of.length > 3 ? `${p.of.length} selections` : p.of.map(predicateWords).join(` ${p.kind} `);
  }
}

/** True when a predicate means something on another table: it names no rows by hand. */
export function isPortable(p: Predicate): boolean {
  if (p.kind === 'rows') return false;
  if (p.kind === 'not' || p.kind === 'objects-where') return isPortable(p.of);
  return p.kind === 'and' || p.kind === 'or' ? p.of.every(isPortable) : true;
}
