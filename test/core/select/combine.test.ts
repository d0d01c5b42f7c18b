import { describe, expect, it } from 'vitest';
import { columnsOf, flagsOf, namesObjects } from '../../../src/core/select/columns-of';
import { type CombineMode, combinePredicates } from '../../../src/core/select/combine';
import type { Predicate } from '../../../src/core/select/predicate';

const a: Predicate = { kind: 'flag', name: 'a' };
const b: Predicate = { kind: 'flag', name: 'b' };
const c: Predicate = { kind: 'flag', name: 'c' };

describe('combinePredicates', () => {
  it.each<[CombineMode, Predicate | undefined]>([
    ['replace', c],
    ['add', { kind: 'or', of: [a, b, c] }],
    [
      'subtract',
      {
        kind: 'and',
        of: [
          { kind: 'or', of: [a, b] },
          { kind: 'not', of: c },
        ],
      },
    ],
    ['intersect', { kind: 'and', of: [{ kind: 'or', of: [a, b] }, c] }],
  ])('%s', (mode, expected) => {
    expect(combinePredicates({ kind: 'or', of: [a, b] }, c, mode)).toEqual(expected);
  });

  it.each<[CombineMode, Predicate | undefined]>([
    ['replace', c],
    ['add', c],
    ['subtract', undefined],
    ['intersect', undefined],
  ])('%s with nothing selected', (mode, expected) => {
    expect(combinePredicates(undefined, c, mode)).toEqual(expected);
  });

  it('takes a double negation apart', () => {
    expect(combinePredicates(a, { kind: 'not', of: b }, 'subtract')).toEqual({ kind: 'and', of: [a, b] });
  });
});

describe('columnsOf', () => {
  it('names each column once, whatever it is part of', () => {
    const p: Predicate = {
      kind: 'and',
      of: [
        { kind: 'range', axis: { phase: { column: 't', period: 1, epoch: 0 } } },
        { kind: 'not', of: { kind: 'polygon', x: { column: 't' }, y: { expression: 'mag - col("odd name")' }, points: [] } },
        { kind: 'or', of: [{ kind: 'compare', column: 'id', op: '==', value: 1 }, { kind: 'expression', expression: 'err < 1' }, a] },
        { kind: 'objects', ids: ['x'] },
      ],
    };
    expect(columnsOf(p)).toEqual(['t', 'mag', 'odd name', 'id', 'err']);
    expect(flagsOf(p)).toEqual(['a']);
    expect(namesObjects(p)).toBe(true);
    expect(namesObjects(a)).toBe(false);
  });
});
