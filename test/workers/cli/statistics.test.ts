import { describe, expect, it } from 'vitest';
import type { Chunk, ColumnMeta } from '../../../src/core/model/column';
import { StatisticsCollector } from '../../../src/workers/cli/statistics';

const of = (type: ColumnMeta['type'], ...chunks: Chunk[]): ReturnType<StatisticsCollector['result']> => {
  const collector = new StatisticsCollector({ name: 'x', type });
  for (const chunk of chunks) collector.add(chunk);
  return collector.result();
};

describe('column statistics', () => {
  it('counts NaN and null alike and leaves infinities out', () => {
    const a: Chunk = { length: 4, stride: 1, data: Float64Array.of(1, NaN, 3, -Infinity) };
    const b: Chunk = { length: 3, stride: 1, data: Float64Array.of(100, 8, 2), validity: Uint8Array.of(0b110) };
    expect(of('float64', a, b)).toEqual({ nulls: 2, infinite: 1, min: 1, max: 8, mean: 3.5 });
  });

  it('keeps every digit of a sum that plain addition loses', () => {
    const data = Float64Array.of(1e16, 1, 1, -1e16);
    expect(of('float64', { length: 4, stride: 1, data }).mean).toBe(0.5);
    const ids = BigInt64Array.of(9007199254740993n, 9007199254740995n, -3n);
    expect(of('int64', { length: 3, stride: 1, data: ids })).toEqual({
      nulls: 0,
      infinite: 0,
      min: -3n,
      max: 9007199254740995n,
      mean: Number(18014398509481985n / 3n) + Number(18014398509481985n % 3n) / 3,
    });
  });

  it('goes through lists element by element and text cell by cell', () => {
    const fixed: Chunk = { length: 2, stride: 2, data: Float32Array.of(1, NaN, 5, 3) };
    expect(of('fixed_list<float32>[2]', fixed)).toEqual({ nulls: 1, infinite: 0, min: 1, max: 5, mean: 3 });
    const lists: Chunk = {
      length: 3,
      stride: 1,
      data: Float64Array.of(4, 6, 99),
      offsets: Int32Array.of(0, 2, 2, 3),
      validity: Uint8Array.of(0b011),
    };
    expect(of('list<float64>', lists)).toEqual({ nulls: 1, infinite: 0, min: 4, max: 6, mean: 5 });
    const text: Chunk = { length: 2, stride: 1, data: Uint8Array.of(97), offsets: Int32Array.of(0, 1, 1), validity: Uint8Array.of(0b01) };
    expect(of('utf8', text)).toEqual({ nulls: 1, infinite: 0 });
    expect(of('complex64', { length: 2, stride: 2, data: Float32Array.of(1, 2, NaN, 0) })).toEqual({ nulls: 1, infinite: 0 });
    expect(of('float64')).toEqual({ nulls: 0, infinite: 0 });
  });
});
