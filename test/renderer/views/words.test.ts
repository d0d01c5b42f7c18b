// @vitest-environment jsdom
import { mount } from '@vue/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineComponent, h } from 'vue';
import type { ColumnMeta } from '../../../src/core/model/column';
import { SESSION, type ViewSpec } from '../../../src/renderer/client/session';
import { mergedLabels } from '../../../src/renderer/components/plot/annotation-layers';
import { rowLines } from '../../../src/renderer/components/plot/use-row-tip';
import { useView } from '../../../src/renderer/components/plot/use-view';
import { columnChoices, objectColumns } from '../../../src/renderer/panels/objects/object-columns';
import { periodText } from '../../../src/renderer/views/phase/fold-control';
import { useFolded, type Folded } from '../../../src/renderer/views/phase/use-folded';
import { openWindow, until } from '../window';

describe('a period in words', () => {
  it('keeps the digits of a typed one, and those that the data can tell apart', () => {
    expect(periodText(2.204735, 9.7)).toBe('2.204735');
    expect(periodText(2.204735, 0)).toBe('2.204735');
    expect(periodText(0.5, 1000)).toBe('0.5');
    expect(periodText(0.47173921, 3000)).toBe('0.47173921');
    expect(periodText(NaN, 1)).toBe('');
  });
  it('is right to a slider step', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 500, noNaN: true }), fc.double({ min: 1, max: 4000, noNaN: true }), (p, baseline) => {
        const step = Math.max((0.01 * p * p) / baseline, 1e-11);
        expect(Math.abs(Number(periodText(p, baseline)) - p)).toBeLessThan(step);
      }),
    );
  });
});

describe('labels of lines', () => {
  const at = (...py: number[]): { py: number; label: string }[] => py.map((y, i) => ({ py: y, label: `FAP ${['0.1', '1', '10'][i]!} %` }));
  it('stay their own while there is room', () => {
    expect(mergedLabels(at(10, 30, 50))).toEqual(at(10, 30, 50));
  });
  it('become one over the uppermost when there is none', () => {
    expect(mergedLabels(at(10, 16, 24))).toEqual([{ py: 10, label: 'FAP 0.1 %, 1 %, 10 %' }]);
    expect(mergedLabels(at(10, 16, 60))).toEqual([
      { py: 10, label: 'FAP 0.1 %, 1 %' },
      { py: 60, label: 'FAP 10 %' },
    ]);
    expect(mergedLabels(at(5, 5, 5))[0]!.label).toBe('FAP 0.1 %, 1 %, 10 %');
  });
});

describe('the tooltip of a row', () => {
  const column = (name: string, role?: ColumnMeta['role']): ColumnMeta => ({ name, type: 'float64', role });
  it('tells time, value, error, band and the axes, and no other column', () => {
    const columns = [column('ra', 'ra'), column('err', 'error'), column('x'), column('y'), column('flux', 'value'), column('t', 'time')];
    const values = { ra: 1, err: 0.1, x: 7, y: 8, flux: 2, t: 123.45678901234 };
    const lines = rowLines({ columns, values }, [
      ['x', '7', 'pixel'],
      ['t', '123.457', 'd'],
    ]);
    expect(lines.map(([name, value]) => [name, value])).toEqual([
      ['t', '123.456789'],
      ['flux', '2'],
      ['err', '0.1'],
      ['x', '7'],
    ]);
  });
});

describe('the object list', () => {
  const titles = (...a: Parameters<typeof objectColumns>): string[] => objectColumns(...a).map((c) => c.title);
  it('shows the best period, in its unit, before lesser results', () => {
    expect(titles({ resultColumns: ['period', 'frequency', 'power', 'period_2'], duration: 'd' })).toEqual(['P (d)', 'power', 'σ']);
    expect(titles({ resultColumns: ['period'] })).toEqual(['P', 'σ']);
    expect(titles({ resultColumns: ['n', 'period_error', 'amplitude', 'period'] })).toEqual(['P', 'amplitude', 'σ']);
  });
  it('shows results of the current band', () => {
    const found = objectColumns({ resultColumns: ['period r', 'power r', 'period g', 'power g'], duration: 'h', band: 'g' });
    expect(found.map((c) => [c.key, c.title])).toEqual([
      ['period g', 'P (h)'],
      ['power g', 'power'],
      ['scatter', 'σ'],
    ]);
  });
  it("shows the columns that were chosen, results before the rows' own numbers of that name", () => {
    const resultColumns = ['period r', 'period g', 'median r', 'amplitude r'];
    const found = objectColumns({ resultColumns, band: 'r', chosen: ['amplitude', 'scatter', 'median', 'gone'] });
    expect(found.map((c) => c.key)).toEqual(['amplitude r', 'scatter', 'median r']);
    expect(found[2]!.of({ id: 'a', rows: 1, flagged: 0, median: 5, results: { 'median r': 6 } })).toBe(6);
    const metas = ['id', 'rows', 'method r', 'period r', 'period g'].map((name) => ({
      name,
      type: name === 'method r' ? ('utf8' as const) : ('float64' as const),
    }));
    expect(columnChoices(metas, ['r', 'g']).map((c) => c.name)).toEqual(['rows', 'period', 'method']);
  });
  it('gives long identifiers the place of the row count', () => {
    expect(titles({ resultColumns: [], hasLongIds: true })).toEqual(['bad', 'σ']);
  });
});

describe('a view opened with a fold without an epoch', () => {
  it('folds from the first time', async () => {
    const w = await openWindow();
    w.session.setFold({ period: 0.5, epoch: NaN });
    const { time, value } = w.session.table.value!.roles;
    let folded: Folded | undefined;
    const spec: ViewSpec = { id: 'v', kind: 'phase', table: w.session.table.value!.id, follow: 'object', options: {} };
    const Probe = defineComponent({
      props: { spec: { type: Object as () => ViewSpec, required: true } },
      setup(props) {
        const view = useView(props, () => undefined);
        folded = useFolded(
          view,
          () => ({ x: { column: time! }, y: { column: value! } }),
          () => ({ start: 0, isHalved: false }),
        );
        return () => h('i');
      },
    });
    const probe = mount(Probe, { props: { spec }, global: { provide: { [SESSION as symbol]: w.session } } });
    await until(() => folded!.points.value !== undefined);
    expect(folded!.fold.value).toEqual({ period: 0.5, epoch: folded!.times.value![0] });
    expect(Math.min(...folded!.points.value!.x)).toBeCloseTo(0, 12);
    probe.unmount();
    w.session.dispose();
  });
});
