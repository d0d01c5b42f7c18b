import type { ColumnMeta } from '../../../core/model/column';
import { parseType } from '../../../core/model/column';

/** A start width in pixels from the type and the name: enough for the digits the type can have, within reason. */
export function columnWidth(c: ColumnMeta): number {
  const { kind, element } = parseType(c.type);
  const digits =
    kind !== 'scalar' ? 26 : element === 'float64' ? 20 : element === 'float32' ? 11 : /64/.test(element) ? 20 : element === 'utf8' ? 16 : 8;
  const name = c.name.length + (c.unit ? c.unit.length + 2 : 0);
  return Math.min(260, Math.max(64, 18 + 7.8 * Math.max(digits, name + 2)));
}

/** True for columns whose cells line up at the right. */
export function isRightAligned(c: ColumnMeta): boolean {
  const { kind, element } = parseType(c.type);
  return kind === 'scalar' && element !== 'utf8' && element !== 'bool';
}
