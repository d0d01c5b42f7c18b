import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/protocol/outcome';
import { columnsOfExpression, evaluateExpression, parseExpression } from '../../../src/core/select/expression';
import { expectClose, golden, numbers } from '../../golden/load';

type Numbers = readonly (number | null)[];
const G = golden<{ expressions: { x: Numbers; y: Numbers; cases: readonly { text: string; values: Numbers }[] } }>('operations.json').expressions;
const columns: Record<string, Float64Array> = {
  x: numbers(G.x),
  y: numbers(G.y),
  'odd name': Float64Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]),
  e: new Float64Array(9),
};
const texts: Record<string, readonly (string | undefined)[]> = { band: ['g', 'r', undefined, 'g', 'i', 'r', 'g', 'r', 'i'] };
const source = {
  length: 9,
  column: (name: string) => {
    const c = columns[name];
    if (!c) throw new AppError({ code: 'not-found', message: `no column ${name}` });
    return c;
  },
  text: (name: string) => texts[name]!,
};
const evaluate = (text: string): number[] => [...evaluateExpression(parseExpression(text), source)];

function failure(text: string): AppError['fields'] {
  try {
    parseExpression(text);
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return (error as AppError).fields;
  }
  throw new Error(`parsed: ${text}`);
}

describe('expressions', () => {
  for (const { text, values } of G.cases)
    it(`equals numpy: ${text}`, () => {
      evaluate(text).forEach((v, i) => expectClose(v, values[i], 1e-14, `${text} row ${i}`));
    });

  it('compares text columns', () => {
    expect(evaluate('band == "g"')).toEqual([1, 0, 0, 1, 0, 0, 1, 0, 0]);
    expect(evaluate(`'g' != band`)).toEqual([0, 1, 0, 0, 1, 1, 0, 1, 1]);
    expect(evaluate('col("band") == "g" && x > 0')).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 0]);
  });

  it('treats missing values as neither true nor false', () => {
    const last = (text: string): number => evaluate(text)[8]!;
    for (const op of ['<', '<=', '>', '>=', '==', '!=']) expect(last(`x ${op} 1`), op).toBe(0);
    expect([last('!x'), last('x || 0'), last('x && 1'), last('x ? 1 : 2')]).toEqual([0, 0, 0, 2]);
  });

  it('takes and and or for && and ||, and leaves names that begin so alone', () => {
    expect(parseExpression('x > 1 and y < 2 or x == y').root).toEqual(parseExpression('x > 1 && y < 2 || x == y').root);
    expect(columnsOfExpression(parseExpression('andromeda and order or orbit'))).toEqual(['andromeda', 'order', 'orbit']);
  });

  it('reads constants and columns of odd or taken names', () => {
    expect(evaluate('pi + e')[0]).toBe(Math.PI + Math.E);
    expect(evaluate('col("e") + col("odd name")')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(columnsOfExpression(parseExpression('a + col("b c") * a - sqrt(d) + (band == "g") + pi'))).toEqual(['a', 'b c', 'd', 'band']);
  });

  it('binds powers as Python does', () => {
    expect(evaluate('-2 ** 2')[0]).toBe(-4);
    expect(evaluate('(-2) ** 2')[0]).toBe(4);
    expect(evaluate('2 ** 3 ** 2')[0]).toBe(512);
    expect(evaluate('-2 ** 3 ** 2')[0]).toBe(-512);
    expect(evaluate('2 ** -1')[0]).toBe(0.5);
    expect(evaluate('- -2 ** 2')[0]).toBe(4);
    expect(evaluate('-2 ** 2 * 3')[0]).toBe(-12);
  });

  it('evaluates a million rows in blocks', () => {
    const x = Float64Array.from({ length: 2 ** 20 + 17 }, (_, i) => i);
    const out = evaluateExpression(parseExpression('2*x + 1 > 100 && x < 1e6'), { length: x.length, column: () => x, text: () => [] });
    expect(out.reduce((n, v) => n + v, 0)).toBe(1e6 - 50);
  });

  it('refuses what is not on the list, with the place and a hint', () => {
    expect(failure('mag + foo(3)')).toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('at character 7: unknown function foo'),
    });
    expect(failure('mag + foo(3)').hint).toContain('sqrt');
    expect(failure('constructor(1)').message).toContain('unknown function constructor');
    expect(failure('toString(1)').message).toContain('unknown function toString');
    expect(failure('a.b').hint).toContain('col(');
    expect(failure('x[0]').code).toBe('invalid-argument');
    expect(failure('this').code).toBe('invalid-argument');
    expect(failure('x = 3').hint).toContain('==');
    expect(failure('not a').hint).toContain('!');
    expect(failure('a & b').hint).toContain('&&');
    expect(failure('1 < x < 3').message).toContain('in a row');
    expect(failure('(1 + ').message).toMatch(/at character \d+/);
    expect(failure('sqrt(1, 2)').message).toContain('must be 1');
    expect(failure('min(1)').message).toContain('at least 2');
    expect(failure('x + "g"').code).toBe('invalid-argument');
    expect(failure('x < "g"').code).toBe('invalid-argument');
    expect(failure('  ').message).toContain('empty');
    expect(failure('x ?? 1').code).toBe('invalid-argument');
    expect(failure('[1, 2]').code).toBe('invalid-argument');
    expect(failure('x; y').code).toBe('invalid-argument');
  });

  it('names an unknown column', () => {
    expect(() => evaluate('nowhere + 1')).toThrow('no column nowhere');
  });
});
