import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/protocol/outcome';
import { buildObjectIndex } from '../../../src/core/query/object-index';
import { viewOf } from '../../../src/core/query/table-view';
import { evaluateAxis, evaluateAxisAt } from '../../../src/core/select/axis';
import { evaluatePredicate, evaluatePredicateAt } from '../../../src/core/select/mask';
import { plainPolygonTest } from '../../../src/core/select/polygon';
import type { CompareOp, Predicate } from '../../../src/core/select/predicate';
import { makeTable, maskOfRows, seeded, type Value } from '../query/tables';

const ROWS = 1003;
const random = seeded(7);
const some = <T>(make: () => T): (T | undefined)[] => Array.from({ length: ROWS }, () => (random() < 0.1 ? undefined : make()));
const BIG = 2n ** 60n;
const values = {
  x: some(() => (random() < 0.05 ? NaN : random() * 4 - 2)),
  y: some(() => random() * 4 - 2),
  n: some(() => Math.floor(random() * 6) - 3),
  id: some(() => BIG + BigInt(Math.floor(random() * 4))),
  name: some(() => ['RR Lyr', 'δ Cep', 'Mira', 'mira'][Math.floor(random() * 4)]!),
  good: some(() => random() < 0.5),
  band: some(() => ['g', 'r', 'i'][Math.floor(random() * 3)]!),
  quality: some(() => Math.floor(random() * 8)),
};
const data = makeTable(
  {
    'x:float64': values.x,
    'y:float32': values.y,
    'n:int16': values.n,
    'id:int64': values.id,
    'name:utf8': values.name,
    'good:bool': values.good,
    'band:utf8': values.band,
    'quality:int32': values.quality,
  },
  {
    flags: [{ name: 'outlier', mask: maskOfRows(ROWS, [0, 5, 64, 1002]) }],
    fileFlags: [{ name: 'cosmic_ray', author: { kind: 'file' }, bits: { column: 'quality', bit: 4 } }],
    roles: { object: 'id', band: 'band' },
  },
);
const index = buildObjectIndex(viewOf(data), 'id', 'band');
/** The period of an object is its place in the index. */
const objectTable = makeTable({ period: Array.from({ length: index.count }, (_, o) => o) });
const view = viewOf({ ...data, objects: index.data, objectTable });

const orders: Record<CompareOp, (a: never, b: never) => boolean> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};
const f32 = (v: number | undefined): number | undefined => (v === undefined ? undefined : Math.fround(v));
const number = (name: string, row: number): number => {
  if (name === 'y') return f32(values.y[row]) ?? NaN;
  return Number(values[name as 'x'][row] ?? NaN);
};

/** The meaning of a predicate for one row, said as plainly as possible. */
function holds(p: Predicate, row: number): boolean {
  switch (p.kind) {
    case 'range': {
      const v = number((p.axis as { column: string }).column, row);
      return v >= (p.low ?? -Infinity) && v <= (p.high ?? Infinity);
    }
    case 'polygon': {
      const out = new Uint8Array(1);
      plainPolygonTest(p.points)(Float64Array.of(number('x', row)), Float64Array.of(number('y', row)), 1, out);
      return out[0] === 1;
    }
    case 'compare': {
      const value = p.column === 'y' ? f32(values.y[row]) : (values as Record<string, readonly Value[]>)[p.column]![row];
      if (value === undefined || Number.isNaN(value)) return false;
      const wanted = p.column === 'id' ? BigInt(p.value) : p.value;
      return orders[p.op](value as never, wanted as never);
    }
    case 'expression':
      return number('x', row) ** 2 + number('y', row) ** 2 < 1;
    case 'objects':
      return p.ids.includes(String(values.id[row] ?? '')) && (p.band === undefined || values.band[row] === p.band);
    case 'objects-where': {
      const { low = -Infinity, high = Infinity } = p.of as Extract<Predicate, { kind: 'range' }>;
      const period = index.find(String(values.id[row] ?? ''));
      return period >= low && period <= high;
    }
    case 'flag':
      return p.name === 'outlier' ? [0, 5, 64, 1002].includes(row) : ((values.quality[row] ?? 0) & 4) !== 0;
    case 'rows':
      return p.rows.includes(row);
    case 'and':
      return p.of.every((q) => holds(q, row));
    case 'or':
      return p.of.some((q) => holds(q, row));
    case 'not':
      return !holds(p.of, row);
  }
}

