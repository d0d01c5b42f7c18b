import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkParams } from '../../../src/core/operations/check-params';
import { operations } from '../../../src/core/operations/registry';
import { type BatchSpec, makeBatch, seededRandom } from '../../../src/core/operations/runner';
import { makeSurvey } from '../../../src/core/sample/survey';
import { plainEffect, run } from '../../conformance/harness';

const opOf = (id: string) => operations.get(`missing.${id}`)!;
const apply = (id: string, spec: BatchSpec, params: Record<string, unknown> = {}) => {
  const done = run(opOf(id), spec, checkParams(opOf(id), params));
  return { ...plainEffect(done), alerts: done.alerts, effect: done.effect };
};

describe('gaps', () => {
  it('counts every cadence taken out of an even grid, and puts it back where it was', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.001, max: 10, noNaN: true }), fc.integer({ min: 0, max: 3_000_000 }), (seed, cadence, start) => {
        const random = seededRandom(seed);
        const grid = Array.from({ length: 80 }, (_, i) => start + i * cadence);
        const kept = grid.filter((_, i) => i === 0 || i === 79 || random() < 0.8);
        const spec = { columns: { time: kept, value: kept.map((t) => 2 * (t - start)) } };
        const gaps = apply('gaps', spec).results;
        expect(gaps.reduce((sum, g) => sum + (g['missing'] as number), 0)).toBe(80 - kept.length);
        const cadences = apply('gaps', spec, { list: 'cadences' }).results;
        const taken = grid.filter((t) => !kept.includes(t));
        expect(cadences.length).toBe(taken.length);
        cadences.forEach((c, k) => {
          expect(c['time'] as number).toBeCloseTo(taken[k]!, 6);
          expect(c['value'] as number).toBeCloseTo(2 * (taken[k]! - start), 5);
        });
      }),
    );
  });

  it('goes by cadence numbers where a column has them, whatever the times', () => {
    const spec = { columns: { time: [0, 1.4, 2, 5.1, 6], value: [1, 1, 1, 4, 4], cadenceno: [10, 11, 12, 15, 16] } };
    expect(apply('gaps', spec, { cadenceColumn: 'cadenceno' }).results).toEqual([{ gap: 1, start: 2, end: 5.1, duration: 5.1 - 2, missing: 2 }]);
    const rows = apply('gaps', spec, { cadenceColumn: 'cadenceno', list: 'cadences' }).results;
    expect(rows.map((r) => r['cadence'])).toEqual([13, 14]);
    expect(rows.map((r) => r['value'])).toEqual([2, 3]);
  });

  it('takes flagged rows and rows without a value for missing, bridges no gap that is too long, and draws what it bridges', () => {
    const time = [0, 1, 2, 3, 4, 5, 6, 30, 31, 32];
    const spec = { columns: { time, value: time.map((t) => (t === 5 ? NaN : t)) }, flagged: time.map((t) => (t === 2 ? 1 : 0)) };
    const { results, effect } = apply('gaps', spec, { maxGap: 10 });
    expect(results.map((r) => r['missing'])).toEqual([1, 1, 23]);
    expect([...effect.series![0]!.x.values]).toEqual([2, 5]);
  });

  it('says so when the sampling is uneven', () => {
    const random = seededRandom(1);
    const time = Array.from({ length: 100 }, () => 100 * random());
    expect(
      apply('gaps', { columns: { time } })
        .alerts.map((a) => a.message)
        .join(),
    ).toContain('uneven');
    expect(apply('gaps', { columns: { time: time.map((_, i) => i) } }).alerts).toEqual([]);
  });

  it('refuses to invent millions of cadences', () => {
    const spec = { columns: { time: [0, 1, 2, 3, 4e6] } };
    expect(() => apply('gaps', spec, { list: 'cadences' })).toThrow(/cadences are missing/);
    expect(apply('gaps', spec).results).toMatchObject([{ missing: 4e6 - 4 }]);
  });
});

