import { writeFile } from 'node:fs/promises';
import { parseType } from '../../../core/model/column';
import type { Alert } from '../../../core/model/table';
import { Cancelled } from '../../../core/protocol/outcome';
import { SIDECAR_SUFFIX, type Sidecar } from '../../readers/text/sidecar';
import { ByteSink } from '../byte-sink';
import { cellWriter, quoted } from '../text/cells';
import type { ExportSource, WriterDef } from '../writer';

const FLUSH_CHARACTERS = 2 ** 20;

function sidecarOf(source: ExportSource): Sidecar {
  const { header, fileFlags, timeOrigin, timeSystem } = source.meta;
  return { skysiftSidecar: 1, columns: source.columns, header, fileFlags, timeOrigin, timeSystem, recipe: source.recipe, history: source.history };
}

function alertsFor(source: ExportSource): Alert[] {
  const wide = source.columns.filter((c) => parseType(c.type).kind !== 'scalar' || c.type.startsWith('complex'));
  const { image } = source.meta;
  const shape: Alert[] = image
    ? [
        {
          severity: 'warning',
          message: `CSV does not keep the shape of the image, ${image.width} × ${image.height} pixels`,
          hint: 'export FITS to keep it',
        },
      ]
    : [];
  return [
    ...shape,
    ...wide.map<Alert>((c) => ({
      severity: 'info',
      column: c.name,
      message: `CSV has no cells of several values: column ${c.name} is written as [a,b,…]`,
      hint: 'export FITS or Arrow to keep it as it is',
    })),
  ];
}

/** CSV after RFC 4180 with a line of names; types, units, roles and the recipe are in `<file>.skysift.json` beside it. */
const csv: WriterDef = {
  format: 'csv',
  extensions: ['csv'],
  async write(source, path, { signal, progress, sidecar }) {
    const sink = await ByteSink.create(path);
    try {
      let text = `${source.columns.map((c) => quoted(c.name)).join(',')}\r\n`;
      let rows = 0;
      // A row of one empty cell would be a blank line, which is no row.
      const empty = source.columns.length === 1 ? 'null' : '';
      for await (const batch of source.batches()) {
        if (signal.aborted) throw new Cancelled();
        const writers = source.columns.map((c) => cellWriter(c, batch.chunks.get(c.name)!));
        for (let row = 0; row < batch.rows; row++) {
          let line = writers[0]?.(row) || empty;
          for (let c = 1; c < writers.length; c++) line += `,${writers[c]!(row)}`;
          text += `${line}\r\n`;
          if (text.length > FLUSH_CHARACTERS) {
            await sink.write(Buffer.from(text));
            text = '';
            if (signal.aborted) throw new Cancelled();
          }
        }
        rows += batch.rows;
        progress({ fraction: source.rows > 0 ? Math.min(1, rows / source.rows) : 1, note: `${rows} of ${source.rows} rows` });
      }
      await sink.write(Buffer.from(text));
    } finally {
      await sink.close();
    }
    await writeFile(sidecar(SIDECAR_SUFFIX), `${JSON.stringify(sidecarOf(source), undefined, 2)}\n`);
    return { alerts: alertsFor(source) };
  },
};
export default csv;
