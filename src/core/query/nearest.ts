import { AppError } from '../protocol/outcome';
import { axisReader } from '../select/axis';
import type { Query } from './query';
import { RowScan } from './row-scan';
import type { TableView } from './table-view';

export type NearestQuery = Extract<Query, { kind: 'nearest' }>;

/** The nearest row so far and its squared distance; row -1 when there is none. */
export interface NearestPartial {
  readonly row: number;
  readonly distance: number;
}

/** Nearest of candidates [from, to) to `at`, distances in units of `scale`; the first row of several as near. */
export function* nearestKernel(view: TableView, query: NearestQuery, from: number, to: number): Generator<number, NearestPartial> {
  const [scaleX, scaleY] = query.scale;
  if (!(scaleX > 0) || !(scaleY > 0)) throw new AppError({ code: 'invalid-argument', message: `invalid scale: ${scaleX}, ${scaleY} (must be > 0)` });
  const scan = new RowScan(view, query.rows);
  const readX = axisReader(query.x, view);
  const readY = axisReader(query.y, view);
  const [atX, atY] = query.at;
  let row = -1;
  let distance = Infinity;
  for (const { span, length, keep, fraction } of scan.blocks(from, to)) {
    const x = readX(span);
    const y = readY(span);
    for (let i = 0; i < length; i++) {
      const dx = (x[i]! - atX) / scaleX;
      const dy = (y[i]! - atY) / scaleY;
      const d = dx * dx + dy * dy;
      if (d < distance && (keep === undefined || keep[i] === 1)) {
        distance = d;
        row = span.list ? span.list[span.from + i]! : span.from + i;
      }
    }
    yield fraction;
  }
  return { row, distance };
}

/** `a` covers the earlier rows. */
export function mergeNearest(a: NearestPartial, b: NearestPartial): NearestPartial {
  return b.distance < a.distance ? b : a;
}
