import { axisReader } from '../select/axis';
import { numberReader } from '../select/numbers';
import type { PointsAnswer, Query } from './query';
import { RowScan } from './row-scan';
import type { TableView } from './table-view';

export type PointsQuery = Extract<Query, { kind: 'points' }>;

/** Points of some of the rows; the arrays are empty once there are more than the limit. */
export interface PointsPartial {
  readonly total: number;
  readonly rows: Uint32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly xError?: Float32Array | undefined;
  readonly yError?: Float32Array | undefined;
  readonly third?: Float64Array | undefined;
  readonly marks: Uint8Array;
}

class Points {
  total = 0;
  private room = 0;
  private rows = new Uint32Array(0);
  private x = new Float64Array(0);
  private y = new Float64Array(0);
  private xError: Float32Array | undefined;
  private yError: Float32Array | undefined;
  private third: Float64Array | undefined;
  private marks = new Uint8Array(0);

  constructor(
    private readonly limit: number,
    has: { readonly xError: boolean; readonly yError: boolean; readonly third: boolean },
  ) {
    if (has.xError) this.xError = new Float32Array(0);
    if (has.yError) this.yError = new Float32Array(0);
    if (has.third) this.third = new Float64Array(0);
  }

  private grow(): void {
    this.room = Math.min(this.limit, Math.max(1024, 2 * this.room));
    const larger = <T extends Uint8Array | Uint32Array | Float32Array | Float64Array>(old: T): T => {
      const more = new (old.constructor as new (n: number) => T)(this.room);
      more.set(old);
      return more;
    };
    this.rows = larger(this.rows);
    this.x = larger(this.x);
    this.y = larger(this.y);
    this.xError &&= larger(this.xError);
    this.yError &&= larger(this.yError);
    this.third &&= larger(this.third);
    this.marks = larger(this.marks);
  }

  add(row: number, x: number, y: number, xError: number, yError: number, third: number, marks: number): void {
    const at = this.total++;
    if (at >= this.limit) return;
    if (at >= this.room) this.grow();
    this.rows[at] = row;
    this.x[at] = x;
    this.y[at] = y;
    if (this.xError) this.xError[at] = xError;
    if (this.yError) this.yError[at] = yError;
    if (this.third) this.third[at] = third;
    this.marks[at] = marks;
  }

  result(): PointsPartial {
    const n = this.total > this.limit ? 0 : this.total;
    return {
      total: this.total,
      rows: this.rows.slice(0, n),
      x: this.x.slice(0, n),
      y: this.y.slice(0, n),
      xError: this.xError?.slice(0, n),
      yError: this.yError?.slice(0, n),
      third: this.third?.slice(0, n),
      marks: this.marks.slice(0, n),
    };
  }
}

/** Points over candidates [from, to): those whose x and y are finite, for the others cannot be drawn. */
export function* pointsKernel(view: TableView, query: PointsQuery, from: number, to: number): Generator<number, PointsPartial> {
  const scan = new RowScan(view, query.rows, { selection: query.selection, marks: true });
  const readX = axisReader(query.x, view);
  const readY = axisReader(query.y, view);
  const readXError = query.xError === undefined ? undefined : numberReader(view.column(query.xError));
  const readYError = query.yError === undefined ? undefined : numberReader(view.column(query.yError));
  const readThird = query.third && axisReader(query.third, view);
  const has = { xError: readXError !== undefined, yError: readYError !== undefined, third: readThird !== undefined };
  const points = new Points(query.limit, has);
  for (const { span, length, keep, selected, flagged, fraction } of scan.blocks(from, to)) {
    const x = readX(span);
    const y = readY(span);
    const isFull = points.total > query.limit;
    const xError = isFull ? undefined : readXError?.(span);
    const yError = isFull ? undefined : readYError?.(span);
    const third = isFull ? undefined : readThird?.(span);
    for (let i = 0; i < length; i++) {
      if (keep !== undefined && keep[i] === 0) continue;
      if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
      const row = span.list ? span.list[span.from + i]! : span.from + i;
      const marks = (flagged?.[i] ? 1 : 0) | (selected?.[i] ? 2 : 0);
      points.add(row, x[i]!, y[i]!, xError?.[i] ?? NaN, yError?.[i] ?? NaN, third?.[i] ?? NaN, marks);
    }
    yield fraction;
  }
  return points.result();
}

function joined<T extends Uint8Array | Uint32Array | Float32Array | Float64Array>(parts: readonly T[]): T {
  const length = parts.reduce((n, p) => n + p.length, 0);
  const out = new (parts[0]!.constructor as new (n: number) => T)(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Puts parts one after the other; nothing but the total is left when together they are more than the limit. */
export function pointsAnswer(view: { version: number }, query: PointsQuery, parts: readonly PointsPartial[]): PointsAnswer {
  const total = parts.reduce((n, p) => n + p.total, 0);
  const tooMany = total > query.limit;
  const all = tooMany ? parts.map(empty) : parts;
  return {
    kind: 'points',
    version: view.version,
    total,
    tooMany,
    rows: joined(all.map((p) => p.rows)),
    x: joined(all.map((p) => p.x)),
    y: joined(all.map((p) => p.y)),
    xError: query.xError === undefined ? undefined : joined(all.map((p) => p.xError!)),
    yError: query.yError === undefined ? undefined : joined(all.map((p) => p.yError!)),
    third: query.third === undefined ? undefined : joined(all.map((p) => p.third!)),
    marks: joined(all.map((p) => p.marks)),
  };
}

function empty(p: PointsPartial): PointsPartial {
  return {
    total: p.total,
    rows: new Uint32Array(0),
    x: new Float64Array(0),
    y: new Float64Array(0),
    xError: p.xError && new Float32Array(0),
    yError: p.yError && new Float32Array(0),
    third: p.third && new Float64Array(0),
    marks: new Uint8Array(0),
  };
}
