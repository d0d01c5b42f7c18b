import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { OpenedSource, ReaderDef } from '../reader';
import { type CdsColumn, describedColumns, descriptions, linesBeforeData } from '../text/byte-by-byte';
import { byteBlocks } from '../text/bytes';
import { byteLines, scanFixed } from '../text/fixed';
import { unreadable } from '../text/refuse';
import { openTextTable } from '../text/text-table';

/** CDS catalogue files and AAS machine-readable tables: fixed columns with a byte-by-byte description, in the file or in the ReadMe beside it. */

const TITLE = /Byte-by-byte Description of file:/i;
const MAX_README = 4 * 2 ** 20;
const MAX_HEADER = 4 * 2 ** 20;

async function readmeColumns(path: string): Promise<CdsColumn[] | undefined> {
  const folder = dirname(path);
  const name = basename(path);
  const names = await readdir(folder).catch(() => []);
  for (const file of names.filter((n) => /readme(\.txt)?$/i.test(n) && n !== name).sort()) {
    const readme = join(folder, file);
    const info = await stat(readme).catch(() => undefined);
    if (!info?.isFile() || info.size > MAX_README) continue;
    const lines = (await readFile(readme, 'utf8')).split(/\r?\n/);
    // A ReadMe that was renamed with a prefix still belongs to data files renamed with the same one.
    const prefix = file.replace(/readme(\.txt)?$/i, '');
    const own = name.startsWith(prefix) ? name.slice(prefix.length) : name;
    const found = descriptions(lines).find((d) => d.files.some((f) => matches(f, own) || matches(f, name)));
    if (found) return describedColumns(lines, found.at);
  }
  return undefined;
}

/** A description may stand for several files: `table*.dat`, `sp/*`. */
function matches(pattern: string, name: string): boolean {
  const last = pattern.split('/').at(-1)!;
  const parts = last.split(/[*?]+/).map((p) => p.replace(/[.+^${}()|[\]\\]/g, '\\$&'));
  return parts.length === 1 ? last === name : last.replaceAll('*', '') !== '' && new RegExp(`^${parts.join('.*')}$`).test(name);
}

async function ownLines(path: string, signal: AbortSignal): Promise<string[]> {
  const lines: string[] = [];
  let size = 0;
  for await (const part of byteLines(byteBlocks(path, signal))) {
    for (let i = 0; i < part.starts.length; i++) lines.push(part.bytes.toString('utf8', part.starts[i], part.ends[i]));
    if ((size += part.bytes.length) > MAX_HEADER) break;
  }
  return lines;
}

function openFixed(path: string, format: string, columns: readonly CdsColumn[], skipLines: number, signal: AbortSignal): Promise<OpenedSource> {
  return openTextTable(
    {
      path,
      format,
      columns: columns.map(({ name, type, unit, description }) => ({ name, type, unit, description: description || undefined })),
      rules: { missingWords: false, quotedEmptyIsText: false },
      nullWords: columns.map((c) => c.nullWords),
      rows: (source, pass) => scanFixed(source, { spans: columns.map((c) => c.span), skipLines, onNotUtf8: pass.notUtf8 }),
    },
    signal,
  );
}

const cds: ReaderDef = {
  id: 'cds',
  title: 'CDS and AAS machine-readable table',
  extensions: ['dat', 'txt', 'mrt'],
  detect(head, name) {
    if (/readme(\.txt)?$/i.test(name)) return 0;
    return TITLE.test(Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1')) ? 90 : 0;
  },
  async detectBeside(path) {
    return ((await readmeColumns(path))?.length ?? 0) > 0 ? 80 : 0;
  },
  async open(path, { signal }) {
    const lines = await ownLines(path, signal);
    const own = descriptions(lines);
    if (own.length > 1) throw unreadable(`${basename(path)} describes ${own.length} tables in one file`, 'split it into one file a table');
    if (own[0]) {
      const columns = describedColumns(lines, own[0].at);
      if (columns.length === 0) throw unreadable(`the byte-by-byte description in ${basename(path)} names no columns`, 'check the file');
      return openFixed(path, 'machine-readable table', columns, linesBeforeData(lines), signal);
    }
    const columns = await readmeColumns(path);
    if (!columns || columns.length === 0) throw unreadable(`no byte-by-byte description is found for ${basename(path)}`, 'put its ReadMe beside it');
    return openFixed(path, 'CDS table', columns, 0, signal);
  },
};
export default cds;
