import { checkParams } from '../../core/operations/check-params';
import type { OperationDef } from '../../core/operations/definition';
import type { TableMeta } from '../../core/model/table';
import { type TableData, viewOf } from '../../core/query/table-view';
import type { Executor } from '../engine/threads/executor';
import { partsOf } from '../engine/steps/units';
import operationTask from '../engine/tasks/operation';

/** Pixels in memory that the threads share, as a column that was loaded. */
export function imageInMemory(values: Float64Array, width: number, height: number): TableData {
  const shared = new Float64Array(new SharedArrayBuffer(8 * values.length));
  shared.set(values);
  const column = { meta: { name: 'value', type: 'float64' as const }, length: values.length, chunkRows: values.length };
  const chunks = [{ length: values.length, stride: 1, data: shared }];
  return { rows: values.length, version: 0, chunkRows: values.length, columns: [{ ...column, chunks }], image: { width, height } };
}

/** What a step on an image makes of it on the threads, in new memory; nothing is stored. */
export async function stepInMemory(op: OperationDef, given: Record<string, unknown>, data: TableData, executor: Executor): Promise<Float64Array> {
  const params = checkParams(op, given);
  const { image, columns, rows } = data;
  const meta: TableMeta = { name: 'image', rows, columns: columns.map((c) => c.meta), header: [], fileFlags: [], image };
  const output = { flags: {}, columns: { value_convolved: new Float64Array(new SharedArrayBuffer(8 * rows)) } };
  const args = { op: op.id, params, bind: { value: 'value' }, scope: 'table', data, meta, output } as const;
  const parts = partsOf(op, params, 'table', viewOf(data), executor.size);
  await executor.map(
    operationTask,
    parts.map((part) => ({ ...args, part })),
    { priority: 'batch' },
  );
  return output.columns.value_convolved;
}
