import type { OperationDef } from '../../../core/operations/definition';
import { fuzzyFilter } from '../../app/fuzzy';

/** The folders of operations, in the order one cleans, in the words of the panel. A folder not named here shows under its own name. */
const PURPOSES: readonly (readonly [folder: string, title: string])[] = [
  ['flags', 'Flags by hand'],
  ['missing', 'Missing values'],
  ['outliers', 'Outliers'],
  ['noise', 'Noise'],
  ['trends', 'Trends'],
  ['transform', 'Transform'],
  ['periods', 'Periods'],
  ['features', 'Features'],
  ['convolve', 'Convolution'],
  ['integrate', 'Integration'],
  ['reduce', 'Reduction'],
];

export interface Purpose {
  readonly title: string;
  readonly operations: readonly OperationDef[];
}

/** Operations that match a query, under the purpose they serve. */
export function byPurpose(all: readonly OperationDef[], query = ''): readonly Purpose[] {
  const found = query
    ? fuzzyFilter(
        query,
        all,
        (d) => `${d.title} ${d.id}`,
        (d) => d.summary,
      )
    : all;
  const groups = new Map<string, OperationDef[]>();
  for (const def of found) {
    const folder = def.id.split('.')[0]!;
    groups.set(folder, [...(groups.get(folder) ?? []), def]);
  }
  const named = PURPOSES.flatMap(([folder, title]) => (groups.has(folder) ? [{ title, operations: groups.get(folder)! }] : []));
  const others = [...groups].filter(([folder]) => !PURPOSES.some(([f]) => f === folder));
  return [...named, ...others.map(([folder, operations]) => ({ title: folder[0]!.toUpperCase() + folder.slice(1), operations }))];
}
