import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { parseFlags, type FlagSpec } from '../../../src/workers/cli/flags';
import { toJson } from '../../../src/workers/cli/json';
import { ROLE_FLAG, rolesOf } from '../../../src/workers/cli/run-flags';
import { coerce, flagsOf, kebab } from '../../../src/workers/cli/schema-flags';
import { printCell, printNumber, textTable } from '../../../src/workers/cli/text-table';
import { nearNames } from '../../../src/workers/cli/usage-error';

const SPECS: readonly FlagSpec[] = [
  { name: 'rows', short: 'n', kind: 'number', help: '' },
  { name: 'columns', kind: 'string', many: true, help: '' },
  { name: 'json', kind: 'boolean', help: '' },
  { name: 'flagged', kind: 'string', choices: ['keep', 'drop'], help: '' },
  ROLE_FLAG,
];
const parse = (...argv: string[]): Record<string, readonly string[]> & { _: readonly string[] } => {
  const { positionals, values } = parseFlags(argv, SPECS);
  return { ...Object.fromEntries(values), _: positionals };
};

describe('words of the command line', () => {
  it('takes values after a space or an equals sign, negative numbers too', () => {
    expect(parse('a.fits', '-n', '5', '--json')).toEqual({ _: ['a.fits'], rows: ['5'], json: ['true'] });
    expect(parse('--rows=-3', '-4')).toEqual({ _: ['-4'], rows: ['-3'] });
    expect(parse('--rows', '-3')).toEqual({ _: [], rows: ['-3'] });
    expect(parse('--json', 'false', 'FILE')).toEqual({ _: ['FILE'], json: ['false'] });
    expect(parse('--json', 'FILE')).toEqual({ _: ['FILE'], json: ['true'] });
    expect(parse('--no-json', '--', '--odd name')).toEqual({ _: ['--odd name'], json: ['false'] });
  });

  it('refuses what it does not know, and says what is near', () => {
    expect(() => parse('--row', '3')).toThrow('unknown option: --row');
    expect(() => parse('--rows', 'many')).toThrow('invalid --rows: many (must be a number)');
    expect(() => parse('--rows')).toThrow('--rows needs a value');
    expect(() => parse('--rows', '1', '--rows', '2')).toThrow('given twice');
    expect(() => parse('--flagged', 'burn')).toThrow('must be keep, drop');
    expect(nearNames('outliers.sigma-clpi', ['outliers.sigma-clip', 'flags.mark'])).toEqual(['outliers.sigma-clip']);
    expect(nearNames('zzzzzz', ['outliers.sigma-clip', 'flags.mark'])).toEqual([]);
  });

  it('reads roles in one word, several, or with commas, and keeps commas in names', () => {
    const roles = (...argv: string[]): unknown => rolesOf(parseFlags(argv, SPECS));
    expect(roles('--role', 'time=T', 'value=F', '--json')).toEqual({ time: 'T', value: 'F' });
    expect(roles('--role', 'time=T,value=a,b')).toEqual({ time: 'T', value: 'a,b' });
    expect(roles('--role', 'time=T', '--role', 'value=F')).toEqual({ time: 'T', value: 'F' });
    expect(() => roles('--role', 'tim=T')).toThrow('unknown role: tim');
    expect(() => roles('--role', 'time')).toThrow('must be ROLE=COLUMN');
  });

  it('makes flags of a schema and values of words', () => {
    const params = Type.Object({
      sigmaLower: Type.Number({ title: 'Lower', description: 'lower bound', default: 3, unit: 'σ' }),
      maxIterations: Type.Integer({ default: 5 }),
      center: Type.Union([Type.Literal('median'), Type.Literal('mean')], { default: 'median' }),
      grow: Type.Boolean({ default: false }),
      values: Type.Array(Type.Number(), { default: [] }),
      scope: Type.String({ default: '' }),
      limit: Type.Union([Type.Number(), Type.Null()], { default: null }),
    });
    const flags = flagsOf(params, new Set(['scope']));
    expect(flags.map((f) => f.flag.name)).toEqual(['sigma-lower', 'max-iterations', 'center', 'grow', 'values', 'param-scope', 'limit']);
    expect(flags[0]!.flag.help).toBe('lower bound [σ]; default 3');
    expect(flags[2]!.flag.metavar).toBe('median|mean');
    const p = params.properties;
    expect(coerce('sigma-lower', ['2.5'], p.sigmaLower)).toBe(2.5);
    expect(() => coerce('sigma-lower', ['wide'], p.sigmaLower)).toThrow('invalid --sigma-lower: wide (must be a number)');
    expect(() => coerce('max-iterations', ['2.5'], p.maxIterations)).toThrow('must be a whole number');
    expect(coerce('center', ['mean'], p.center)).toBe('mean');
    expect(() => coerce('center', ['mode'], p.center)).toThrow('must be median, mean');
    expect(coerce('grow', ['true'], p.grow)).toBe(true);
    expect(coerce('values', ['1,-99.99', '3'], p.values)).toEqual([1, -99.99, 3]);
    expect(coerce('values', ['[1, 2]'], p.values)).toEqual([1, 2]);
    expect(coerce('limit', ['none'], p.limit)).toBe(null);
    expect(coerce('limit', ['4'], p.limit)).toBe(4);
    expect(kebab('minimumFrequency')).toBe('minimum-frequency');
  });

  it('writes JSON with NaN as null and every digit of a 64-bit integer', () => {
    const text = toJson({ a: NaN, b: [1, Infinity, 'x'], id: 1237650000000000001n, gone: undefined, deep: [{ k: 'ü"' }], none: null });
    expect(text).toContain('1237650000000000001');
    expect(JSON.parse(text.replace('1237650000000000001', '1'))).toEqual({ a: null, b: [1, null, 'x'], id: 1, deep: [{ k: 'ü"' }], none: null });
  });

  it('prints float32 with the digits it has, and lines up columns', () => {
    expect(printNumber(Math.fround(11.1), 'float32')).toBe('11.1');
    expect(printNumber(Math.fround(16777217.5), 'float32')).toBe(String(Math.fround(16777217.5)));
    expect(printNumber(0.1 + 0.2, 'float64')).toBe('0.30000000000000004');
    expect(printCell([1, 2, 3, 4, 5], 'fixed_list<float64>[5]')).toBe('[1, 2, 3, 4, … 5]');
    expect(printCell(undefined, 'float64')).toBe('');
    expect(
      textTable(
        [
          ['a', 'bb'],
          ['1', '22'],
          ['long', '3'],
        ],
        [false, true],
      ),
    ).toBe('a     bb\n1     22\nlong   3');
  });
});
