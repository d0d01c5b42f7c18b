import { describe, expect, it } from 'vitest';
import { timeUnit } from '../../../src/core/model/time-unit';

describe('the unit of a duration', () => {
  it.each(['d', 'day', 'days', 'Day', 'JD', 'MJD', 'HJD', 'BJD', 'BKJD', 'BTJD', 'TJD', 'BJD_TDB', 'BJD (TDB)', 'MJD UTC', ' d '])(
    'is d for times in %s',
    (unit) => expect(timeUnit(unit)).toBe('d'),
  );
  it.each(['BJD - 2454833', 'BJD-2457000', 'HJD-2400000.5', 'BJD − 2454833', 'JD - 2 400 000', 'days since 2000-01-01', 'BJD - 2457000, days'])(
    'leaves the offset of %s out',
    (unit) => expect(timeUnit(unit)).toBe('d'),
  );
  it.each(['s', 'h', 'yr', 'min', 'ms', 'a'])('keeps %s', (unit) => expect(timeUnit(unit)).toBe(unit));
  it('keeps the unit before an origin', () => expect(timeUnit('s since 1970-01-01')).toBe('s'));
  it('keeps what it does not know, and says nothing about nothing', () => {
    expect(timeUnit('cycle')).toBe('cycle');
    expect(timeUnit('s-1')).toBe('s-1');
    expect(timeUnit('km s-1')).toBe('km s-1');
    expect(timeUnit(undefined)).toBeUndefined();
    expect(timeUnit('  ')).toBeUndefined();
  });
});
