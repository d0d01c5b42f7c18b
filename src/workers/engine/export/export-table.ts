import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BitMask } from '../../../core/model/bit-mask';
import type { Alert } from '../../../core/model/table';
import type { ExportReport } from '../../../core/protocol/engine-service';
import { AppError, Cancelled, type Progress } from '../../../core/protocol/outcome';
import { verifyWritten } from '../../writers/verify';
import { writerFor } from '../../writers/registry';
import { syncFolder } from '../store/files';
import type { ExportSource } from '../../writers/writer';
import { countRows, type ExportSpec, exportSource } from './export-source';
import { type ObjectExportSpec, objectExportSource } from './object-export';

export interface ExportContext {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

/** What is written, and how many flagged rows it is about. */
function sourceOf(spec: ExportSpec | ObjectExportSpec): { readonly source: ExportSource; readonly flagged: number } {
  if ('objects' in spec) return { source: objectExportSource(spec), flagged: 0 };
  const mask = new BitMask(spec.rows);
  for (const { bytes, informs } of spec.flags) if (!informs) for (let i = 0; i < bytes.length; i++) mask.bytes[i]! |= bytes[i]!;
  const { written, flagged } = countRows(spec, mask);
  return { source: exportSource(spec, written), flagged };
}

/**
 * Writes a table to `path`: to temporary names beside it, synced, read back and compared cell by cell, and only then renamed. On an error or a
 * cancel what was at `path` before is untouched.
 */
export async function exportTable(
  spec: ExportSpec | ObjectExportSpec,
  path: string,
  format: string,
  context: ExportContext,
): Promise<Omit<ExportReport, 'name'>> {
  const started = performance.now();
  const { source, flagged } = sourceOf(spec);
  const writer = writerFor(format);
  const tag = randomBytes(4).toString('hex');
  // The extension stays at the end: the read-back check finds the format by it, as a user's next program will.
  const temporary = (suffix: string): string => `${dirname(path)}/.skysift-${tag}${extensionOf(path)}${suffix}`;
  const sidecars = new Set<string>();
  const sidecar = (suffix: string): string => {
    sidecars.add(suffix);
    return temporary(suffix);
  };
  try {
    const share = (from: number, to: number) => (p: Progress) => context.progress({ ...p, fraction: from + (to - from) * p.fraction });
    const { alerts } = await writer.write(source, temporary(''), { signal: context.signal, progress: share(0, 0.6), sidecar });
    for (const suffix of ['', ...sidecars]) await sync(temporary(suffix));
    const { cells } = await verifyWritten(temporary(''), source, { signal: context.signal, progress: share(0.6, 1) });
    if (context.signal.aborted) throw new Cancelled();
    const { size } = await stat(temporary(''));
    for (const suffix of [...sidecars, '']) await rename(temporary(suffix), path + suffix);
    await syncFolder(dirname(path));
    const seconds = (performance.now() - started) / 1000;
    return {
      rows: source.rows,
      columns: source.columns.length,
      flagged,
      bytes: size,
      seconds,
      checkedCells: cells,
      alerts: alerts as readonly Alert[],
    };
  } catch (error) {
    await Promise.all(['', ...sidecars].map((suffix) => rm(temporary(suffix), { force: true })));
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new AppError({ code: 'disk', message: `cannot write to ${dirname(path)}`, hint: 'check that the folder exists' }, { cause: error });
    throw error;
  }
}

function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot) : '';
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
