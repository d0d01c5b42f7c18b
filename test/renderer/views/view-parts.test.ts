import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTitle, droppedColumn, isMagnitude } from '../../../src/renderer/components/plot/axis-info';
import { timeModes, timePlotAxis, timeText } from '../../../src/renderer/components/plot/time-axis';
import type { TableInfo } from '../../../src/core/protocol/engine-service';
import { proposeAxes } from '../../../src/renderer/views/density-scatter/axes';
import { binAt } from '../../../src/renderer/views/histogram/bin-at';
import { AUTOMATIC_UP_TO, firstLookMaximum, gridCost } from '../../../src/renderer/views/periodogram/cost';
import { knownParams, periodogramStep } from '../../../src/renderer/views/periodogram/lomb-scargle-step';
import { aliasesOf, dayIn, findPeaks, peakBetween } from '../../../src/renderer/views/periodogram/peaks';
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

describe('periodogram peaks', () => {
  const f = Float64Array.from({ length: 5001 }, (_, i) => i * 0.001);
  const power = f.map((v) => 0.9 * Math.exp(-(((v - 1.96697) / 0.004) ** 2)) + 0.4 * Math.exp(-(((v - 0.9661) / 0.004) ** 2)));
  it('are found best first and between the grid frequencies', () => {
    const [a, b] = findPeaks(f, power, 5);
    expect(a!.frequency).toBeCloseTo(1.96697, 4);
    expect(b!.frequency).toBeCloseTo(0.9661, 4);
    expect(peakBetween(f, power, 0.9, 1)!.frequency).toBeCloseTo(0.9661, 4);
    expect(peakBetween(f, power, 9, 10)).toBeUndefined();
    expect(findPeaks(f, power, 1)).toHaveLength(1);
  });
  it('have aliases at a day in the unit of time', () => {
    expect(aliasesOf(1.967, 0, 5, 1).map((a) => [a.label, Number(a.frequency.toFixed(3))])).toEqual([
      ['2f', 3.934],
      ['f/2', 0.984],
      ['−2/d', 0.033],
      ['−1/d', 0.967],
      ['+1/d', 2.967],
      ['+2/d', 3.967],
    ]);
    expect([dayIn('d'), dayIn('s'), dayIn('BJD - 2454833'), dayIn('furlong'), dayIn(undefined)]).toEqual([1, 86_400, 1, undefined, undefined]);
    expect(aliasesOf(1.967, 0, 5, undefined).map((a) => a.label)).toEqual(['2f', 'f/2']);
  });
});

describe('periodogram cost', () => {
  const grid = { points: 74, baseline: 3000, minimum: 0, maximum: 0, samplesPerPeak: 5, terms: 1 };
  it('counts frequencies as astropy does', () => {
    expect(gridCost(grid).frequencies).toBe(Math.round(((5 * 0.5 * 74) / 3000) * 3000 * 5));
    expect(gridCost({ ...grid, maximum: 12 })).toEqual({ frequencies: 180_000, work: 74 * 180_000 });
    expect(gridCost({ ...grid, baseline: 0 }).work).toBe(0);
  });
  it('looks as far as stars pulsate when that is cheap, and never so far that it is not', () => {
    expect(firstLookMaximum(grid, 1)).toBe(12);
    expect(firstLookMaximum(grid, undefined)).toBeUndefined();
    const kepler = { ...grid, points: 4000, baseline: 90 };
    expect(firstLookMaximum(kepler, 1)).toBeUndefined();
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 100_000 }), fc.double({ min: 1, max: 5000, noNaN: true }), (points, baseline) => {
        const maximum = firstLookMaximum({ ...grid, points, baseline }, 1);
        if (maximum !== undefined) expect(gridCost({ ...grid, points, baseline, maximum }).work).toBeLessThan(AUTOMATIC_UP_TO * 1.01);
      }),
    );
  });
});

describe('the periodogram step', () => {
  it('finds each of its settings among the operation’s parameters', () => {
    const known = knownParams();
    expect(known?.names).toEqual({
      minimum: 'minimumFrequency',
      maximum: 'maximumFrequency',
      terms: 'terms',
      samplesPerPeak: 'samplesPerPeak',
      normalization: 'normalization',
    });
    expect(known?.normalizations).toContain('standard');
  });
  it('binds what the table knows and carries only what was chosen', () => {
    const t = table([
      { name: 'mjd', role: 'time' },
      { name: 'g', role: 'value' },
      { name: 'e', role: 'error' },
      { name: 'id', role: 'object' },
    ]);
    const step = periodogramStep(t, { maximum: 7 }, undefined, false)!;
    expect(step.params['maximumFrequency']).toBe(7);
    expect(step.params).not.toHaveProperty('minimumFrequency');
    expect(step.bind).toEqual({ time: 'mjd', value: 'g', error: 'e', object: 'id' });
    expect(step.scope).toBe('object');
    expect(periodogramStep(t, {}, 'r', false)!.bind.error).toBeUndefined();
    expect(periodogramStep(table([{ name: 'g', role: 'value' }]), {}, undefined, false)).toBeUndefined();
  });
});

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
