import type { Cell } from '../../../src/core/model/column';
import type { Answer, ColumnSummary, ObjectRow, Query } from '../../../src/core/query/query';
import { answerImage } from './fake-image';
import type { FakeTable } from './fake-table';

/** Answers a query by looping over plain arrays. */
export function answer(table: FakeTable, q: Query): Answer {
  const version = table.version;
  switch (q.kind) {
    case 'points': {
      const rows = table.rowsOf(q.rows);
      const [x, y] = [table.numbers(q.x), table.numbers(q.y)];
      if (rows.length > q.limit)
        return {
          kind: 'points',
          version,
          total: rows.length,
          tooMany: true,
          rows: new Uint32Array(),
          x: new Float64Array(),
          y: new Float64Array(),
          marks: new Uint8Array(),
        };
      const flagged = table.flagged();
      const selected = q.selection ? table.test(q.selection) : () => false;
      const errors = (name?: string): Float32Array | undefined => (name ? Float32Array.from(rows, table.numbers({ column: name })) : undefined);
      return {
        kind: 'points',
        version,
        total: rows.length,
        tooMany: false,
        rows: Uint32Array.from(rows),
        x: Float64Array.from(rows, x),
        y: Float64Array.from(rows, y),
        xError: errors(q.xError),
        yError: errors(q.yError),
        marks: Uint8Array.from(rows, (r) => flagged[r]! | (selected(r) ? 2 : 0)),
      };
    }
    case 'density':
      return density(table, q);
    case 'histogram': {
      const rows = table.rowsOf(q.rows);
      const x = table.numbers(q.x);
      const [low, high] = q.range ?? extent(rows, x);
      const flaggedRows = table.flagged();
      const selectedRow = q.selection ? table.test(q.selection) : undefined;
      const counts = new Uint32Array(q.bins);
      const flagged = new Uint32Array(q.bins);
      const selected = selectedRow ? new Uint32Array(q.bins) : undefined;
      let missing = 0;
      for (const r of rows) {
        const v = x(r);
        if (!Number.isFinite(v)) missing++;
        const bin = v === high ? q.bins - 1 : Math.floor(((v - low) / (high - low)) * q.bins);
        if (!(bin >= 0 && bin < q.bins)) continue;
        counts[bin]!++;
        flagged[bin]! += flaggedRows[r]!;
        if (selected && selectedRow!(r)) selected[bin]!++;
      }
      const edges = Float64Array.from({ length: q.bins + 1 }, (_, i) => low + ((high - low) * i) / q.bins);
      return { kind: 'histogram', version, edges, counts, selected, flagged, missing, total: rows.length };
    }
    case 'rows': {
      let rows = table.rowsOf(q.rows);
      if (q.order) {
        const values = table.columns.get(q.order.column)!;
        const sign = q.order.descending ? -1 : 1;
        rows = [...rows].sort((a, b) => sign * (values[a]! < values[b]! ? -1 : values[a]! > values[b]! ? 1 : 0));
      }
      const page = rows.slice(q.offset, q.offset + q.limit);
      const flagged = table.flagged();
      const values = q.columns.map((c) => page.map((r): Cell => cell(table.columns.get(c)?.[r])));
      return { kind: 'rows', version, total: rows.length, rows: page, values, marks: page.map((r) => flagged[r]!) };
    }
    case 'summary':
      return { kind: 'summary', version, columns: q.columns.map((name) => summary(table, name, q.bins ?? 0)) };
    case 'object-columns':
      return { kind: 'object-columns', version, serial: 0, objects: table.objects.size, columns: [] };
    case 'objects':
      return objects(table, q);
    case 'count': {
      const rows = table.rowsOf(q.rows);
      const inside = table.test(q.selection);
      const flagged = table.flagged();
      const hit = rows.filter(inside);
      return { kind: 'count', version, rows: hit.length, flagged: hit.filter((r) => flagged[r]).length };
    }
    case 'nearest': {
      const [x, y] = [table.numbers(q.x), table.numbers(q.y)];
      let best: number | undefined;
      let least = Infinity;
      for (const r of table.rowsOf(q.rows)) {
        const d = ((x(r) - q.at[0]) / q.scale[0]) ** 2 + ((y(r) - q.at[1]) / q.scale[1]) ** 2;
        if (d < least) [least, best] = [d, r];
      }
      return { kind: 'nearest', version, row: best };
    }
    case 'image':
    case 'image-stretch':
    case 'image-stats':
      return answerImage(table, q);
    case 'row': {
      const names = [...table.columns.keys()];
      const values = Object.fromEntries(names.map((n) => [n, cell(table.columns.get(n)![q.row])]));
      return {
        kind: 'row',
        version,
        values,
        flags: [...table.flags].filter(([, f]) => f.rows[q.row]).map(([n]) => n),
        columns: table.info().meta.columns,
      };
    }
  }
}

function cell(v: number | string | undefined): Cell {
  return typeof v === 'number' && Number.isNaN(v) ? undefined : v;
}

