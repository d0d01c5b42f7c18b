import type { TableInfo } from '../../../core/protocol/engine-service';
import type { PlotAxis } from './frame';
import { calendarOf, padDomain, type Range } from './scale';
import { measured } from './numbers';

export type TimeMode = 'raw' | 'mjd' | 'jd' | 'calendar';

const MJD_ZERO = 2400000.5;

/** How times of a table may be shown. Without a known zero point (or in other units than days) only as they are. */
export function timeModes(table: TableInfo | undefined): { readonly mode: TimeMode; readonly label: string }[] {
  const column = table?.meta.columns.find((c) => c.name === table.roles.time);
  const own = table?.meta.timeSystem ?? column?.unit ?? 'time';
  const raw = { mode: 'raw' as const, label: own };
  if (!table || originOf(table) === undefined) return [raw];
  return [raw, { mode: 'mjd', label: 'MJD' }, { mode: 'jd', label: julianName(table) }, { mode: 'calendar', label: 'calendar' }];
}

/** Added to the column gives a Julian date; undefined when the file does not say. */
export function originOf(table: TableInfo): number | undefined {
  const column = table.meta.columns.find((c) => c.name === table.roles.time);
  const inDays = !column?.unit || /^(d|day|days|jd|mjd|bjd|btjd|bkjd|hjd)\b/i.test(column.unit.trim());
  return inDays ? table.meta.timeOrigin : undefined;
}

function julianName(table: TableInfo): string {
  const system = table.meta.timeSystem ?? '';
  return /^B/i.test(system) ? 'BJD' : /^H/i.test(system) ? 'HJD' : 'JD';
}

/** The time axis in a mode. The data keep their own numbers: only the labels change, so selections stay in the column's units. */
export function timePlotAxis(table: TableInfo | undefined, column: string, extent: Range | undefined, mode: TimeMode): PlotAxis {
  const home = padDomain(extent, 'linear', 0.02);
  const meta = table?.meta.columns.find((c) => c.name === column);
  const origin = table ? originOf(table) : undefined;
  const system = meta?.role === 'time' ? table?.meta.timeSystem : undefined;
  const rawName = !system ? column : system.toLowerCase() === column.toLowerCase() ? system : `${column}, ${system}`;
  const raw: PlotAxis = { title: meta?.unit ? `${rawName} (${meta.unit})` : rawName, kind: 'linear', home };
  if (!table || origin === undefined || mode === 'raw') return raw;
  if (mode === 'mjd') return { ...raw, title: 'MJD (d)', offset: origin - MJD_ZERO };
  if (mode === 'jd') return { ...raw, title: `${julianName(table)} (d)`, offset: origin };
  // The calendar is that of the file's own clock: TDB and UTC differ by about a minute and nothing here converts them.
  const clock = julianName(table) === 'JD' ? '' : ` (${julianName(table)})`;
  return { ...raw, title: `date${clock}`, kind: 'time', julian: origin };
}

/** A time as the axis shows it, for tooltips. */
export function timeText(table: TableInfo | undefined, value: number, mode: TimeMode): string {
  const origin = table ? originOf(table) : undefined;
  if (origin === undefined || mode === 'raw') return measured(value, 1e-5);
  if (mode === 'calendar') return calendarOf(value + origin);
  return measured(value + origin - (mode === 'mjd' ? MJD_ZERO : 0), 1e-5);
}
