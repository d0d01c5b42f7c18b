import { basename } from 'node:path';
import type { OpenedSource, ReaderDef } from '../reader';
import { openBytes } from '../fits/byte-source';
import { openTables } from '../fits/open-tables';

const fits: ReaderDef = {
  id: 'fits',
  title: 'FITS',
  extensions: ['fits', 'fit', 'fts', 'fz', 'fits.gz', 'fit.gz', 'fits.fz', 'fits.z'],

  detect(head, name) {
    const text = Buffer.from(head.subarray(0, 30)).toString('latin1');
    if (/^SIMPLE {2}= {1,20}[TF]/.test(text)) return 100;
    if (text.startsWith('SIMPLE')) return 60;
    if (head[0] === 0x1f && head[1] === 0x9d && /\.(fits?|fts)\.z$/i.test(name)) return 90;
    return /\.(fits?|fts|fits?\.fz)(\.gz)?$/i.test(name) ? 30 : 0;
  },

  async open(path, { signal }): Promise<OpenedSource> {
    const source = await openBytes(path, signal);
    try {
      const { tables, images, alerts } = await openTables(source, basename(path), signal);
      return { format: 'FITS', tables, images, alerts, close: () => source.close() };
    } catch (error) {
      await source.close();
      throw error;
    }
  },
};

export default fits;
