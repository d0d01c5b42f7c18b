import type { Alert } from '../../../core/model/table';

/** A remark, how many light curves it was made about, and how many rows those remarks named in all. */
export interface CountedAlert {
  readonly alert: Alert;
  readonly times: number;
  readonly rows: number;
}

const MOST = 20;

export function countAlerts(alerts: readonly Alert[]): readonly CountedAlert[] {
  return sumAlerts(alerts.map((alert) => ({ alert, times: 1, rows: alert.rows ?? 0 })));
}

/** Remarks in the same words are one remark. */
export function sumAlerts(counted: readonly CountedAlert[]): readonly CountedAlert[] {
  const byMessage = new Map<string, CountedAlert>();
  for (const { alert, times, rows } of counted) {
    const known = byMessage.get(alert.message);
    byMessage.set(alert.message, known ? { alert, times: known.times + times, rows: known.rows + rows } : { alert, times, rows });
  }
  return [...byMessage.values()];
}

/** As the user reads them: `… (32 light curves)`, and no more kinds than a person reads. Row-wise work is cut anywhere: its parts are not told. */
export function tellAlerts(counted: readonly CountedAlert[], byObject: boolean): readonly Alert[] {
  const told = counted.map<Alert>(({ alert, times, rows }) => ({
    ...alert,
    message: byObject && times > 1 ? `${alert.message} (${times} light curves)` : alert.message,
    ...(rows > 0 ? { rows } : {}),
  }));
  if (told.length <= MOST) return told;
  return [...told.slice(0, MOST), { severity: 'warning', message: `and ${told.length - MOST} more remarks of other kinds` }];
}
