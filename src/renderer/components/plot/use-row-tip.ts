import { onUnmounted, shallowRef, type ShallowRef } from 'vue';
import type { Cell, ColumnMeta, Role } from '../../../core/model/column';
import type { AnswerTo } from '../../../core/query/query';
import type { Session } from '../../client/session';
import { Latest } from '../../client/latest';
import { cellText, grouped } from './numbers';
import { ask } from './use-query';

export interface Tip {
  /** Data coordinates it belongs to. */
  readonly at: readonly [number, number];
  readonly title: string;
  readonly lines: readonly (readonly [name: string, value: string, unit?: string])[];
  readonly flags?: readonly string[] | undefined;
}

export interface RowTip {
  readonly tip: ShallowRef<Tip | undefined>;
  show(table: string, row: number, first: Tip): void;
  hide(): void;
}

/** Which rows are told of, and how. */
export interface RowTipOf {
  /** Rows of the object table; absent: of the table itself. */
  readonly of?: 'objects';
  tell(answer: AnswerTo<'row'>, first: Tip): Tip;
}

const ROWS: RowTipOf = { tell: (answer, first) => ({ ...first, lines: rowLines(answer, first.lines), flags: answer.flags }) };

/** The tooltip of a row: at once what the view knows, then the row's values from the engine. Leaving the point forgets it. */
export function useRowTip(session: Session, slot: string, { of, tell } = ROWS): RowTip {
  const tip = shallowRef<Tip | undefined>();
  let current: string | undefined;
  const latest = new Latest<{ table: string; row: number; first: Tip }, AnswerTo<'row'> | undefined>(
    ({ table, row }) => ask<'row'>(session, { kind: 'row', table, row, ...(of && { of }) }, slot),
    (answer, q) => {
      if (!answer || current !== `${q.table} ${q.row}`) return;
      tip.value = tell(answer, q.first);
    },
    // The first lines stay: a tooltip without the other columns is no failure worth a message.
    () => undefined,
  );
  onUnmounted(() => latest.drop());
  return {
    tip,
    show(table, row, first) {
      const key = `${table} ${row}`;
      if (key === current && tip.value) {
        tip.value = { ...tip.value, at: first.at };
        return;
      }
      current = key;
      tip.value = first;
      latest.ask({ table, row, first });
    },
    hide() {
      current = undefined;
      if (tip.value) tip.value = undefined;
    },
  };
}

const TOLD: readonly Role[] = ['time', 'value', 'error', 'band'];

/** Time, value, error and band, then what the view's axes show besides. The other columns are in the table view. */
export function rowLines(answer: Pick<AnswerTo<'row'>, 'columns' | 'values'>, ofView: Tip['lines']): Tip['lines'] {
  const columns = TOLD.flatMap((role) => answer.columns.find((c) => c.role === role) ?? []);
  const names = new Set(columns.map((c) => c.name));
  return [
    ...columns.map((c) => [c.name, shortText(answer.values[c.name], c) || '—', c.unit] as const),
    ...ofView.filter(([name]) => !names.has(name)),
  ];
}

/** As the table view shows it, but a long fraction to ten digits: a tooltip is read at a glance. */
function shortText(value: Cell, c: ColumnMeta): string {
  if (typeof value !== 'number' || Number.isInteger(value) || /^F/i.test(c.display ?? '')) return cellText(value, c.type, c.display);
  return cellText(c.type === 'float64' ? Number(value.toPrecision(10)) : value, c.type);
}

export function rowTitle(row: number): string {
  return `row ${grouped(row)}`;
}
