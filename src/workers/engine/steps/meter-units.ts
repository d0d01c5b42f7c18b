import { type InjectMode, injectSteps } from '../../../core/numerics/inject';
import { MAD_TO_SIGMA, medianSteps } from '../../../core/numerics/robust';
import { linearScale } from '../../../core/numerics/linear-scale';
import { responseGain } from '../../../core/numerics/response-gain';
import { drain, part } from '../../../core/numerics/steps';
import { isMagnitude } from '../../../core/operations/params';
import type { Progress } from '../../../core/protocol/outcome';
import { curveColumn, resultColumn } from '../../../core/recipe/result-column';
import type { MeterReading, TestSignal } from '../../../core/recipe/signal-meter';
import { type ObjectWork, type ShownEffect, shownEffect } from './shown-effect';
import { type PlacedSignal, placeSignal } from './test-signal';
import { type Replaced, gatherNumbers } from './unit';

/** Values whose level is less than this many scatters from zero have no level to take a share of. */
const LEVEL_IN_SCATTERS = 3;

interface Curve {
  readonly name: string;
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** 1 where the row counts: finite, not flagged, inside the step's `where`. */
  readonly use: Uint8Array;
}

const none = (reason: string): MeterReading => ({ kind: 'none', reason });

function curveOf(work: ObjectWork, { shown, context }: ShownEffect, value: string, time: string): Curve {
  const values = gatherNumbers(work.view.column(value), shown);
  const times = gatherNumbers(work.view.column(time), shown);
  const { flagged } = work.view;
  const use = Uint8Array.from(shown, (row, i) => {
    const isUsable = values[i]! - values[i]! === 0 && times[i]! - times[i]! === 0 && !flagged?.has(row);
    return isUsable && (!context.inside || context.inside[row] === 1) ? 1 : 0;
  });
  return { name: value, times, values, use };
}

function* middle(values: Float64Array, use: Uint8Array): Generator<Progress, { level: number; scatter: number }> {
  const used = values.filter((v, i) => use[i] === 1 && v - v === 0);
  const level = yield* medianSteps(used.slice());
  const scatter = MAD_TO_SIGMA * (yield* medianSteps(used.map((v) => Math.abs(v - level))));
  return { level: Math.abs(level), scatter };
}

/** How the signal enters, and the level that its depth is a share of (1 where the values themselves are, or magnitudes are added). */
function* entry(work: ObjectWork, curve: Curve, shown: Uint32Array): Generator<Progress, { mode: InjectMode; level: number } | undefined> {
  if (isMagnitude(work.meta.columns.find((m) => m.name === curve.name)?.unit)) return { mode: 'magnitude', level: 1 };
  const own = yield* middle(curve.values, curve.use);
  if (own.level > LEVEL_IN_SCATTERS * own.scatter) return { mode: 'flux', level: 1 };
  // Residuals about zero: the flux they came from has the level.
  const { value } = work.view.roles;
  if (value === undefined || value === curve.name || !work.view.columns.some((c) => c.meta.name === value)) return undefined;
  const { level } = yield* middle(gatherNumbers(work.view.column(value), shown), curve.use);
  return level > 0 ? { mode: 'difference', level } : undefined;
}

function replacement(work: ObjectWork, value: string, time: string, signal: PlacedSignal, depth: number, mode: InjectMode): Replaced {
  const { view } = work;
  const own = view.objects && work.object !== undefined ? view.objects.find(work.object) : undefined;
  return {
    column: value,
    valuesAt: (rows) => {
      const values = gatherNumbers(view.column(value), rows);
      const times = gatherNumbers(view.column(time), rows);
      const changed = drain(injectSteps(times, values, signal.template, depth, mode));
      // Of a whole table only the star that is looked at gets the signal.
      if (own !== undefined) for (let i = 0; i < rows.length; i++) if (view.objects!.objectOf[rows[i]!] !== own) changed[i] = values[i]!;
      return changed;
    },
  };
}

