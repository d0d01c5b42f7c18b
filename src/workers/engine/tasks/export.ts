import type { ExportReport } from '../../../core/protocol/engine-service';
import type { ExportSpec } from '../export/export-source';
import { exportTable } from '../export/export-table';
import type { ObjectExportSpec } from '../export/object-export';
import { defineTask } from '../threads/task';

/** How often a running export asks whether it is still wanted. Milliseconds. */
const ASK_EVERY = 25;

/** Writes a file and reads it back, in a thread of its own. */
export default defineTask({
  name: 'export',
  async run(
    { spec, path, format }: { spec: ExportSpec | ObjectExportSpec; path: string; format: string },
    context,
  ): Promise<Omit<ExportReport, 'name'>> {
    const abort = new AbortController();
    const timer = setInterval(() => context.isCancelled() && abort.abort(), ASK_EVERY);
    try {
      return await exportTable(spec, path, format, { signal: abort.signal, progress: (p) => context.progress(p.fraction, p.note) });
    } finally {
      clearInterval(timer);
    }
  },
});
