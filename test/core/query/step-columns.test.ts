import { describe, expect, it } from 'vitest';
import { resultCell, type ResultRecord, resultTableOf } from '../../../src/core/model/result-table';
import { ObjectIndex, buildObjectIndex } from '../../../src/core/query/object-index';
import { namedColumns } from '../../../src/core/query/object-table';
import { StepColumns } from '../../../src/core/query/step-columns';
import { viewOf } from '../../../src/core/query/table-view';
import { resultMeta } from '../../../src/core/recipe/result-meta';
import { makeTable } from './tables';

const index: ObjectIndex = buildObjectIndex(viewOf(makeTable({ 'star:utf8': ['b', 'a', 'c', 'a'] })), 'star');

function columnsOf(step: StepColumns): Record<string, unknown[]> {
  return Object.fromEntries(step.columns().map((c) => [c.meta.name, index.ids.map((_, o) => resultCell(c, o))]));
}

function found(op: string, ...batches: readonly ResultRecord[][]): StepColumns {
  const step = new StepColumns(op, op, index);
  for (const batch of batches) step.add(resultTableOf(batch));
  return step;
}

describe('what steps find as columns over objects', () => {
  it('takes rows in any order and any number of parts, the first row of an object for its own', () => {
    const whole = found('x.y', [
      { object: 'c', p: 3 },
      { object: 'b', p: 1 },
      { object: 'b', p: 9 },
    ]);
    expect(columnsOf(whole)).toEqual({ p: [1, undefined, 3] });
    expect(columnsOf(found('x.y', [{ object: 'b', p: 1 }], [{ object: 'c', p: 3 }], [{ object: 'b', p: 9 }]))).toEqual(columnsOf(whole));
  });

  it('makes columns of bands, and takes the type of what comes when nothing was there', () => {
    const step = found(
      'x.y',
      [{ object: 'a', band: 'g', why: undefined, ok: true }],
      [
        { object: 'a', band: 'r', why: 'few', ok: undefined },
        { object: 'b', band: 'g', why: 'none', ok: false },
      ],
    );
    expect(columnsOf(step)).toEqual({
      'why g': ['none', undefined, undefined],
      'why r': [undefined, 'few', undefined],
      'ok g': [false, true, undefined],
      'ok r': [undefined, undefined, undefined],
    });
  });

  it('gives the same columns until more comes', () => {
    const step = found('x.y', [{ object: 'a', p: 1 }]);
    const [before] = step.columns();
    expect(step.columns()[0]).toBe(before);
    step.add(resultTableOf([{ object: 'b', p: 2 }]));
    expect(step.columns()[0]).not.toBe(before);
  });

  it('puts a later step before an earlier one of another operation and keeps both by name', () => {
    const first = found('periods.lomb-scargle', [{ object: 'a', period: 1, power: 0.5 }]);
    const second = found('periods.bls', [{ object: 'a', period: 2, id: 4 }]);
    const columns = namedColumns([], [first, second]);
    const at = Object.fromEntries(columns.map((c) => [c.meta.name, resultCell(c, index.find('a'))]));
    expect(at).toEqual({ period: 2, power: 0.5, lomb_scargle_period: 1, bls_period: 2, bls_id: 4 });
    expect(namedColumns([], [first, found('periods.lomb-scargle', [{ object: 'a', period: 3 }])])).toHaveLength(2);
    // The list of objects shows its own median, and sorts by what it shows.
    const own = found('own', [{ object: 'a', median: 1 }]).columns();
    const both = namedColumns(own, [found('features.light-curve', [{ object: 'a', median: 2 }])]);
    expect(both.map((c) => [c.meta.name, resultCell(c, index.find('a'))])).toEqual([
      ['median', 1],
      ['light_curve_median', 2],
    ]);
  });

  it('says what a column is measured in', () => {
    const units = { value: 'mag', time: 'MJD' };
    const unit = (name: string): string | undefined => resultMeta(name, 'r', 'periods.lomb-scargle', units).unit;
    expect(['period', 'period_2', 'frequency', 'linear_trend', 'amplitude', 'power', 'whatever'].map(unit)).toEqual([
      'd',
      'd',
      '1/d',
      'mag/d',
      'mag',
      undefined,
      undefined,
    ]);
    expect(resultMeta('period', 'r', 'periods.bls', units)).toMatchObject({ name: 'period r', description: 'best period, band r (periods.bls)' });
  });
});
