import { argsortSteps } from '../numerics/argsort';
import { knotsSteps } from '../numerics/interpolate';
import { pchipSteps } from '../numerics/pchip';
import { inBlocks, part } from '../numerics/steps';
import { AppError, type Progress } from '../protocol/outcome';
import { card, rowColumns } from './cbv-tables';
import type { Batch, CompanionTable } from './definition';

export type CbvAlign = 'auto' | 'cadence' | 'time';

/** How the rows of a light curve find theirs in a table of basis vectors. */
export type Aligner = (column: string) => Generator<Progress, Float64Array>;

/** Row of the table by cadence number; -1 where there is none. Rows in a gap or flagged are left out. */
function cadenceRows(table: CompanionTable, cadence: string, usable: Uint8Array): Map<number, number> {
  const numbers = table.column(cadence);
  const rows = new Map<number, number>();
  for (let i = 0; i < numbers.length; i++) if (usable[i] === 1 && numbers[i] === numbers[i]) rows.set(numbers[i]!, i);
  return rows;
}

function usableRows(table: CompanionTable, gap: string | undefined): Uint8Array {
  const gaps = gap === undefined ? undefined : table.column(gap);
  return table.live.map((l, i) => (l === 1 && !(gaps && gaps[i]! > 0) ? 1 : 0));
}

function* byCadence(input: Batch, table: CompanionTable, mine: string, theirs: string, usable: Uint8Array): Generator<Progress, Aligner> {
  const numbers = input.column(mine);
  const found = cadenceRows(table, theirs, usable);
  const rows = new Int32Array(input.length);
  yield* inBlocks(
    input.length,
    (from, to) => {
      for (let i = from; i < to; i++) rows[i] = found.get(numbers[i]!) ?? -1;
    },
    65536,
  );
  return function* (column) {
    const source = table.column(column);
    const out = new Float64Array(rows.length);
    yield* inBlocks(rows.length, (from, to) => {
      for (let i = from; i < to; i++) out[i] = rows[i]! < 0 ? NaN : source[rows[i]!]!;
    });
    return out;
  };
}

/** What to add to the table's times to count them as the light curve does. */
function shiftOf(input: Batch, table: CompanionTable): number {
  const [mine, theirs] = [input.table.timeOrigin, table.meta.timeOrigin];
  return mine === undefined || theirs === undefined ? 0 : theirs - mine;
}

function* byTime(input: Batch, table: CompanionTable, time: string, usable: Uint8Array): Generator<Progress, Aligner> {
  const shift = shiftOf(input, table);
  const theirs = table.column(time).map((t) => t + shift);
  const order = yield* argsortSteps(theirs);
  const sorted = Float64Array.from(order, (i) => theirs[i]!);
  const use = Uint8Array.from(order, (i) => usable[i]!);
  const times = input.role('time')!;
  return function* (column) {
    const source = table.column(column);
    const values = Float64Array.from(order, (i) => source[i]!);
    const { x, y, count } = yield* part(knotsSteps(sorted, values, use), 0, 0.3);
    return yield* part(pchipSteps(x, y, count, times), 0.3, 1);
  };
}

/** The light curve's column of cadence numbers. */
export function cadenceColumn(columns: readonly string[]): string | undefined {
  return columns.find((name) => /^cadenceno$/i.test(name));
}

/** Long and short cadences are numbered apart. */
function areSameMode(input: Batch, table: CompanionTable): boolean {
  const [mine, theirs] = [card(input.table.header, 'OBSMODE'), card(table.meta.header, 'OBSMODE')];
  return mine === undefined || theirs === undefined || mine === theirs;
}

/**
 * Rows are matched by cadence number when both sides have one (and, Kepler, both are of long or both of short cadence), else the vectors are
 * interpolated at the light curve's times (PCHIP), with both time zero points taken into account. Never by position. `cadence` and `time` insist.
 */
export function* alignSteps(input: Batch, table: CompanionTable, align: CbvAlign): Generator<Progress, { aligner: Aligner; by: 'cadence' | 'time' }> {
  const { time, cadence, gap } = rowColumns(table.meta);
  const mine = cadenceColumn(input.table.columns.map((c) => c.name));
  const usable = usableRows(table, gap);
  const hasBoth = mine !== undefined && cadence !== undefined;
  if (align === 'cadence' && !hasBoth)
    throw new AppError({
      code: 'invalid-argument',
      message: `invalid align: cadence (${mine === undefined ? 'this table' : table.meta.name} has no column CADENCENO)`,
      hint: 'align by time',
    });
  if (hasBoth && align !== 'time' && (align === 'cadence' || areSameMode(input, table)))
    return { aligner: yield* byCadence(input, table, mine, cadence, usable), by: 'cadence' };
  if (time === undefined)
    throw new AppError({ code: 'invalid-argument', message: `${table.meta.name} has no column of times to align by`, hint: 'choose another table' });
  return { aligner: yield* byTime(input, table, time, usable), by: 'time' };
}
