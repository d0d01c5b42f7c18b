import { isNumeric } from '../../../core/model/column';
import type { TableInfo } from '../../../core/protocol/engine-service';
import type { Axis } from '../../../core/select/predicate';

/** A colour against a magnitude (not an amplitude or an extinction) when the table has two; else sky positions; else value against time; else the first two numbers. */
export function proposeAxes(table: TableInfo): { x: Axis; y: Axis } | undefined {
  const numbers = table.meta.columns.filter((c) => isNumeric(c.type) && c.type !== 'bool');
  const magnitudes = numbers.filter((c) => /^mag/i.test(c.unit ?? '') && c.role !== 'error' && !/err|sig|amp|^a_?[ugrizv]$/i.test(c.name));
  const [m1, m2] = magnitudes;
  const called = (part: string): string | undefined => magnitudes.find((c) => new RegExp(`(^|_)${part}(_|mag|$)`, 'i').test(c.name))?.name;
  const [bp, rp] = [called('bp'), called('rp')];
  const { ra, dec, time, value } = table.roles;
  // A name the expression language reads as several words is left to the user to quote.
  const plain = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name);
  // Gaia lists G first: its colour is that of the two others.
  if (bp && rp && !time && plain(bp) && plain(rp)) return { x: { expression: `${bp} - ${rp}` }, y: { column: m1?.name ?? bp } };
  if (m1 && m2 && !time && plain(m1.name) && plain(m2.name)) return { x: { expression: `${m1.name} - ${m2.name}` }, y: { column: m1.name } };
  if (ra && dec && !time) return { x: { column: ra }, y: { column: dec } };
  if (time && value) return { x: { column: time }, y: { column: value } };
  if (ra && dec) return { x: { column: ra }, y: { column: dec } };
  const [a, b] = numbers.filter((c) => c.role !== 'object');
  return a && b ? { x: { column: a.name }, y: { column: b.name } } : undefined;
}
