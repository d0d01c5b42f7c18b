import type { ColumnMeta } from '../../../core/model/column';
import { isKeplerOrTess } from '../../../core/model/kepler-tess';
import { cdpp } from '../../../core/numerics/cdpp';
import { pick, pickBytes } from '../../../core/numerics/pick';
import { median } from '../../../core/numerics/robust';
import { part } from '../../../core/numerics/steps';
import type { Series } from '../../../core/operations/definition';
import { isMagnitude } from '../../../core/operations/params';
import type { Progress } from '../../../core/protocol/outcome';
import type { Preview } from '../../../core/protocol/engine-service';
import { effectNumbers, inUnitOf, scatterOf } from '../../../core/recipe/effect-numbers';
import { resultColumn } from '../../../core/recipe/result-column';
import { type ObjectWork, type ShownColumn, type ShownEffect, positionsIn, shownEffect } from './shown-effect';
import { thinSeriesSteps } from './thin-series';
import { gatherNumbers, orderedRows } from './unit';

/** Points a preview is drawn with at most; past that only its numbers are sent. */
const MOST_ROWS = 200_000;

export type PreviewResult = Omit<Preview, 'milliseconds'>;

/** What a step would do to one object, with the numbers before and after. */
export function* previewUnits(work: ObjectWork): Generator<Progress, PreviewResult> {
  const done = yield* shownEffect(work);
  const { shown, flags, clears, columns, series, results, alerts } = done;
  const sent = shown.length <= MOST_ROWS;
  const thinned: Series[] = [];
  for (const curve of series) thinned.push(yield* part(thinSeriesSteps(curve), 1, 1));
  return {
    version: work.view.version,
    // A copy: rows of one object lie in memory that the threads share, which cannot leave this process.
    rows: sent ? shown.slice() : new Uint32Array(0),
    ...(flags ? { flags: sent ? flags : new Uint8Array(0), clears } : {}),
    columns: sent ? columns : [],
    ...(sent ? { filled: filledOf(work, done) } : {}),
    series: thinned,
    results,
    alerts,
    effect: numbersOf(work, done),
  };
}

function numbersOf(work: ObjectWork, { shown, context, flags, clears, columns }: ShownEffect): Preview['effect'] {
  const before = new Uint8Array(shown.length);
  const flagged = work.view.flagged;
  if (flagged) for (let i = 0; i < shown.length; i++) before[i] = flagged.has(shown[i]!) ? 1 : 0;
  const after = before.slice();
  for (let i = 0; i < after.length; i++) if (flags?.[i]) after[i] = clears ? 0 : 1;
  const counts: [number, number] = [count(before), count(after)];
  const name = work.bind.value ?? work.view.roles.value;
  const meta = work.meta.columns.find((m) => m.name === name);
  if (name === undefined || !meta || !work.view.columns.some((m) => m.meta.name === name)) return effectNumbers(counts, undefined, undefined);
  // Point to point is about neighbours in time, whatever the kernel's own order.
  const order = orderedRows({ rows: shown }, { ...context, op: { ...work.op, ordered: 'time' }, bind: { ...work.view.roles, ...work.bind } });
  const position = positionsIn(shown, work.view);
  const place = new Uint32Array(order.length);
  for (let k = 0; k < order.length; k++) place[k] = position(order[k]!);
  const live = [before, after].map((mask) => pickBytes(mask, place).map((flag) => 1 - flag)) as [Uint8Array, Uint8Array];
  const values = gatherNumbers(work.view.column(name), order);
  const changed = changedColumn(columns, name);
  const then = changed ? pick(changed.values, place) : values;
  const time = work.bind.time ?? work.view.roles.time;
  const hasCdpp = shown.length <= MOST_ROWS && isFlux(meta) && isKeplerOrTess(work.meta) && work.view.columns.some((m) => m.meta.name === time);
  const cdpps = hasCdpp
    ? cdppOf(gatherNumbers(work.view.column(time!), order), [values, then], live, work.params['apply'] === 'subtract')
    : undefined;
  const first = scatterOf(values, live[0]);
  const last = scatterOf(then, live[1]);
  const isOther = changed !== undefined && !changed.isRatio && changed.unit !== meta.unit;
  return effectNumbers(counts, first, changed?.isRatio ? inUnitOf(first, last) : last, isOther ? undefined : meta.unit, cdpps);
}

function isFlux({ name, ucd, unit }: ColumnMeta): boolean {
  return (/flux/i.test(name) || /phot\.flux/i.test(ucd ?? '')) && !isMagnitude(unit);
}

/** CDPP before and after; fluxes whose trend was subtracted get their level back, of which CDPP is a share. */
function cdppOf(
  times: Float64Array,
  [values, then]: readonly [Float64Array, Float64Array],
  [before, after]: readonly [Uint8Array, Uint8Array],
  isSubtracted: boolean,
): [number, number] {
  const first = cdpp(times, values, before);
  if (then === values && before.every((live, i) => live === after[i])) return [first, first];
  const level = isSubtracted && then !== values ? median(values.filter((v, i) => before[i] === 1 && Number.isFinite(v))) : 0;
  return [first, cdpp(times, then, after, level)];
}

/** Where the step gives a value to rows that have a time and none. */
function filledOf(work: ObjectWork, { shown, columns }: ShownEffect): Preview['filled'] {
  const { view } = work;
  const name = work.bind.value ?? view.roles.value;
  const time = work.bind.time ?? view.roles.time;
  const has = (column: string | undefined): column is string => view.columns.some((m) => m.meta.name === column);
  const changed = has(name) ? changedColumn(columns, name) : undefined;
  if (!changed || !has(name) || !has(time)) return undefined;
  const values = gatherNumbers(view.column(name), shown);
  const places = Uint32Array.from(shown.keys()).filter((i) => values[i]! - values[i]! !== 0 && changed.values[i]! - changed.values[i]! === 0);
  if (places.length === 0) return undefined;
  const times = gatherNumbers(view.column(time), shown);
  return { name: changed.name, time: Float64Array.from(places, (i) => times[i]!), value: Float64Array.from(places, (i) => changed.values[i]!) };
}

function changedColumn(columns: readonly ShownColumn[], value: string): ShownColumn | undefined {
  const name = resultColumn(
    columns.map((c) => c.name),
    value,
  );
  return columns.find((c) => c.name === name);
}

function count(mask: Uint8Array): number {
  let n = 0;
  for (const m of mask) n += m;
  return n;
}
