import { Kind, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../src/core/model/column';
import { checkParams } from '../../src/core/operations/check-params';
import { Memory, type Remember } from '../../src/core/numerics/memory';
import type { OperationDef } from '../../src/core/operations/definition';
import { operations } from '../../src/core/operations/registry';
import { type BatchSpec, makeBatch, makeContext, seededRandom } from '../../src/core/operations/runner';
import { AppError, Cancelled } from '../../src/core/protocol/outcome';
import { companionFor } from './companion';
import { type Params, isClose, lightCurve, paramsOf, plainEffect, reorder, run, suited } from './harness';

/** What an operation may end in: an effect, or one clear error. Anything else thrown fails the test. */
function outcome(def: OperationDef, spec: BatchSpec): ReturnType<typeof run> | AppError {
  try {
    return run(def, spec);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

function expectSame(a: ReturnType<typeof plainEffect>, b: ReturnType<typeof plainEffect>, rows?: readonly number[]): void {
  const pick = <T>(values: readonly T[]): readonly T[] => (rows ? rows.map((i) => values[i]!) : values);
  expect(a.flags.length).toBe(b.flags.length);
  a.flags.forEach((f, k) => expect(pick(f.rows), `flag ${f.name}`).toEqual(pick(b.flags[k]!.rows)));
  expect(a.columns.length).toBe(b.columns.length);
  a.columns.forEach((c, k) => {
    const [left, right] = [pick(c.values), pick(b.columns[k]!.values)];
    const at = left.findIndex((v, i) => !isClose(v, right[i]));
    expect(at, `column ${c.name} differs at ${at}: ${left[at]} and ${right[at]}`).toBe(-1);
  });
  expect(a.results.length).toBe(b.results.length);
  a.results.forEach((r, k) => {
    expect(Object.keys(r)).toEqual(Object.keys(b.results[k]!));
    for (const [name, value] of Object.entries(r))
      expect(isClose(value, b.results[k]![name]), `result ${name}: ${value}, ${b.results[k]![name]}`).toBe(true);
  });
}

const nan = (n: number): number[] => new Array<number>(n).fill(NaN);
const fill = (n: number, v: number): number[] => new Array<number>(n).fill(v);
const withRoles = (n: number, numbers: Readonly<Partial<Record<Role, number[]>>>): BatchSpec => ({
  columns: { ...lightCurve(n, 5).columns, ...numbers },
});

/** Tables that break careless code. */
const ODD: Readonly<Record<string, BatchSpec>> = {
  empty: lightCurve(0, 1),
  'one row': lightCurve(1, 2),
  'two rows': lightCurve(2, 2),
  'all values missing': withRoles(40, { value: nan(40) }),
  'all times missing': withRoles(40, { time: nan(40) }),
  'everything missing': withRoles(40, { time: nan(40), value: nan(40), error: nan(40), quality: nan(40) }),
  infinities: withRoles(40, { value: Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? Infinity : i % 3 === 1 ? -Infinity : i)) }),
  'infinite times': withRoles(40, { time: Array.from({ length: 40 }, (_, i) => (i % 5 === 0 ? Infinity : i % 5 === 1 ? -Infinity : i)) }),
  'all values equal': withRoles(40, { value: fill(40, 3.3) }),
  'all times equal': withRoles(40, { time: fill(40, 3.3) }),
  'all flagged': { ...lightCurve(40, 3), flagged: fill(40, 1) },
  'nothing inside': { ...lightCurve(40, 3), inside: fill(40, 0) },
  'errors of 0': withRoles(40, { error: fill(40, 0) }),
  'huge and tiny': withRoles(40, { value: Array.from({ length: 40 }, (_, i) => (i % 2 ? 1e300 : 1e-300)) }),
};

const BIG = 4_000_000;
let big: BatchSpec | undefined;
/** 4 M rows in order of time, values random: built once. */
function bigTable(): BatchSpec {
  if (big) return big;
  const random = seededRandom(99);
  const column = (f: (i: number) => number): Float64Array => {
    const out = new Float64Array(BIG);
    for (let i = 0; i < BIG; i++) out[i] = f(i);
    return out;
  };
  big = {
    columns: {
      time: column((i) => 0.02 * i + 0.01 * random()),
      value: column(() => random()),
      error: column(() => 0.1 + random()),
      quality: column(() => Math.floor(random() * 4096)),
      ra: column(() => 360 * random()),
      dec: column(() => 180 * random() - 90),
    },
  };
  return big;
}

/** Longest time between two yields within the first `budget` milliseconds of a run over the big table. */
function longestGap(def: OperationDef, params: Params, budget: number): { gap: number; yields: number; finished: boolean } {
  const flags = Object.fromEntries((def.produces(params, (r) => r).flags ?? []).map((name) => [name, new Uint8Array(BIG)]));
  const batch = makeBatch({ ...suited(def, bigTable()), flags, companion: companionFor(def) });
  // The engine hands over columns it has in memory: converting them is not the kernel's time.
  for (const { role } of def.inputs) batch.role(role);
  for (const name of def.needs?.(params) ?? []) batch.column(name);
  Object.keys(flags).forEach((name) => batch.flag(name));
  const kernel = def.kernel(batch, params, makeContext());
  const start = performance.now();
  let last = start;
  let lastCpu = process.cpuUsage();
  let gap = 0;
  let yields = 0;
  for (;;) {
    const step = kernel.next();
    const now = performance.now();
    const cpu = process.cpuUsage();
    // Time in which another program had the processor is not the kernel's.
    const used = (cpu.user + cpu.system - lastCpu.user - lastCpu.system) / 1000;
    gap = Math.max(gap, Math.min(now - last, used));
    last = now;
    lastCpu = cpu;
    if (step.done) return { gap, yields, finished: true };
    yields++;
    if (now - start > budget) {
      kernel.return(undefined as never);
      return { gap, yields, finished: false };
    }
  }
}

it('finds operations by their files', () => {
  expect(operations.size).toBeGreaterThanOrEqual(14);
});

describe.each([...operations.values()].map((def) => [def.id, def] as const))('%s', (_id, def) => {
  const roles = def.inputs.map((i) => i.role);
  const table = lightCurve(300, 11);
  const params = paramsOf(def);

  it('1 has a schema that documents itself and accepts its defaults', () => {
    expect(def.params[Kind]).toBe('Object');
    for (const text of [def.title, def.summary]) expect(text.length).toBeGreaterThan(3);
    expect(def.summary).toMatch(/^[A-Z].*\.$/s);
    expect(def.help.length).toBeGreaterThan(100);
    expect(def.scope.length).toBeGreaterThan(0);
    expect(def.version).toBeGreaterThanOrEqual(1);
    for (const [name, property] of Object.entries(def.params.properties as Record<string, TSchema>)) {
      expect(name).toMatch(/^[a-z][a-zA-Z0-9]*$/);
      expect(property.title, `${name}: title`).toBeTruthy();
      expect(property.description, `${name}: description`).toBeTruthy();
      const isOptional = !(def.params.required ?? []).includes(name);
      if (!isOptional) expect(Value.Check(property, property.default), `${name}: default ${JSON.stringify(property.default)}`).toBe(true);
    }
    expect(Value.Check(def.params, checkParams(def, {}))).toBe(true);
    expect(() => checkParams(def, { notAParameter: 1 })).toThrow(/notAParameter/);
  });

  it('2 its examples hold', () => {
    for (const example of def.examples) {
      const spec: BatchSpec = {
        columns: example.columns as Record<string, readonly number[]>,
        ...(example.companion ? { companion: example.companion } : {}),
        ...(example.image ? { table: { image: example.image } } : {}),
      };
      const made = plainEffect(run(def, spec, checkParams(def, example.params as Params)));
      if (example.expect.flagged) {
        const rows = made.flags.flatMap((f) => f.rows.flatMap((v, i) => (v ? [i] : [])));
        expect(rows, example.title).toEqual(example.expect.flagged);
      }
      for (const [name, values] of Object.entries(example.expect.columns ?? {})) {
        const column = made.columns.find((c) => c.name === name);
        expect(column, `${example.title}: column ${name}`).toBeDefined();
        values.forEach((v, i) =>
          expect(isClose(column!.values[i], v), `${example.title}: ${name}[${i}] is ${column!.values[i]}, not ${v}`).toBe(true),
        );
      }
      example.expect.results?.forEach((row, k) => {
        for (const [name, v] of Object.entries(row))
          expect(isClose(made.results[k]?.[name], v), `${example.title}: ${name} is ${made.results[k]?.[name]}`).toBe(true);
      });
    }
  });

  it('3 gives the same twice', () => {
    expect(plainEffect(run(def, table))).toEqual(plainEffect(run(def, table)));
  });

  it('3 gives the same whatever it remembers of earlier previews', () => {
    const sliders = Object.entries(def.params.properties as Record<string, TSchema & { slider?: [number, number] }>);
    const moved = sliders.flatMap(([name, { slider, type }]) => {
      const middle = slider && (slider[0] + slider[1]) / 2;
      return middle === undefined ? [] : [{ ...params, [name]: type === 'integer' ? Math.round(middle) : middle }];
    });
    const memory = new Memory().of();
    const attempt = (chosen: Params, remember?: Remember): unknown => {
      try {
        return plainEffect(run(def, table, chosen, undefined, remember));
      } catch (error) {
        if (error instanceof AppError) return error.fields;
        throw error;
      }
    };
    for (const tried of [params, ...moved, params]) expect(attempt(tried, memory)).toEqual(attempt(tried));
  });

  it('4 leaves its inputs as they are', () => {
    const spec = { ...table, flagged: Array.from({ length: 300 }, (_, i) => (i % 7 === 0 ? 1 : 0)) };
    const flags = Object.fromEntries((def.produces(params, (r) => r).flags ?? []).map((name) => [name, new Uint8Array(300).fill(1)]));
    const batch = makeBatch({ ...suited(def, spec), flags, ordered: def.ordered, companion: companionFor(def) });
    const names = Object.keys(spec.columns).filter((n) => n !== 'object' && n !== 'band');
    const snapshot = (): unknown => [names.map((n) => batch.column(n).slice()), batch.live.slice(), batch.inside.slice()];
    const before = snapshot();
    const frozen = JSON.stringify(params);
    const kernel = def.kernel(batch, params, makeContext());
    while (!kernel.next().done);
    expect(snapshot()).toEqual(before);
    expect(JSON.stringify(params)).toBe(frozen);
  });

  it.each(Object.entries(ODD))('5 ends well on a table with %s', (_name, spec) => {
    const ended = outcome(def, spec);
    if (ended instanceof AppError) {
      expect(ended.fields.message.length).toBeGreaterThan(10);
      return;
    }
    const n = spec.columns['time']!.length;
    for (const f of [...(ended.effect.flags ?? []), ...(ended.effect.marks ?? [])]) expect(f.mask.length).toBe(n);
    for (const c of ended.effect.columns ?? []) expect(c.values.length).toBe(n);
  });

  it('6 takes no notice of the values of flagged rows', () => {
    const flagged = Array.from({ length: 300 }, (_, i) => (i % 11 === 4 ? 1 : 0));
    const live = [...flagged.keys()].filter((i) => flagged[i] === 0);
    const wild = (name: string): BatchSpec['columns'][string] => {
      const values = table.columns[name] as readonly number[];
      return values.map((v, i) => (flagged[i] ? 1e9 * (i % 2 ? 1 : -1) : v));
    };
    const columns = { ...table.columns, value: wild('value'), error: wild('error') };
    expectSame(plainEffect(run(def, { ...table, flagged })), plainEffect(run(def, { ...table, columns, flagged })), live);
  });

  it('6 writes only inside the selection', () => {
    const inside = Array.from({ length: 300 }, (_, i) => (i % 3 === 1 ? 1 : 0));
    const made = plainEffect(run(def, { ...table, inside }));
    for (const f of made.flags) f.rows.forEach((v, i) => expect(v === 1 && inside[i] === 0, `${f.name} at ${i}`).toBe(false));
    for (const c of made.columns) {
      const old = table.columns[c.name];
      c.values.forEach((v, i) => {
        if (inside[i] === 1 || v === undefined || v !== v) return;
        expect(old && isClose(v, old[i]), `${c.name} at ${i}`).toBe(true);
      });
    }
  });

  // The rows of an image are its pixels: their order is what it shows.
  it.skipIf(def.ofImages)('7 does not depend on the order of the rows', () => {
    const random = seededRandom(4);
    const flagged = Array.from({ length: 300 }, (_, i) => (i % 13 === 2 ? 1 : 0));
    const flags = Object.fromEntries((def.produces(params, (r) => r).flags ?? []).map((name) => [name, flagged]));
    const spec: BatchSpec = { ...table, flagged, flags };
    const order = [...flagged.keys()].map((i) => [random(), i] as const).sort((a, b) => a[0] - b[0]);
    const shuffle = order.map(([, i]) => i);
    const back = new Array<number>(300);
    shuffle.forEach((from, to) => (back[from] = to));
    const there = plainEffect(run(def, reorder(spec, shuffle)));
    const home = {
      flags: there.flags.map((f) => ({ ...f, rows: back.map((i) => f.rows[i]!) })),
      columns: there.columns.map((c) => ({ ...c, values: back.map((i) => c.values[i]) })),
      results: there.results,
    };
    expectSame(plainEffect(run(def, spec)), home);
  });

  it('8 9 reports progress that only grows, and yields within 100 ms over 4 M rows', () => {
    let best = { gap: Infinity, yields: 0, finished: false };
    // Other programs may take the processor away: a slow gap has to be there three times to count.
    for (let attempt = 0; attempt < 3 && best.gap > 100; attempt++) {
      const measured = longestGap(def, params, 1000);
      if (measured.gap < best.gap) best = measured;
    }
    expect(best.gap, `longest gap in ms (${best.yields} yields)`).toBeLessThanOrEqual(100);
    expect(best.yields).toBeGreaterThan(0);
  });

  it('8 keeps its progress between 0 and 1, never falling', () => {
    const n = 600_000;
    const spec: BatchSpec = {
      columns: Object.fromEntries(Object.entries(bigTable().columns).map(([k, v]) => [k, (v as Float64Array).subarray(0, n)])),
    };
    const fractions: number[] = [];
    const flags = Object.fromEntries((def.produces(params, (r) => r).flags ?? []).map((name) => [name, new Uint8Array(n)]));
    const kernel = def.kernel(makeBatch({ ...suited(def, spec), flags, companion: companionFor(def) }), params, makeContext());
    // A costly operation is followed for half a second, and for ten steps at least.
    const stop = performance.now() + 500;
    for (let step = kernel.next(); !step.done && (fractions.length < 10 || performance.now() < stop); step = kernel.next())
      fractions.push(step.value.fraction);
    expect(fractions.length).toBeGreaterThan(0);
    for (const [i, f] of fractions.entries()) {
      expect(f >= 0 && f <= 1, `fraction ${f}`).toBe(true);
      if (i > 0) expect(f, `after ${fractions[i - 1]}`).toBeGreaterThanOrEqual(fractions[i - 1]!);
    }
  });

  it('10 hears cancel at its next yield', () => {
    const n = 600_000;
    const columns = Object.fromEntries(Object.entries(bigTable().columns).map(([k, v]) => [k, (v as Float64Array).subarray(0, n)]));
    let asked = 0;
    expect(() => run(def, { columns }, params, () => ++asked === 1)).toThrow(Cancelled);
    expect(asked).toBe(1);
  });

  it('12 has parameters that survive JSON, and migrations from every older version', () => {
    const copy = JSON.parse(JSON.stringify(params)) as Params;
    expect(checkParams(def, copy)).toEqual(params);
    expectSame(plainEffect(run(def, table, copy)), plainEffect(run(def, table, params)));
    for (let v = 1; v < def.version; v++) expect(def.migrate?.[v], `migration from version ${v}`).toBeTypeOf('function');
  });

  it('13 finds its columns by role, not by name', () => {
    const kept = def.needs?.(params) ?? [];
    const rename = (name: string): string => (kept.includes(name) ? name : `x_${name}`);
    const columns = Object.fromEntries(Object.entries(table.columns).map(([name, values]) => [rename(name), values]));
    const units = Object.fromEntries(Object.entries(table.units ?? {}).map(([name, unit]) => [rename(name), unit]));
    const bound = Object.fromEntries(roles.map((role) => [role, rename(role)]));
    expectSame(plainEffect(run(def, table)), plainEffect(run(def, { columns, units, roles: bound })));
  });

  it('14 makes what it declares', () => {
    const { effect } = run(def, table);
    const declared = def.produces(params, (role) => (roles.includes(role) ? role : undefined));
    expect((effect.flags ?? []).map((f) => f.name)).toEqual(declared.flags ?? []);
    expect((effect.marks ?? []).map((m) => m.name)).toEqual(declared.marks ?? []);
    expect((effect.columns ?? []).map((c) => c.name)).toEqual(declared.columns ?? []);
    const observed = effect.flags ? 'flags' : effect.columns ? 'columns' : effect.results ? 'table' : 'report';
    expect(observed).toBe(def.writes);
    for (const f of [...(effect.flags ?? []), ...(effect.marks ?? [])]) expect(f.name).toMatch(/^[a-z][a-z0-9_]*$/);
    if (def.writes === 'table') {
      const keys = Object.keys(effect.results![0]!);
      const other = run(def, ODD['all values missing']!).effect.results;
      for (const row of other ?? []) expect(Object.keys(row)).toEqual(keys);
    }
    expect(def.describe?.(params) ?? 'nothing to say').not.toMatch(/undefined|NaN/);
  });
});
