import { describe, expect, it } from 'vitest';
import type { Predicate } from '../../../src/core/select/predicate';
import { combineSelection } from '../../../src/renderer/client/combine-selection';

const a: Predicate = { kind: 'range', axis: { column: 'x' }, low: 0, high: 1 };
const b: Predicate = { kind: 'flag', name: 'bad' };
const c: Predicate = { kind: 'rows', rows: [1] };

describe('combineSelection', () => {
  it('replaces', () => expect(combineSelection(a, b, 'replace')).toBe(b));
  it('adds, and keeps one flat list', () => {
    const two = combineSelection(a, b, 'add');
    expect(two).toEqual({ kind: 'or', of: [a, b] });
    expect(combineSelection(two, c, 'add')).toEqual({ kind: 'or', of: [a, b, c] });
  });
  it('intersects', () => expect(combineSelection(a, b, 'intersect')).toEqual({ kind: 'and', of: [a, b] }));
  it('subtracts', () => expect(combineSelection(a, b, 'subtract')).toEqual({ kind: 'and', of: [a, { kind: 'not', of: b }] }));
  it('starts with the clause, except when it is taken from nothing', () => {
    expect(combineSelection(undefined, a, 'add')).toBe(a);
    expect(combineSelection(undefined, a, 'intersect')).toBe(a);
    expect(combineSelection(undefined, a, 'subtract')).toBeUndefined();
  });
});
