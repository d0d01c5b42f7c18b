import type { Role } from '../../src/core/model/column';
import type { Alert } from '../../src/core/model/table';
import type { Effect, OperationDef } from '../../src/core/operations/definition';
import { type BatchSpec, type PlainBatch, drive, makeBatch, makeContext, seededRandom } from '../../src/core/operations/runner';
import type { Remember } from '../../src/core/numerics/memory';
import { checkParams } from '../../src/core/operations/check-params';
import type { Progress } from '../../src/core/protocol/outcome';
import { companionFor } from './companion';

export type Params = Record<string, unknown>;

/** The parameters an operation is tried with: its defaults, and those of its first example on top. */
export function paramsOf(def: OperationDef): Params {
  return checkParams(def, (def.examples[0]?.params ?? {}) as Params);
}

/** A made-up light curve in every role: uneven times out of order with a gap, missing values, two bands. Columns are named like roles. */
export function lightCurve(n: number, seed: number): BatchSpec {
  const random = seededRandom(seed);
  const order = Array.from({ length: n }, (_, i) => i).sort(() => random() - 0.5);
  const time = order.map((i) => 58000 + 0.02 * i + 0.01 * random() + (i > n / 2 ? 7 : 0));
  const value = time.map((t) => 15 + 0.3 * Math.sin((2 * Math.PI * t) / 0.77) + 0.05 * (random() + random() - 1) + (random() < 0.02 ? 3 : 0));
  if (n > 10) {
    value[3] = NaN;
    time[5] = NaN;
  }
  return {
    columns: {
      time,
      value,
      error: time.map(() => 0.02 + 0.01 * random()),
      quality: time.map(() => Math.floor(random() * 4) * 512),
      ra: time.map(() => 360 * random()),
      dec: time.map(() => 180 * random() - 90),
      object: time.map(() => 'star'),
      band: time.map(() => (random() < 0.5 ? 'g' : 'r')),
    },
    units: { time: 'd', value: 'mag', error: 'mag' },
  };
}

/** The table an operation is tried with: for one of images the rows are the pixels of the squarest image they make. */
export function suited(def: OperationDef, spec: BatchSpec): BatchSpec {
  if (!def.ofImages || spec.table?.image) return spec;
  const rows = Object.values(spec.columns)[0]!.length;
  let height = Math.floor(Math.sqrt(rows));
  while (height > 1 && rows % height !== 0) height--;
  return { ...spec, table: { ...spec.table, image: { width: height > 0 ? rows / height : 0, height } } };
}

export interface Run {
  readonly effect: Effect;
  readonly alerts: readonly Alert[];
  readonly progress: readonly Progress[];
  readonly batch: PlainBatch;
}

export function run(def: OperationDef, plain: BatchSpec, params: Params = paramsOf(def), isCancelled?: () => boolean, remember?: Remember): Run {
  const spec = suited(def, plain);
  const nameOf = (role: Role): string | undefined => (spec.roles ? spec.roles[role] : role in spec.columns ? role : undefined);
  const made = def.produces(params, nameOf);
  const length = Object.values(spec.columns)[0]!.length;
  // Operations that take a flag away need one that is there.
  const flags = Object.fromEntries((made.flags ?? []).map((name) => [name, Uint8Array.from({ length }, (_, i) => (i % 3 === 0 ? 1 : 0))]));
  const batch = makeBatch({ flags, companion: companionFor(def), ...spec, ordered: def.ordered });
  const context = makeContext({ seed: 7, remember });
  const progress: Progress[] = [];
  const effect = drive(def.kernel(batch, params, context), (p) => progress.push(p), isCancelled);
  return { effect, alerts: context.alerts, progress, batch };
}

/** The effect with its rows back in the order of the table, as plain data; flags that inform come after those that exclude. */
export function plainEffect({ effect, batch }: Run): {
  flags: { name: string; rows: number[] }[];
  columns: { name: string; values: (number | string | undefined)[] }[];
  results: Record<string, unknown>[];
} {
  const back = <T>(values: ArrayLike<T>): T[] => {
    const out = new Array<T>(values.length);
    for (let i = 0; i < values.length; i++) out[batch.order[i]!] = values[i]!;
    return out;
  };
  return {
    flags: [...(effect.flags ?? []), ...(effect.marks ?? [])].map((f) => ({ name: f.name, rows: back(f.mask) })),
    columns: (effect.columns ?? []).map((c) => ({ name: c.name, values: back<number | string | undefined>(c.values) })),
    results: (effect.results ?? []).map((r) => ({ ...r })),
  };
}

/** The spec with its rows in another order. */
export function reorder(spec: BatchSpec, order: readonly number[]): BatchSpec {
  const pick = <T>(values: ArrayLike<T>): T[] => order.map((i) => values[i]!);
  return {
    ...spec,
    columns: Object.fromEntries(Object.entries(spec.columns).map(([name, values]) => [name, pick(values as ArrayLike<never>)])),
    flagged: spec.flagged && pick(spec.flagged),
    inside: spec.inside && pick(spec.inside),
    flags: spec.flags && Object.fromEntries(Object.entries(spec.flags).map(([name, values]) => [name, pick(values)])),
  };
}

/** Equal numbers to a relative 1e-9, NaN equal to NaN. */
export function isClose(a: unknown, b: unknown): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  if (a !== a || b !== b) return a !== a && b !== b;
  return a === b || Math.abs(a - b) <= 1e-9 * Math.abs(b) + 1e-12;
}
