import { setTimeout } from 'node:timers/promises';
import { shallowRef } from 'vue';
import { describe, expect, it } from 'vitest';
import type { ColumnMeta } from '../../../src/core/model/column';
import type { EngineService, ResultsProgress, TableInfo } from '../../../src/core/protocol/engine-service';
import type { Client } from '../../../src/core/protocol/rpc';
import { ObjectTableWatch } from '../../../src/renderer/client/object-table';
import { listedRows } from '../../../src/renderer/panels/export/export-parts';
import { labelColours, rangeColours } from '../../../src/renderer/views/feature-space/colours';
import { asTable, featureAxes } from '../../../src/renderer/views/feature-space/feature-axes';

const columns = (...names: string[]): ColumnMeta[] => names.map((name) => ({ name, type: name === 'reason r' ? 'utf8' : 'float64' }));

describe('the first axes of feature space', () => {
  it('are amplitude against period, of the current band where there are bands', () => {
    const found = columns('id', 'median', 'scatter', 'period g', 'period r', 'amplitude g', 'amplitude r', 'reason r');
    expect(featureAxes(found, 'r')).toEqual({ x: { column: 'period r' }, y: { column: 'amplitude r' } });
    expect(featureAxes(found, 'z')).toEqual({ x: { column: 'period g' }, y: { column: 'amplitude g' } });
    expect(featureAxes(columns('median', 'scatter', 'period', 'power'), 'r')).toEqual({ x: { column: 'period' }, y: { column: 'power' } });
  });
  it('are scatter against median before anything was found, and none without columns', () => {
    expect(featureAxes(columns('median', 'scatter'))).toEqual({ x: { column: 'median' }, y: { column: 'scatter' } });
    expect(featureAxes([])).toBeUndefined();
  });
});

describe('colours of objects', () => {
  it('spread over the range, and leave out what is missing', () => {
    const scale = rangeColours(Float64Array.of(1, NaN, 5, 3), 'dark', false);
    expect(scale.range).toEqual([1, 5]);
    expect([1, 5, 3, NaN].map((v) => scale.groupOf(v))).toEqual([0, scale.colours.length - 1, scale.colours.length / 2, -1]);
    const log = rangeColours(Float64Array.of(0, 1, 100), 'light', true);
    expect(log.range).toEqual([1, 100]);
    expect([0, 10].map((v) => log.groupOf(v))).toEqual([-1, log.colours.length / 2]);
    expect(rangeColours(Float64Array.of(7, 7), 'light', false).groupOf(7)).toBe(0);
    expect(rangeColours(Float64Array.of(NaN), 'light', false).groupOf(1)).toBe(-1);
  });
  it('are one for each label', () => {
    const scale = labelColours();
    expect(new Set(scale.colours).size).toBe(9);
    expect([1, 9, NaN, 0].map((v) => scale.groupOf(v))).toEqual([0, 8, -1, -1]);
  });
});

describe('what the list shows, as rows to export', () => {
  const order = { sort: 'id', descending: false, filter: '' };
  it('is said by the view that narrowed it and by a condition, not by a part of an identifier', () => {
    expect(listedRows(order)).toBeUndefined();
    expect(listedRows({ ...order, only: { ids: ['a'], words: '' } })).toEqual({ kind: 'objects', ids: ['a'] });
    const where = { kind: 'range', axis: { column: 'period' }, high: 1 } as const;
    expect(listedRows({ ...order, filter: 'power > 0.5', only: { where, words: '' } })).toEqual({
      kind: 'and',
      of: [
        { kind: 'objects-where', of: where },
        { kind: 'objects-where', of: { kind: 'expression', expression: 'power > 0.5' } },
      ],
    });
    expect(listedRows({ ...order, filter: 'star' })).toBeUndefined();
  });
});

describe('the object table of the window', () => {
  it('follows the table, and while a step runs what it finds', async () => {
    const table = shallowRef<TableInfo>();
    const asked: string[] = [];
    let tell: (p: ResultsProgress) => void = () => undefined;
    let found = columns('id');
    const engine = {
      query: ({ table: id }: { table: string }) => {
        asked.push(id);
        return Promise.resolve({ ok: { kind: 'object-columns', version: 1, serial: 0, objects: 5, columns: found }, alerts: [] });
      },
      onResults: (handler: typeof tell) => ((tell = handler), () => (tell = () => undefined)),
    } as unknown as Client<EngineService>;
    let more = 0;
    const watcher = new ObjectTableWatch({ engine, table: () => table.value, onMore: () => more++ });
    expect(watcher.info.value.table).toBeUndefined();
    table.value = { id: 't1', objects: 5, meta: { name: 'stars', rows: 50 } } as TableInfo;
    await setTimeout(0);
    expect(watcher.info.value).toMatchObject({ table: 't1', objects: 5, columns: found });
    const { stamp } = watcher.info.value;

    found = columns('id', 'period');
    const progress = { table: 't1', step: 's', op: 'periods.bls', done: 2, total: 5, resumed: 0 };
    tell({ ...progress, state: 'running' });
    tell({ ...progress, table: 'other', state: 'running' });
    await setTimeout(0);
    expect(watcher.info.value).toMatchObject({ columns: found, running: { done: 2 } });
    expect(watcher.info.value.stamp).toBeGreaterThan(stamp);
    expect(more).toBe(1);
    expect(asTable(table.value, watcher.info.value)).toMatchObject({ id: 't1', meta: { rows: 5, columns: found }, state: 'ready' });
    tell({ ...progress, done: 5, state: 'ended' });
    await setTimeout(0);
    expect(watcher.info.value.running).toBeUndefined();

    table.value = undefined;
    expect(watcher.info.value.columns).toEqual([]);
    watcher.dispose();
  });
});
