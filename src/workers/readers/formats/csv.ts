import type { ReaderDef } from '../reader';
import { readHead } from '../text/bytes';
import { openDelimited } from '../text/delimited';
import { readSidecar } from '../text/sidecar';
import { extensionOf, sniff } from '../text/sniff';
import { ownCsv } from '../text/own-csv';
import { noTable } from '../text/refuse';

const TITLES: Readonly<Record<number, string>> = { 44: 'CSV', 9: 'TSV', 59: 'CSV', 124: 'CSV' };

/** Comma, tab, semicolon and bar separated text (RFC 4180 and its relatives), RDB. */
const csv: ReaderDef = {
  id: 'csv',
  title: 'CSV and TSV',
  extensions: ['csv', 'tsv', 'tab', 'rdb', 'txt'],
  detect(head, name) {
    const s = sniff(head, name);
    if (!s || s.dialect.delimiter === 0) return 0;
    return ['csv', 'tsv', 'tab', 'rdb'].includes(extensionOf(name)) ? 60 : 20 + Math.round(20 * s.regularity);
  },
  async detectBeside(path) {
    return (await readSidecar(path)) ? 65 : 0;
  },
  async open(path, { signal }) {
    const sidecar = await readSidecar(path);
    if (sidecar) {
      const own = await ownCsv(path, sidecar, signal);
      if (own) return own;
    }
    const { head } = await readHead(path);
    const s = sniff(head, path);
    if (!s) throw noTable(path);
    return openDelimited(path, s, { format: TITLES[s.dialect.delimiter] ?? 'text', signal, hasForeignSidecar: sidecar !== undefined });
  },
};
export default csv;
