import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Journal } from '../../../src/workers/engine/journal';
import { withFolder } from '../../with-folder';

describe('the journal', () => {
  it('keeps every line that was reported as written, and drops one torn by a crash', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'journal.jsonl');
      const first = await Journal.open(path);
      expect(first.lines).toEqual([]);
      await first.journal.append({ t: 'label', table: 't1', object: 'a', label: 1 }, { t: 'label', table: 't1', object: 'b', label: 2 });
      await first.journal.close();
      await appendFile(path, '{"t":"label","table":"t1","obj');
      const second = await Journal.open(path);
      expect(second.lines.map((l) => l.t === 'label' && l.object)).toEqual(['a', 'b']);
      await second.journal.append({ t: 'close', table: 't1' });
      await second.journal.close();
      expect((await Journal.open(path)).lines).toHaveLength(3);
      expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(4);
    });
  });
});
