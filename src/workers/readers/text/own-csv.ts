import type { OpenedSource } from '../reader';
import { readHead } from './bytes';
import { type Dialect, RecordScanner, withoutBom } from './scanner';
import { scanRows } from './scan-rows';
import type { Sidecar } from './sidecar';
import { textAt } from './cells';
import { openTextTable } from './text-table';

const DIALECT: Dialect = { delimiter: 44, quote: 34, comment: 0, trim: false };

/** Skysift's own CSV: nothing is guessed, the sidecar says it all. Undefined when the names in the file are not the sidecar's. */
export async function ownCsv(path: string, sidecar: Sidecar, signal: AbortSignal): Promise<OpenedSource | undefined> {
  const { head } = await readHead(path);
  const bytes = withoutBom(Buffer.from(head.buffer, head.byteOffset, head.byteLength));
  const scanner = new RecordScanner(DIALECT);
  const { columns } = sidecar;
  try {
    scanner.scan(bytes, 0, bytes.length, true, 1);
  } catch {
    return undefined;
  }
  const names = Array.from({ length: scanner.fields }, (_, k) => textAt(bytes, scanner.starts[k]!, scanner.ends[k]!, scanner.quoting[k]!, false));
  if (names.length !== columns.length || names.some((n, i) => n !== columns[i]!.name)) return undefined;
  const isSingle = columns.length === 1;
  return openTextTable(
    {
      path,
      format: 'CSV',
      columns,
      // A lone null is written as the word: an empty line would be no row.
      nullWords: isSingle ? [new Set(['null'])] : undefined,
      rules: { missingWords: false, quotedEmptyIsText: true },
      header: sidecar.header,
      provenance: sidecar.recipe,
      extra: { fileFlags: sidecar.fileFlags ?? [], timeOrigin: sidecar.timeOrigin, timeSystem: sidecar.timeSystem },
      rows: (source, pass) => scanRows(source, DIALECT, { columns: columns.length, skipRecords: 1, allowShort: false, onNotUtf8: pass.notUtf8 }),
    },
    signal,
  );
}
