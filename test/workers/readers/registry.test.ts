import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cancelled } from '../../../src/core/protocol/outcome';
import { openSource, readers } from '../../../src/workers/readers/registry';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'skysift-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const { signal } = new AbortController();

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('openSource', () => {
  it('has readers of distinct ids', () => {
    const ids = readers.map((r) => r.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(['csv', 'ascii', 'ecsv', 'ipac', 'cds', 'arrow', 'sextractor']));
  });

  it.each([
    ['empty.csv', '', /is empty/],
    ['t.vot', '<?xml version="1.0"?><VOTABLE version="1.4"><RESOURCE/></VOTABLE>', /VOTable/],
    ['t.parquet', 'PAR1\0\0\0\0', /Parquet/],
    ['t.bz2', 'BZh91AY&SY\0\0', /bzip2/],
    ['t.xz', Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4), /xz/],
    ['t.Z', Uint8Array.of(0x1f, 0x9d, 0x90, 0), /compress/],
    ['t.h5', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a), /HDF5/],
    ['t.zip', 'PK\x03\x04\0\0', /zip/],
    ['t.tar', Buffer.concat([Buffer.alloc(257), Buffer.from('ustar\0')]), /tar archive/],
    ['t.json', '{"a": [1, 2], "b": [3, 4]}', /JSON/],
    ['t.html', '<html><body>1 2 3\n4 5 6</body></html>', /HTML/],
    ['t.feather', 'FEA1\0\0\0\0', /version 1/],
    ['t.utf16', Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x2c, 0, 0x62, 0), /UTF-16/],
    ['t.bin', Uint8Array.from({ length: 300 }, (_, i) => (i * 37) % 256), /binary format/],
    ['note.txt', 'Dear all,\n\nplease find here no table at all.\nYours\n', /no rows of equally many cells/],
  ])('says what %s is', async (name, content, message) => {
    const path = file(name, content);
    await expect(openSource(path, { signal })).rejects.toMatchObject({
      fields: { code: 'unsupported', message: expect.stringMatching(message), hint: expect.stringMatching(/\w/) },
    });
  });

  it('says what is wrong with the path', async () => {
    await expect(openSource(folder, { signal })).rejects.toMatchObject({
      fields: { code: 'invalid-argument', message: expect.stringContaining('is a folder') },
    });
    await expect(openSource(join(folder, 'none.csv'), { signal })).rejects.toMatchObject({ fields: { code: 'not-found' } });
    await expect(openSource(file('x.csv', 'a,b\n1,2\n'), { signal, format: 'nonsense' })).rejects.toThrow(/there is no reader nonsense/);
    const locked = file('locked.csv', 'a,b\n1,2\n');
    chmodSync(locked, 0);
    // The superuser may read everything.
    if (process.getuid?.() !== 0) await expect(openSource(locked, { signal })).rejects.toMatchObject({ fields: { code: 'disk' } });
    const controller = new AbortController();
    controller.abort();
    await expect(openSource(locked, { signal: controller.signal })).rejects.toBeInstanceOf(Cancelled);
  });
});
