import { describe, expect, it } from 'vitest';
import { errorColumn } from '../../src/core/recipe/result-column';

describe('errorColumn', () => {
  const names = ['flux', 'flux_err', 'flux_detrended', 'flux_err_detrended', 'flux_smoothed', 'flux_err_detrended_normalized'];

  it('finds the errors that were made along with a value', () => {
    expect(errorColumn(names, 'flux_detrended', 'flux_err')).toBe('flux_err_detrended');
    expect(errorColumn(names, 'flux_detrended_normalized', 'flux_err')).toBe('flux_err_detrended_normalized');
  });
  it('goes back to those of the file with the value of the file', () => {
    expect(errorColumn(names, 'flux', 'flux_err_detrended')).toBe('flux_err');
  });
  it('leaves the errors that are bound where none were made, or they are right already', () => {
    expect(errorColumn(names, 'flux_smoothed', 'flux_err')).toBeUndefined();
    expect(errorColumn(names, 'flux_detrended', 'flux_err_detrended')).toBeUndefined();
    expect(errorColumn(names, 'flux', 'flux_err')).toBeUndefined();
    expect(errorColumn(names, 'flux_detrended', undefined)).toBeUndefined();
  });
});
