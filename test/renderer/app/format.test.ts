import { describe, expect, it } from 'vitest';
import { bytes, count, counted, honest, percent, seconds } from '../../../src/renderer/components/format';

describe('numbers in words', () => {
  it('groups digits', () => {
    expect(count(1204318)).toBe('1\u202f204\u202f318');
    expect(count(999)).toBe('999');
    expect(counted(1, 'row')).toBe('1 row');
    expect(counted(0, 'row')).toBe('0 rows');
  });
  it('prints honest precision', () => {
    expect([honest(0.28712), honest(12.345), honest(0), honest(-3.2), honest(undefined), honest(NaN)]).toEqual([
      '0.287',
      '12.3',
      '0',
      '−3.20',
      '—',
      '—',
    ]);
    expect(honest(1.3e-7, 2)).toBe('1.3e-7');
    expect(honest(51234.5, 3)).toBe('51\u202f235');
    expect(honest(Infinity)).toBe('∞');
  });
  it('prints shares, sizes and times', () => {
    expect([percent(0, 10), percent(1, 1e6), percent(24, 10000), percent(1, 2), percent(99999, 100000), percent(3, 0)]).toEqual([
      '0 %',
      '< 0.01 %',
      '0.24 %',
      '50 %',
      '> 99.9 %',
      '0 %',
    ]);
    expect([bytes(412e6), bytes(8e9), bytes(900), bytes(2.9e6)]).toEqual(['412 MB', '8 GB', '900 B', '2.9 MB']);
    expect([seconds(0.021), seconds(0.6), seconds(42.3), seconds(200)]).toEqual(['21 ms', '0.6 s', '42 s', '3 min 20 s']);
  });
});