function flaggedReading(curve: Curve, signal: PlacedSignal, before: ShownEffect, after: ShownEffect): MeterReading {
  if (before.clears || after.clears) return none('the step takes flags away');
  let [points, hit, anyway] = [0, 0, 0];
  for (let i = 0; i < curve.use.length; i++) {
    if (curve.use[i] !== 1 || !signal.isInside(curve.times[i]!)) continue;
    points++;
    hit += after.flags?.[i] ?? 0;
    anyway += before.flags?.[i] ?? 0;
  }
  return points > 0 ? { kind: 'flagged', share: hit / points, without: anyway / points, points } : none('no row is inside the signal');
}

function kept(share: number, error: number, curve: Curve, signal: PlacedSignal, use: Uint8Array, events: number): MeterReading {
  const points = curve.times.reduce((n, t, i) => n + (use[i] === 1 && signal.isInside(t) ? 1 : 0), 0);
  return { kind: 'kept', share, error, points, events };
}

function* keptReading(
  curve: Curve,
  injected: Float64Array,
  signal: PlacedSignal,
  before: ShownEffect,
  after: ShownEffect,
): Generator<Progress, MeterReading | undefined> {
  const names = before.columns.map((c) => c.name);
  const result = resultColumn(names, curve.name);
  const find = (effect: ShownEffect, name: string | undefined): Float64Array | undefined => effect.columns.find((c) => c.name === name)?.values;
  const [then, now] = [find(before, result), find(after, result)];
  if (!then || !now) return undefined;
  // Scaled by other numbers, a signal is as large beside the noise as it was.
  if (linearScale(curve.values, then) && linearScale(injected, now)) return kept(1, 0, curve, signal, curve.use, 0);
  const gain = responseGain(curve.values, then, find(before, curveColumn(names, curve.name)));
  const response = now.map((v, i) => v - then[i]!);
  const expected = injected.map((v, i) => (v - curve.values[i]!) * gain[i]!);
  const use = curve.use.map((u, i) => (u === 1 && response[i]! - response[i]! === 0 ? 1 : 0));
  if (!use.includes(1)) return none('the step gives no values to measure');
  const found = yield* part(signal.measure(curve.times, response, use), 0, 0.5);
  const whole = yield* part(signal.measure(curve.times, expected, use), 0.5, 1);
  if (!(Math.abs(whole.depth) > 0) || Number.isNaN(found.depth)) return none('no signal of this period and duration falls on the points');
  return kept(found.depth / whole.depth, found.error / Math.abs(whole.depth), curve, signal, use, found.events);
}

/**
 * Puts a signal into an object's own values at its own times, runs the step with and without it, and reads what is left: the least-squares depth
 * (amplitude) of the difference of the two results, over that of the signal itself as the step would show it if what it fits stayed as it is.
 */
export function* meterUnits(work: ObjectWork, signal: TestSignal): Generator<Progress, MeterReading> {
  const value = work.bind.value ?? work.view.roles.value;
  const time = work.bind.time ?? work.view.roles.time;
  const has = (name: string | undefined): name is string => work.view.columns.some((c) => c.meta.name === name);
  if (!has(value) || !has(time)) return none('a signal needs a column of times and one of values');
  if (work.op.writes === 'table' || work.op.writes === 'report') return none('the step changes no values and flags no rows');
  const before = yield* part(shownEffect(work), 0, 0.45);
  const curve = curveOf(work, before, value, time);
  const how = yield* part(entry(work, curve, before.shown), 0.45, 0.5);
  if (!how) return none(`${value} lies about zero: it has no level to take a share of`);
  const placed = placeSignal(signal, curve.times, curve.use, how.mode);
  const replaced = replacement(work, value, time, placed, placed.depth * how.level, how.mode);
  const injected = replaced.valuesAt(before.shown);
  const after = yield* part(shownEffect(work, replaced), 0.5, 0.95);
  const left = yield* part(keptReading(curve, injected, placed, before, after), 0.95, 1);
  if (left) return left;
  return before.flags || after.flags ? flaggedReading(curve, placed, before, after) : none('the step makes no new values of this column');
}
