import { describe, expect, it } from 'vitest';
import type { LabRow } from '../../../src/core/lab/lab';
import { labCsv } from '../../../src/core/lab/lab-csv';
import { fitText } from '../../../src/core/lab/row-text';
import { speedUps } from '../../../src/core/lab/speed-up';
import { workerCounts } from '../../../src/core/lab/worker-counts';

const row = (how: LabRow['how'], workers: number, computeMs: number, transferMs = 0): LabRow => ({
  experiment: 'sort',
  size: 64,
  how,
  workers,
  prepareMs: 1,
  computeMs,
  transferMs,
  check: 0.1 + 0.2,
  agrees: true,
});

describe('speed-ups', () => {
  const rows = [row('threads', 1, 100), row('threads', 2, 60), row('threads', 8, 50), row('processes', 1, 100, 50), row('processes', 2, 50, 50)];

  it('compare work and transfers with one thread, and fit up to the number of cores', () => {
    const [threads, processes] = speedUps(rows, 2);
    expect(threads!.factors).toEqual([1, 100 / 60, 2]);
    // The fit through two counts is exact: 60 = 100 (s + (1 − s) / 2).
    expect(threads!.fit!.serial).toBeCloseTo(0.2, 12);
    expect(processes!.factors).toEqual([100 / 150, 1]);
    expect(processes!.fit!.serial).toBeCloseTo(1 / 3, 12);
  });

  it('leave out what has no figures', () => {
    const missing: LabRow = { experiment: 'sort', size: 64, how: 'gpu', workers: 1, missing: 'no GPU' };
    expect(speedUps([missing], 2)).toEqual([]);
    expect(speedUps([...rows, missing], 2)).toHaveLength(2);
  });

  it('say so when the law does not hold', () => {
    expect(fitText({ serial: 0.123, error: 0.01 })).toBe('serial part 12.3 ± 1.0 % of the time with one');
    expect(fitText({ serial: 1.2 })).toContain('slower with more');
    expect(fitText(undefined)).toContain('more than one');
  });
});

it('counts of workers end with all there are', () => {
  expect(workerCounts(1)).toEqual([1]);
  expect(workerCounts(2)).toEqual([1, 2]);
  expect(workerCounts(16)).toEqual([1, 2, 3, 4, 6, 8, 12, 16]);
  expect(workerCounts(10)).toEqual([1, 2, 3, 4, 6, 8, 10]);
});

it('the CSV quotes sentences and prints numbers as they are', () => {
  const missing: LabRow = { experiment: 'add', size: 8, how: 'gpu', workers: 1, missing: 'software, "slow"' };
  const lines = labCsv({ machine: { processor: 'P', cores: 2, runtime: 'Node 20' }, rows: [row('threads', 2, 60.5), missing] }).split('\n');
  expect(lines[0]).toBe('# P, 2 cores, Node 20');
  expect(lines[2]).toBe('sort,64,threads,2,1,0,60.5,0.3,true,');
  expect(lines[3]).toBe('add,8,gpu,1,,,,,,"software, ""slow"""');
});
