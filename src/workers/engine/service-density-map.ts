import { createHash } from 'node:crypto';
import type { ColumnMeta } from '../../core/model/column';
import type { DensityMapAsked, TableInfo } from '../../core/protocol/engine-service';
import { AppError } from '../../core/protocol/outcome';
import type { CallContext } from '../../core/protocol/rpc';
import { type MapAxis, densityMapHeader } from '../../core/query/density-map';
import type { DensityAnswer } from '../../core/query/query';
import type { Axis } from '../../core/select/predicate';
import type { SourceTable } from '../readers/reader';
import type { EngineCore } from './engine';
import { recipeOf } from './export/export-spec';
import { answer } from './service-query';
import type { OpenTable } from './table/open-table';

const FORMAT = 'density map';
const MOST_PIXELS = 2 ** 26;

/** Counts of rows over two axes as an image of its own, kept in the workspace; its pixels do not follow what happens to the rows later. */
export async function densityMap(core: EngineCore, asked: DensityMapAsked, context: CallContext): Promise<TableInfo> {
  const table = core.workspace.get(asked.table);
  const { width, height } = asked;
  for (const [name, n] of Object.entries({ width, height }))
    if (!Number.isInteger(n) || n < 1 || n > MOST_PIXELS || width * height > MOST_PIXELS)
      throw new AppError({
        code: 'invalid-argument',
        message: `invalid ${name}: ${n} (must be a whole number, ${MOST_PIXELS} pixels in all at most)`,
      });
  const density = (await answer(core, { kind: 'density', ...asked }, context)) as DensityAnswer;
  const map = sourceOf(table, asked, density);
  const made = await core.workspace.add(map.source, { name: table.source.name, format: FORMAT }, map.sha256, context);
  return core.changed(
    made,
    made.meta.columns.map((c) => c.name),
  );
}

function axisOf(axis: Axis, table: OpenTable, log: boolean | undefined): MapAxis {
  if ('column' in axis) return { name: axis.column, unit: table.meta.columns.find((c) => c.name === axis.column)?.unit, log };
  return 'expression' in axis ? { name: axis.expression, log } : { name: `phase of ${axis.phase.column}`, log };
}

function sourceOf(table: OpenTable, asked: DensityMapAsked, density: DensityAnswer): { source: SourceTable; sha256: string } {
  const x = axisOf(asked.x, table, asked.xLog);
  const y = axisOf(asked.y, table, asked.yLog);
  const rows = density.width * density.height;
  const column: ColumnMeta = { name: 'value', type: 'float64', unit: 'count', description: 'rows a pixel', role: 'value', origin: 'file' };
  const data = Float64Array.from(density.counts);
  const where = JSON.stringify(asked.rows);
  const header = densityMapHeader(density, x, y, [
    `density of ${y.name} over ${x.name}: ${density.inside} of ${density.total} rows of ${table.meta.name}, ${table.source.name}`,
    ...(where === '{}' ? [] : [`rows ${where}`]),
  ]);
  const source: SourceTable = {
    name: `${table.meta.name}: ${y.name} over ${x.name}`,
    rows,
    columns: [column],
    header,
    fileFlags: [],
    provenance: JSON.stringify(recipeOf(table)),
    alerts: [],
    projects: false,
    image: { width: density.width, height: density.height },
    async *read({ chunkRows }) {
      for (let from = 0; from < rows; from += chunkRows) {
        const part = data.slice(from, from + chunkRows);
        yield { rows: part.length, chunks: new Map([[column.name, { length: part.length, stride: 1, data: part }]]) };
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
  const sha256 = createHash('sha256')
    .update(new Uint8Array(data.buffer))
    .update(JSON.stringify([header, source.provenance]))
    .digest('hex');
  return { source, sha256 };
}
