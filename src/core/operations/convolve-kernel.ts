import type { Kernel } from '../numerics/convolve/kernel-spec';
import { kernel1d, kernel2d, kernelOf } from '../numerics/convolve/kernels';
import { refuse } from '../numerics/convolve/refuse';
import type { TableMeta } from '../model/table';
import { type KernelParams, kernelSpecOf } from './convolve-params';
import type { Batch, CompanionNeed, CompanionTable } from './definition';

const isNumber = ({ type }: TableMeta['columns'][number]): boolean => /^(u?int|float)\d+$/.test(type);

/** The column of a table that holds a kernel: the one with the role value, else the first of numbers. */
const columnOf = (meta: TableMeta): string | undefined =>
  (meta.columns.find((c) => c.role === 'value' && isNumber(c)) ?? meta.columns.find((c) => isNumber(c)))?.name;

/** A second file whose first image (for light curves: or table) is the kernel `custom`. */
export const kernelCompanion: CompanionNeed<KernelParams> = {
  title: 'Kernel file',
  description: 'A file with the numbers of a custom kernel: a FITS image of odd sides, or a table whose first column of numbers is read.',
  optional: true,
  pick: ({ kernel, numbers }, tables) => {
    if (kernel !== 'custom') refuse(`a kernel file is given, but the kernel is ${kernel}`, 'choose the kernel custom, or leave the file out');
    if (numbers.trim() !== '') refuse('both numbers and a kernel file are given', 'leave one of them out');
    const found = tables.find((t) => t.image) ?? tables.find((t) => t.rows > 0 && columnOf(t) !== undefined);
    const column = found && columnOf(found);
    if (!found || column === undefined) return refuse('the kernel file has no image and no column of numbers', 'open another file');
    return [{ table: found.name, columns: [column] }];
  },
};

function fromTable({ meta, column }: CompanionTable, dimensions: 1 | 2): Kernel {
  const name = columnOf(meta);
  if (name === undefined) return refuse(`${meta.name} has no column of numbers`, 'open another kernel file');
  const { width, height } = meta.image ?? { width: meta.rows, height: 1 };
  if (dimensions === 1 && height > 1) refuse(`the kernel in ${meta.name} has ${height} rows (must be one for a light curve)`, 'give one row');
  return kernelOf(Float64Array.from(column(name)), width, height);
}

/** The kernel of a step: a named one, its own numbers, or those of the second file. `step` as in {@link kernelSpecOf}. */
export function kernelOfStep(params: KernelParams, input: Pick<Batch, 'companion'>, dimensions: 1 | 2, step = 1): Kernel {
  const table = input.companion?.[0];
  if (params.kernel === 'custom' && params.numbers.trim() === '' && table) return fromTable(table, dimensions);
  const spec = kernelSpecOf(params, step);
  return dimensions === 1 ? kernel1d(spec) : kernel2d(spec);
}