describe('sentinels found by themselves', () => {
  it('takes out what the sample survey plants in magnitudes and errors, and nothing else', () => {
    const survey = makeSurvey();
    const [batch] = [...survey.detections.batches(2 ** 22)];
    const column = (name: string): Float64Array => Float64Array.from(batch!.chunks.get(name)!.data as ArrayLike<number>);
    const [value, error] = [column('mag'), column('magerr')];
    const done = apply('sentinels', { columns: { value, error } });
    [value, error].forEach((before, c) => {
      const wrong = before.findIndex((v, i) => Number.isNaN(done.columns[c]!.values[i] as number) !== (Number.isNaN(v) || Math.abs(v) > 99));
      expect(wrong).toBe(-1);
    });
    expect(done.alerts.map((a) => a.message)).toEqual([
      '99.99 in value is now missing',
      '-99.99 in value is now missing',
      '99.99 in error is now missing',
      '-99.99 in error is now missing',
    ]);
  }, 30_000);

  it('leaves honest columns as they are and says that it found nothing', () => {
    const { columns, alerts } = apply('sentinels', { columns: { value: [97, 98, 99, 100] } });
    expect(columns[0]!.values).toEqual([97, 98, 99, 100]);
    expect(alerts.map((a) => a.message)).toEqual(['no sentinels found in value']);
  });

  it('knows the bounds of a declination', () => {
    const dec = Array.from({ length: 60 }, (_, i) => (i % 20 === 0 ? -99 : -80 + 2 * i));
    const table = makeBatch({ columns: { dec } }).table.columns;
    expect(table[0]!.role).toBe('dec');
    expect(apply('sentinels', { columns: { dec } }, { columns: ['dec'] }).columns[0]!.values.filter((v) => Number.isNaN(v as number)).length).toBe(3);
  });

  it('reads recipes from before as they were meant', () => {
    const { migrate } = opOf('sentinels');
    expect(migrate![1]!({})).toEqual({ values: [-9999, -999], errors: false });
    expect(migrate![1]!({ values: [99] })).toEqual({ values: [99], errors: false });
  });
});

describe('across columns', () => {
  const spec = { columns: { value: [10, 11, 12, NaN], error: [1, 1.1, 1.2, 1.1], blue: [5, 6, 7, 6] } };

  it('fills the named columns only, helped by the others', () => {
    const filled = apply('knn', spec, { columns: ['value'], alongside: ['blue'], neighbours: 1 });
    expect(filled.columns.map((c) => c.name)).toEqual(['value_filled']);
    expect(filled.columns[0]!.values).toEqual([10, 11, 12, 11]);
    expect(filled.flags).toEqual([{ name: 'imputed', rows: [0, 0, 0, 1] }]);
  });

  it('says what one column alone comes to', () => {
    for (const id of ['knn', 'regression']) {
      const { columns, alerts } = apply(id, { columns: { value: [1, 2, 6, NaN] } });
      expect(columns[0]!.values).toEqual([1, 2, 6, 3]);
      expect(alerts.map((a) => a.message).join()).toContain('the mean of the column is filled in');
    }
  });

  it('warns when one column drowns the others, unless it is scaled', () => {
    const wide = { columns: { value: [1, 2, 3, NaN], error: [1e5, 2e5, 3e5, 1e5] } };
    expect(
      apply('knn', wide)
        .alerts.map((a) => a.message)
        .join(),
    ).toContain('factor of 100');
    expect(
      apply('knn', wide, { scaling: 'robust' })
        .alerts.map((a) => a.message)
        .join(),
    ).not.toContain('factor of 100');
  });

  it('says of how many rows nothing is known', () => {
    const blank = { columns: { value: [1, 2, 4, NaN, NaN], error: [10, 20, 40, NaN, 30] } };
    for (const id of ['knn', 'regression'])
      expect(
        apply(id, blank).alerts.find((a) => /mean/.test(a.message)),
        id,
      ).toMatchObject({ severity: 'warning' });
    expect(apply('regression', blank).alerts.find((a) => /means/.test(a.message))).toMatchObject({ rows: 1 });
  });

  it('refuses more columns than it can hold combinations of', () => {
    const columns = Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`c${i}`, [1, 2]]));
    expect(() => apply('knn', { columns }, { columns: Object.keys(columns) })).toThrow(/at most 30/);
  });
});
