import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'vitest';

/** A golden file beside this one, made by the script of the same name. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(resolve(import.meta.dirname, name), 'utf8')) as T;
}

/** JSON's null is what numpy had as NaN or infinity. */
export function numbers(values: readonly (number | null)[]): Float64Array {
  return Float64Array.from(values, (v) => v ?? NaN);
}

/** Equal to a relative (or, below 1, absolute) tolerance; null wants a value that is not finite. */
export function expectClose(actual: number | undefined, expected: number | null | undefined, tolerance: number, what: string): void {
  if (expected === null || expected === undefined) {
    expect(Number.isFinite(actual), `${what}: ${actual} (must not be finite)`).toBe(false);
    return;
  }
  const error = Math.abs(actual! - expected) / Math.max(1, Math.abs(expected));
  expect(error, `${what}: ${actual} (must be ${expected})`).toBeLessThanOrEqual(tolerance);
}
