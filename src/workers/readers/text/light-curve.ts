import type { Role } from '../../../core/model/column';
import { isNumberWord } from './sniff';

const TIME_WORDS = /^(mjd|hjd|bjd|jd|time|btjd|bkjd)$/i;

/**
 * Roles of the columns of a light curve without header (time, magnitude, error), given only where they are certain: two or three columns of
 * numbers, the first never decreasing and a Julian date in a usual form, the last of three a plausible error.
 */
export function lightCurveRoles(records: readonly (readonly string[])[], words: readonly string[]): readonly (Role | undefined)[] {
  const columns = records[0]?.length ?? 0;
  if (columns < 2 || columns > 3 || records.length < 5) return [];
  if (!records.every((r) => r.length === columns && r.every(isNumberWord))) return [];
  const column = (c: number): number[] => records.map((r) => Number(r[c]));
  const time = column(0);
  if (time.some((t, i) => i > 0 && t < time[i - 1]!)) return [];
  if (time.every(Number.isInteger) || time[0] === time.at(-1)) return [];
  const named = words.length === columns && TIME_WORDS.test(words[0]!);
  const within = (low: number, high: number): boolean => time.every((t) => t >= low && t <= high);
  if (!named && !within(2_400_000, 2_500_000) && !within(15_000, 100_000) && !within(1_000, 15_000)) return [];
  if (columns === 2) return ['time', 'value'];
  const values = column(1);
  const errors = column(2);
  const spread = Math.max(...values) - Math.min(...values);
  const isError = errors.every((e) => e >= 0) && Math.max(...errors) < Math.max(2, spread * 10);
  return isError ? ['time', 'value', 'error'] : ['time', 'value'];
}
