import type { Alert } from '../../../core/model/table';
import { inWords } from '../../../core/protocol/outcome';
import { counted } from '../../components/format';

export interface Remark extends Pick<Alert, 'severity' | 'message' | 'hint'> {
  /** How many objects (or bands) it was made about. */
  readonly times: number;
  /** Of all of them together; undefined when none gives a number. */
  readonly rows: number | undefined;
}

/** Remarks with the same words are one, with their number and their rows; warnings first. */
export function remarksOf(alerts: readonly Alert[]): readonly Remark[] {
  const out = new Map<string, Remark>();
  for (const { severity, message, hint, rows } of alerts) {
    const key = `${severity} ${message} ${hint ?? ''}`;
    const before = out.get(key);
    out.set(key, {
      severity,
      message,
      hint,
      times: (before?.times ?? 0) + 1,
      rows: rows === undefined ? before?.rows : (before?.rows ?? 0) + rows,
    });
  }
  return [...out.values()].sort((a, b) => Number(a.severity === 'info') - Number(b.severity === 'info'));
}

/** `3 rows without a time: give them one (12 rows, 4 times)`. */
export function remarkWords({ message, hint, times, rows }: Remark): string {
  const numbers = [rows === undefined ? '' : counted(rows, 'row'), times > 1 ? `${times} times` : ''].filter(Boolean).join(', ');
  return `${inWords({ message, hint })}${numbers ? ` (${numbers})` : ''}`;
}
