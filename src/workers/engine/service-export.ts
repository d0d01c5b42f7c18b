import type { EngineService, ExportReport } from '../../core/protocol/engine-service';
import { AppError } from '../../core/protocol/outcome';
import type { CallContext } from '../../core/protocol/rpc';
import type { Predicate } from '../../core/select/predicate';
import type { EngineCore } from './engine';
import { type ExportSpec } from './export/export-source';
import { exportSpec } from './export/export-spec';
import { type ObjectExportSpec, objectExportSpec, resultsExportSpec } from './export/object-export';
import { loadObjects, rowsOf } from './service-query';
import type { OpenTable } from './table/open-table';
import exportTask from './tasks/export';

type Asked = Parameters<EngineService['export']>[0];

async function specOf(core: EngineCore, table: OpenTable, a: Asked, signal: AbortSignal): Promise<ExportSpec | ObjectExportSpec> {
  if (a.what === 'objects') {
    const { objects, passes } = await loadObjects(core, table, a.only, signal);
    return withOnly(objectExportSpec(table, objects, passes, a.columns), a.only);
  }
  if (typeof a.what === 'object') {
    const { results: step } = a.what;
    const found = table.state.results.find((r) => r.step === step);
    if (!found) throw new AppError({ code: 'not-found', message: `the step ${step} made no results` });
    return resultsExportSpec(table, found);
  }
  const only = a.only && (await rowsOf(core, table, a.only, signal));
  return withOnly(exportSpec(table, await core.objectIndex(table), { flagged: a.flagged, columns: a.columns, only }), a.only);
}

/** The longest selection that is written out in a file's history. */
const MOST_WORDS = 2000;

/** A file that holds a part of the table says which part. */
function withOnly<S extends { readonly history: readonly string[] }>(spec: S, only: Predicate | undefined): S {
  if (!only) return spec;
  const text = JSON.stringify(only);
  return { ...spec, history: [...spec.history, `only what is selected by ${text.length > MOST_WORDS ? `${text.slice(0, MOST_WORDS)} …` : text}`] };
}

/** Writes the rows of a table, or its objects, to the file a grant stands for, and reads it back. */
export async function exportFile(core: EngineCore, table: OpenTable, a: Asked, context: CallContext): Promise<ExportReport> {
  const { path, name } = await core.options.host.resolveGrant(a.grant);
  const spec = await specOf(core, table, a, context.signal);
  const run = {
    signal: context.signal,
    priority: 'batch',
    onProgress: (fraction: number, note?: string) => context.progress({ fraction, note }),
  } as const;
  const report = await core.executor.run(exportTask, { spec, path, format: a.format }, run);
  return { ...report, name };
}