const number2 = fc.double({ min: -2, max: 2, noNaN: true });
const op = fc.constantFrom<CompareOp>('<', '<=', '>', '>=', '==', '!=');
const compare = (column: string, value: fc.Arbitrary<number | string | boolean>): fc.Arbitrary<Predicate> =>
  fc.record({ kind: fc.constant('compare' as const), column: fc.constant(column), op, value });
const leaf: fc.Arbitrary<Predicate> = fc.oneof(
  fc.record({
    kind: fc.constant('range' as const),
    axis: fc.constantFrom({ column: 'x' }, { column: 'y' }, { column: 'n' }),
    low: number2,
    high: number2,
  }),
  fc.record({ kind: fc.constant('range' as const), axis: fc.constant({ column: 'x' }), low: number2 }),
  fc.record({
    kind: fc.constant('polygon' as const),
    x: fc.constant({ column: 'x' }),
    y: fc.constant({ column: 'y' }),
    points: fc.array(fc.tuple(number2, number2), { minLength: 3, maxLength: 9 }),
  }),
  fc
    .record({ low: fc.integer({ min: 0, max: 5 }), high: fc.integer({ min: 0, max: 5 }) })
    .map((range): Predicate => ({ kind: 'objects-where', of: { kind: 'range', axis: { column: 'period' }, ...range } })),
  compare('n', fc.integer({ min: -4, max: 4 })),
  compare('y', number2),
  compare('id', fc.bigInt({ min: BIG - 2n, max: BIG + 5n }).map(String)),
  compare('name', fc.constantFrom('Mira', 'δ Cep', '', 'RR', 'mira ')),
  fc.constant<Predicate>({ kind: 'expression', expression: 'x**2 + y**2 < 1' }),
  fc.record({
    kind: fc.constant('objects' as const),
    ids: fc.subarray(['', String(BIG), String(BIG + 1n), String(BIG + 3n), 'nobody']),
    band: fc.constantFrom(undefined, 'g', 'z'),
  }),
  fc.record({ kind: fc.constant('flag' as const), name: fc.constantFrom('outlier', 'cosmic_ray') }),
  fc.record({ kind: fc.constant('rows' as const), rows: fc.array(fc.nat(1200), { maxLength: 20 }) }),
);
const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('predicate'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('not' as const), of: tie('predicate') }),
  ),
}));

