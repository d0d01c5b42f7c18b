import { operations } from '../../../core/operations/registry';
import type { ResultTable } from '../../../core/model/result-table';
import { ObjectIndex, type ObjectIndexData } from '../../../core/query/object-index';
import type { ObjectExtras } from '../../../core/query/object-table';
import { StepColumns } from '../../../core/query/step-columns';
import { type CurveUnits, resultMeta } from '../../../core/recipe/result-meta';
import type { OpenTable } from './open-table';
import type { StepResults, TableState } from './state';

const made = new WeakMap<ResultTable, { readonly rows: Uint32Array; readonly columns: StepColumns }>();

/** The units of a table's values and times. */
export function curveUnits(table: OpenTable): CurveUnits {
  const { value, time } = table.roleColumns();
  const unitOf = (name: string | undefined): string | undefined => table.meta.columns.find((c) => c.name === name)?.unit;
  return { value: unitOf(value), time: unitOf(time) };
}

/** Columns over the objects of a table for what a step finds, in the units of the table's values and times. */
export function stepColumnsFor(table: OpenTable, index: ObjectIndexData, step: string, op: string): StepColumns {
  const units = curveUnits(table);
  return new StepColumns(step, op, new ObjectIndex(index), (name, band) => resultMeta(name, band, op, units));
}

function columnsOf(table: OpenTable, index: ObjectIndexData, { step, op, table: results }: StepResults): StepColumns {
  const known = made.get(results);
  if (known?.rows === index.rows) return known.columns;
  const columns = stepColumnsFor(table, index, step, op);
  columns.add(results);
  made.set(results, { rows: index.rows, columns });
  return columns;
}

/** What is known of the objects in a state of their table: labels, and what its steps found. Bins and other parts of a light curve are no numbers of it. */
export function objectExtras(table: OpenTable, index: ObjectIndexData, state: TableState = table.state): ObjectExtras {
  const steps = state.results.filter((r) => operations.get(r.op)?.resultsOf !== 'part').map((r) => columnsOf(table, index, r));
  const live = state === table.state && table.live?.rows === index.rows ? [table.live.columns] : [];
  return { labels: table.labels, steps: [...steps, ...live], serial: table.resultSerial };
}
