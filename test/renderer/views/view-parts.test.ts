import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTitle, droppedColumn, isMagnitude } from '../../../src/renderer/components/plot/axis-info';
import { timeModes, timePlotAxis, timeText } from '../../../src/renderer/components/plot/time-axis';
import type { TableInfo } from '../../../src/core/protocol/engine-service';
import { proposeAxes } from '../../../src/renderer/views/density-scatter/axes';
import { binAt } from '../../../src/renderer/views/histogram/bin-at';
import { RowPages } from '../../../src/renderer/views/table/row-pages';
import { firstWindow, slideWindow, windowAround, WINDOW_ROWS } from '../../../src/renderer/views/table/row-window';

function table(
  columns: readonly { name: string; unit?: string; role?: 'time' | 'value' | 'error' | 'object' | 'ra' | 'dec' | 'band' }[],
  meta: Partial<TableInfo['meta']> = {},
): TableInfo {
  const roles = Object.fromEntries(columns.flatMap((c) => (c.role ? [[c.role, c.name]] : [])));
  return {
    id: 't',
    version: 1,
    state: 'ready',
    loaded: 10,
    source: { name: 's', format: 'f' },
    flags: [],
    flagged: 0,
    roles,
    objects: 0,
    bands: [],
    steps: [],
    undoable: 0,
    redoable: 0,
    alerts: [],
    meta: { name: 't', rows: 10, header: [], fileFlags: [], columns: columns.map((c) => ({ type: 'float64' as const, ...c })), ...meta },
  };
}

describe('histogram bins', () => {
  it('hold their low edge, and the last its high edge too', () => {
    const edges = Float64Array.of(0, 1, 2, 4);
    expect([0, 0.5, 1, 1.99, 2, 3.9, 4, -0.1, 4.1, NaN].map((v) => binAt(edges, v))).toEqual([0, 0, 1, 1, 2, 2, 2, undefined, undefined, undefined]);
  });
});

describe('the row window', () => {
  it('always lies in the table and keeps the rows in sight in it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300_000_000 }), fc.double({ min: 0, max: 0.999999, noNaN: true }), (total, t) => {
        const row = Math.floor(t * total);
        const w = windowAround(row, total);
        expect(w.base).toBeGreaterThanOrEqual(0);
        expect(w.base + w.count).toBeLessThanOrEqual(total);
        if (total > 0) expect(row >= w.base && row < w.base + w.count).toBe(true);
      }),
    );
  });
  it('reaches every row by scrolling', () => {
    const total = 10_000_000;
    let w = firstWindow(total);
    let moves = 0;
    while (w.base + w.count < total && moves < 1000) {
      const next = slideWindow(w, total, w.count - 40, w.count - 1);
      expect(next.base).toBeGreaterThan(w.base);
      // The row that was in sight is still laid out.
      expect(w.base + w.count - 1).toBeLessThan(next.base + next.count);
      w = next;
      moves++;
    }
    expect(w.base + w.count).toBe(total);
    expect(slideWindow(w, total, WINDOW_ROWS / 2, WINDOW_ROWS / 2 + 40)).toBe(w);
  });
});

describe('row pages', () => {
  it('are fetched once, where one looks, and forgotten with the question', async () => {
    const asked: number[] = [];
    const pages = new RowPages(async (offset, limit) => {
      asked.push(offset);
      return { kind: 'rows', version: 1, total: 1000, rows: Array.from({ length: limit }, (_, i) => offset + i), values: [], marks: [] };
    });
    pages.restart('a');
    pages.want(190, 210);
    await new Promise((done) => setTimeout(done, 5));
    expect(asked).toEqual([0, 200]);
    expect(pages.at(205)?.page.rows[pages.at(205)!.i]).toBe(205);
    expect(pages.total.value).toBe(1000);
    pages.want(0, 100);
    await new Promise((done) => setTimeout(done, 5));
    expect(asked).toEqual([0, 200]);
    pages.restart('b');
    expect(pages.at(205)).toBeUndefined();
  });
});

describe('axes', () => {
  it('invert for magnitudes only', () => {
    expect(['mag', 'mag(AB)', 'ABmag', 'Jy', 'image', 'mag/arcsec2', undefined].map(isMagnitude)).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
      false,
    ]);
  });
  it('carry the unit of a colour, and claim none for a product', () => {
    const t = table([
      { name: 'g', unit: 'mag' },
      { name: 'r', unit: 'mag' },
      { name: 'd', unit: 'pc' },
    ]);
    const title = (expression: string): string => axisTitle({ expression }, t);
    expect([title('g - r'), title('g * r'), title('g - d'), title('g - 1'), axisTitle({ column: 'd' }, t)]).toEqual([
      'g − r (mag)',
      'g * r',
      'g − d',
      'g − 1',
      'd (pc)',
    ]);
  });
  it('take a dropped column as text or JSON', () => {
    expect([droppedColumn('g'), droppedColumn('"g"'), droppedColumn('{"column":"g"}'), droppedColumn('12'), droppedColumn('')]).toEqual([
      'g',
      'g',
      'g',
      '12',
      undefined,
    ]);
  });
  it('propose a colour–magnitude diagram, the sky, or a light curve', () => {
    expect(
      proposeAxes(
        table([
          { name: 'g', unit: 'mag' },
          { name: 'r', unit: 'mag' },
        ]),
      ),
    ).toEqual({ x: { expression: 'g - r' }, y: { column: 'g' } });
    expect(
      proposeAxes(
        table([
          { name: 'ra', role: 'ra' },
          { name: 'dec', role: 'dec' },
        ]),
      ),
    ).toEqual({ x: { column: 'ra' }, y: { column: 'dec' } });
    expect(
      proposeAxes(
        table([
          { name: 't', role: 'time' },
          { name: 'm', role: 'value' },
        ]),
      ),
    ).toEqual({ x: { column: 't' }, y: { column: 'm' } });
    expect(proposeAxes(table([{ name: 'a' }]))).toBeUndefined();
  });
});

describe('time', () => {
  const kepler = table([{ name: 'TIME', unit: 'BJD - 2454833, days', role: 'time' }], { timeOrigin: 2_454_833, timeSystem: 'BKJD' });
  it('is shown as the file, MJD, BJD or calendar when the zero point is known, else only as it is', () => {
    expect(timeModes(kepler).map((m) => m.label)).toEqual(['BKJD', 'MJD', 'BJD', 'calendar']);
    expect(timeModes(table([{ name: 't', unit: 'd', role: 'time' }])).map((m) => m.mode)).toEqual(['raw']);
    expect(timeModes(table([{ name: 't', unit: 's', role: 'time' }], { timeOrigin: 5 })).map((m) => m.mode)).toEqual(['raw']);
  });
  it('keeps the column’s numbers and shifts labels only', () => {
    const axis = timePlotAxis(kepler, 'TIME', [131.5, 164.9], 'mjd');
    expect(axis.offset).toBe(54_832.5);
    expect(axis.home[0]).toBeLessThan(131.5);
    expect(axis.home[1]).toBeGreaterThan(164.9);
    expect(timeText(kepler, 131.5, 'calendar')).toBe('2009-05-13 00:00:00');
  });
});
