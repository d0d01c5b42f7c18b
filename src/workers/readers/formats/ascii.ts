import type { ReaderDef } from '../reader';
import { readHead } from '../text/bytes';
import { openDelimited } from '../text/delimited';
import { noTable } from '../text/refuse';
import { sniff } from '../text/sniff';

/** Text whose cells are separated by blanks, with or without a header line (plain or as a comment). */
const ascii: ReaderDef = {
  id: 'ascii',
  title: 'whitespace-separated text',
  extensions: ['dat', 'txt', 'ascii', 'mjd', 'lc'],
  detect(head, name) {
    const s = sniff(head, name);
    return s && s.dialect.delimiter === 0 ? 10 + Math.round(20 * s.regularity) : 0;
  },
  async open(path, { signal }) {
    const { head } = await readHead(path);
    const s = sniff(head, path);
    if (!s) throw noTable(path);
    return openDelimited(path, s, { format: 'text', signal, hasForeignSidecar: false });
  },
};
export default ascii;