describe('evaluatePredicate', () => {
  it('agrees with the plain meaning, in any range, and for any listed rows', () => {
    fc.assert(
      fc.property(predicate, fc.nat(ROWS), fc.nat(ROWS), fc.array(fc.nat(ROWS - 1), { maxLength: 50 }), (p, a, b, listed) => {
        const whole = evaluatePredicate(p, view, 0, ROWS);
        expect([...whole]).toEqual(Array.from({ length: ROWS }, (_, row) => (holds(p, row) ? 1 : 0)));
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect(evaluatePredicate(p, view, from, to)).toEqual(whole.slice(from, to));
        expect([...evaluatePredicateAt(p, view, Uint32Array.from(listed))]).toEqual(listed.map((row) => whole[row]));
      }),
      { numRuns: 200 },
    );
  });

  it('agrees over more than one block', () => {
    const long = viewOf(makeTable({ x: Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 20_000) }, {}, 3000));
    const mask = evaluatePredicate({ kind: 'range', axis: { column: 'x' }, low: 100, high: 200 }, long, 0, 20_000);
    expect(mask.reduce((n, v) => n + v, 0)).toBe(101);
    expect(mask[0]).toBe(0);
  });

  it.each<[string, number | string, CompareOp, number]>([
    ['9007199254740993', '9007199254740993', '==', 1],
    ['9007199254740993', '9007199254740992', '==', 0],
    ['9007199254740993', 9007199254740992, '>', 1],
    ['-5', -4.5, '<', 1],
    ['-5', -5.5, '>', 1],
    ['5', 5.5, '==', 0],
    ['5', 5.5, '!=', 1],
    ['5', '1e30', '<', 1],
    ['5', -Infinity, '<=', 0],
    ['5', '99999999999999999999', '!=', 1],
  ])('compares the 64-bit integer %s with %s by %s exactly', (stored, value, by, expected) => {
    const table = viewOf(makeTable({ 'id:int64': [BigInt(stored)] }));
    expect([...evaluatePredicate({ kind: 'compare', column: 'id', op: by, value }, table, 0, 1)]).toEqual([expected]);
  });

  it('compares unsigned 64-bit integers beyond the signed ones', () => {
    const table = viewOf(makeTable({ 'id:uint64': [2n ** 64n - 1n, 1n] }));
    expect([...evaluatePredicate({ kind: 'compare', column: 'id', op: '>', value: '9223372036854775808' }, table, 0, 2)]).toEqual([1, 0]);
  });

  it('compares bool columns with true and false', () => {
    const mask = evaluatePredicate({ kind: 'compare', column: 'good', op: '==', value: true }, view, 0, ROWS);
    expect([...mask]).toEqual(values.good.map((v) => (v === true ? 1 : 0)));
  });

  it('finds the upper bits of 64-bit flags', () => {
    const fileFlags = [{ name: 'high', author: { kind: 'file' as const }, bits: { column: 'q', bit: 2 ** 40 } }];
    const table = viewOf(makeTable({ 'q:int64': [2n ** 40n, 2n ** 40n - 1n, -1n, undefined] }, { fileFlags }));
    expect([...evaluatePredicate({ kind: 'flag', name: 'high' }, table, 0, 4)]).toEqual([1, 0, 1, 0]);
    expect([0, 1, 2, 3].map((row) => table.flag('high')!.has(row))).toEqual([true, false, true, false]);
  });

  it.each<[Predicate, RegExp]>([
    [{ kind: 'range', axis: { column: 'name' } }, /name holds utf8/],
    [{ kind: 'compare', column: 'x', op: '<', value: 'bright' }, /cannot compare column x/],
    [{ kind: 'compare', column: 'id', op: '<', value: 'KIC' }, /cannot compare column id/],
    [{ kind: 'flag', name: 'nothing' }, /no flag named nothing/],
    [{ kind: 'compare', column: 'nmae', op: '==', value: 'a' }, /no column named nmae/],
  ])('refuses %j', (p, message) => {
    expect(() => evaluatePredicate(p, view, 0, ROWS)).toThrow(message);
    expect(() => evaluatePredicate(p, view, 0, ROWS)).toThrow(AppError);
  });

  it('says which columns are spelled alike', () => {
    try {
      view.column('nmae');
      expect.unreachable();
    } catch (error) {
      expect((error as AppError).fields).toMatchObject({ code: 'not-found', column: 'nmae', hint: expect.stringContaining('name') });
    }
  });
});

describe('evaluateAxis', () => {
  it('computes phases after subtracting the epoch, exactly in [0, 1) or [-0.5, 0.5)', () => {
    const t = [2455000.25, 2455000, 2454999.75, 2455002.5, 2455000 - 1e-10, NaN];
    const table = viewOf(makeTable({ t }));
    const phase = (centred: boolean): number[] => [
      ...evaluateAxis({ phase: { column: 't', period: 2, epoch: 2455000, centred } }, table, 0, t.length),
    ];
    expect(phase(false).slice(0, 4)).toEqual([0.125, 0, 0.875, 0.25]);
    expect(phase(true).slice(0, 4)).toEqual([0.125, 0, -0.125, 0.25]);
    expect(phase(false)[4]).toBeLessThan(1);
    expect(phase(false)[5]).toBeNaN();
  });

  it.each([0, -1, NaN, Infinity])('refuses the period %s', (period) => {
    expect(() => evaluateAxis({ phase: { column: 'x', period, epoch: 0 } }, view, 0, 1)).toThrow(/invalid period/);
  });

  it('reads rounded-once numbers from 64-bit integers, nulls as NaN, in order and by list', () => {
    const stored = [2n ** 62n + 1n, -(2n ** 62n) - 1n, 0n, undefined, -1n, 2n ** 53n + 1n];
    const table = viewOf(makeTable({ 'id:int64': stored }, {}, 4));
    const expected = stored.map((v) => (v === undefined ? NaN : Number(v)));
    expect([...evaluateAxis({ column: 'id' }, table, 0, 6)]).toEqual(expected);
    expect([...evaluateAxisAt({ column: 'id' }, table, Uint32Array.of(5, 0, 3))]).toEqual([expected[5], expected[0], NaN]);
  });

  it('evaluates expressions over text and numbers', () => {
    const table = viewOf(makeTable({ a: [1, 2, 3], 'b:utf8': ['u', undefined, 'é'] }));
    expect([...evaluateAxis({ expression: 'a * (b == "é")' }, table, 0, 3)]).toEqual([0, 0, 3]);
  });
});