function extent(rows: readonly number[], x: (row: number) => number): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const r of rows) {
    const v = x(r);
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return low <= high ? [low, high] : [0, 1];
}

function density(table: FakeTable, q: Extract<Query, { kind: 'density' }>): Answer {
  const rows = table.rowsOf(q.rows);
  const log = (f: (row: number) => number, on?: boolean): ((row: number) => number) => (on ? (r) => Math.log10(f(r)) : f);
  const [x, y] = [log(table.numbers(q.x), q.xLog), log(table.numbers(q.y), q.yLog)];
  const scaled = (range: readonly [number, number] | undefined, on?: boolean): readonly [number, number] | undefined =>
    range && on ? [Math.log10(range[0]), Math.log10(range[1])] : range;
  const xr = scaled(q.xRange, q.xLog) ?? extent(rows, x);
  const yr = scaled(q.yRange, q.yLog) ?? extent(rows, y);
  const counts = new Uint32Array(q.width * q.height);
  const inside = q.selection ? table.test(q.selection) : undefined;
  const selected = inside ? new Uint32Array(q.width * q.height) : undefined;
  let [n, selectedTotal, max] = [0, 0, 0];
  for (const r of rows) {
    const isSelected = inside?.(r) ?? false;
    if (isSelected) selectedTotal++;
    const i = Math.min(q.width - 1, Math.floor(((x(r) - xr[0]) / (xr[1] - xr[0])) * q.width));
    const j = Math.min(q.height - 1, Math.floor(((y(r) - yr[0]) / (yr[1] - yr[0])) * q.height));
    if (!(i >= 0 && j >= 0)) continue;
    n++;
    max = Math.max(max, ++counts[j * q.width + i]!);
    if (selected && isSelected) selected[j * q.width + i]!++;
  }
  const back = (range: readonly [number, number], on?: boolean): readonly [number, number] => (on ? [10 ** range[0], 10 ** range[1]] : range);
  return {
    kind: 'density',
    version: table.version,
    width: q.width,
    height: q.height,
    xRange: back(xr, q.xLog),
    yRange: back(yr, q.yLog),
    counts,
    selected,
    total: rows.length,
    inside: n,
    selectedTotal,
    max,
    loaded: table.rows,
  };
}

function summary(table: FakeTable, name: string, bins: number): ColumnSummary {
  const values = table.columns.get(name);
  if (!values) return { name, missing: 0 };
  if (!(values instanceof Float64Array)) return { name, missing: 0, distinct: new Set(values).size };
  const good = values.filter(Number.isFinite);
  const [min, max] = extent([...good.keys()], (i) => good[i]!);
  const mean = good.reduce((a, b) => a + b, 0) / good.length;
  const counts = new Array<number>(bins).fill(0);
  for (const v of good) counts[Math.min(bins - 1, Math.floor(((v - min) / (max - min || 1)) * bins))]!++;
  const std = Math.sqrt(good.reduce((a, b) => a + (b - mean) ** 2, 0) / good.length);
  return { name, missing: values.length - good.length, min, max, mean, std, counts };
}

function median(sorted: readonly number[]): number | undefined {
  return sorted.length ? (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2 : undefined;
}

function objects(table: FakeTable, q: Extract<Query, { kind: 'objects' }>): Answer {
  const value = table.roles.value ? (table.columns.get(table.roles.value) as Float64Array) : undefined;
  const flagged = table.flagged();
  const byId = new Map(table.results.flatMap((r) => r.rows.map((row) => [String(row['object']), row] as const)));
  let list = [...table.objects].map(([id, rows]): ObjectRow => {
    const good = rows.filter((r) => !flagged[r] && value && Number.isFinite(value[r])).map((r) => value![r]!);
    const mid = median(good.sort((a, b) => a - b));
    const mad = mid === undefined ? undefined : median(good.map((v) => Math.abs(v - mid)).sort((a, b) => a - b));
    return {
      id,
      rows: rows.length,
      flagged: rows.filter((r) => flagged[r]).length,
      median: mid,
      scatter: mad === undefined ? undefined : 1.4826 * mad,
      label: table.labels.get(id),
      results: byId.get(id) as ObjectRow['results'],
    };
  });
  if (q.filter) list = list.filter((o) => o.id.includes(q.filter!));
  if (q.ids) list = list.filter((o) => q.ids!.includes(o.id));
  const key = q.sort ?? 'id';
  const at = (o: ObjectRow): number | string =>
    (o as unknown as Record<string, number | string | undefined>)[key] ?? (o.results?.[key] as number | undefined) ?? -Infinity;
  const sign = q.descending ? -1 : 1;
  list.sort((a, b) => sign * (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0));
  const resultColumns = table.results.flatMap((r) => r.columns.filter((c) => c !== 'object' && c !== 'band'));
  return { kind: 'objects', version: table.version, total: list.length, objects: list.slice(q.offset, q.offset + q.limit), resultColumns };
}
