import type { Alert } from '../../../core/model/table';
import type { Scope } from '../../../core/operations/definition';
import type { Progress } from '../../../core/protocol/outcome';
import { inUnitOf, scatterOf } from '../../../core/recipe/effect-numbers';
import type { ObjectIndex } from '../../../core/query/object-index';
import { median } from '../../../core/numerics/robust';
import { inBlocks, part } from '../../../core/numerics/steps';
import { resultColumn } from '../../../core/recipe/result-column';
import { countAlerts, type CountedAlert } from './alerts';
import { type Unit, type UnitContext, type UnitResult, gatherNumbers, orderedRows, runUnit } from './unit';
import { isByObject, unitsOf, unitsOfObject } from './units';

export interface EffectWork extends Omit<UnitContext, 'preview' | 'replaced'> {
  readonly scope: Scope;
  /** Indices of the objects looked at. */
  readonly objects: Uint32Array;
}

export interface EffectsDone {
  /** Parallel to the work's objects; see ObjectEffects. */
  readonly flagged: Float64Array;
  readonly scatter: Float64Array;
  readonly pointToPoint: Float64Array;
  readonly alerts: readonly CountedAlert[];
}

/** What the kernel said about the rows of the objects looked at. */
class Answers {
  readonly flags: Uint8Array;
  readonly after: Float64Array;
  hasAfter = false;
  /** What is after the step are ratios to the level of the values before. */
  isRatio = false;
  /** Place of an object among those looked at, -1 where it is not. */
  private readonly slotOf: Int32Array;
  private readonly starts: Uint32Array;

  constructor(
    private readonly index: ObjectIndex,
    objects: Uint32Array,
  ) {
    this.slotOf = new Int32Array(index.count).fill(-1);
    this.starts = new Uint32Array(objects.length + 1);
    objects.forEach((object, slot) => {
      this.slotOf[object] = slot;
      this.starts[slot + 1] = this.starts[slot]! + index.rowsOf(object).length;
    });
    this.flags = new Uint8Array(this.starts[objects.length]!);
    this.after = new Float64Array(this.flags.length).fill(NaN);
  }

  /** Where the answer about a row stands, -1 where it is of no object looked at. */
  at(row: number): number {
    const object = this.index.objectOf[row]!;
    const slot = this.slotOf[object]!;
    if (slot < 0) return -1;
    const { rows, starts } = this.index;
    let low = starts[object]!;
    let high = starts[object + 1]! - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle]! < row) low = middle + 1;
      else high = middle;
    }
    return this.starts[slot]! + low - starts[object]!;
  }

  *take({ rows, effect }: UnitResult, value: string | undefined): Generator<Progress, void> {
    for (const f of effect.flags ?? []) {
      if (f.clear) continue;
      yield* inBlocks(rows.length, (from, to) => {
        for (let i = from; i < to; i++) {
          const at = f.mask[i] ? this.at(rows[i]!) : -1;
          if (at >= 0) this.flags[at] = 1;
        }
      });
    }
    const names = (effect.columns ?? []).filter((c) => c.values instanceof Float64Array).map((c) => c.name);
    const result = value === undefined ? undefined : resultColumn(names, value);
    const column = effect.columns?.find((c) => c.name === result);
    const values = column?.values;
    if (!(values instanceof Float64Array)) return;
    this.hasAfter = true;
    this.isRatio = column?.isRatio ?? false;
    yield* inBlocks(rows.length, (from, to) => {
      for (let i = from; i < to; i++) {
        const at = this.at(rows[i]!);
        if (at >= 0) this.after[at] = values[i]!;
      }
    });
  }
}

/** The median of a few numbers, NaN among them left out. */
const medianOf = (numbers: readonly number[]): number => median(Float64Array.from(numbers.filter((x) => x === x)));

const ratio = (after: number, before: number): number => (before > 0 ? after / before : NaN);

interface Numbers {
  readonly flagged: number;
  readonly scatter: number;
  readonly pointToPoint: number;
}

function numbersOf(answers: Answers, curves: Iterable<Unit>, c: UnitContext, value: string | undefined): Numbers {
  const { view } = c;
  const byTime = { ...c, op: { ...c.op, ordered: 'time' as const }, bind: { ...view.roles, ...c.bind } };
  let [counted, flagged] = [0, 0];
  const scatters: number[] = [];
  const steps: number[] = [];
  for (const curve of curves) {
    const rows = orderedRows(curve, byTime);
    const before = Uint8Array.from(rows, (row) => (view.flagged?.has(row) ? 0 : 1));
    const after = before.map((live, i) => (live === 1 && answers.flags[answers.at(rows[i]!)] === 0 ? 1 : 0));
    for (let i = 0; i < rows.length; i++) [counted, flagged] = [counted + before[i]!, flagged + before[i]! - after[i]!];
    if (value === undefined) continue;
    const values = gatherNumbers(view.column(value), rows);
    const then = answers.hasAfter ? Float64Array.from(rows, (row) => answers.after[answers.at(row)]!) : values;
    const first = scatterOf(values, before);
    const left = scatterOf(then, after);
    const last = answers.isRatio ? inUnitOf(first, left) : left;
    scatters.push(ratio(last.mad, first.mad));
    steps.push(ratio(last.pointToPoint, first.pointToPoint));
  }
  return { flagged: counted > 0 ? flagged / counted : NaN, scatter: medianOf(scatters), pointToPoint: medianOf(steps) };
}

/** What a step would do to each of some objects: the step as it would run, its answers turned into three numbers an object and thrown away. */
export function* effectUnits(work: EffectWork): Generator<Progress, EffectsDone> {
  const { view, op, scope, objects } = work;
  const c: UnitContext = { ...work, preview: true };
  const value = [work.bind.value ?? view.roles.value].find((name) => name !== undefined && view.columns.some((m) => m.meta.name === name));
  const alerts: Alert[] = [];
  const answers = new Answers(view.objects!, objects);
  const isOwn = op.rowwise || isByObject(op, scope, view);
  // Otherwise the step must see the whole table, however few objects are looked at.
  const whole = isOwn ? [] : unitsOf({ kind: 'rows', from: 0, to: view.rows }, scope, view);
  for (const unit of whole) yield* answers.take(yield* part(runUnit(unit, c, alerts), 0, 0.8), value);
  const first = isOwn ? 0 : 0.9;
  const done = {
    flagged: new Float64Array(objects.length),
    scatter: new Float64Array(objects.length),
    pointToPoint: new Float64Array(objects.length),
  };
  for (const [i, object] of objects.entries()) {
    const [from, to] = [i, i + 1].map((k) => first + ((1 - first) * k) / objects.length) as [number, number];
    const own = isOwn ? unitsOfObject(object, op.rowwise ? 'object' : scope, view) : [];
    for (const unit of own) yield* part(answers.take(yield* part(runUnit(unit, c, alerts), from, from), value), from, from);
    const numbers = numbersOf(answers, unitsOfObject(object, 'object-band', view), c, value);
    done.flagged[i] = numbers.flagged;
    done.scatter[i] = numbers.scatter;
    done.pointToPoint[i] = numbers.pointToPoint;
    yield { fraction: to };
  }
  return { ...done, alerts: countAlerts(alerts) };
}
