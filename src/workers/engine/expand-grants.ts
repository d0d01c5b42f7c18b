import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { EngineHost } from './host';

/** The files that grants stand for; those in a folder by name, hidden ones and what lies beside an export left out. */
export async function expandGrants(grants: readonly string[], host: Pick<EngineHost, 'resolveGrant'>): Promise<{ path: string; name: string }[]> {
  const out: { path: string; name: string }[] = [];
  for (const grant of grants) {
    const { path, name } = await host.resolveGrant(grant);
    if (!(await stat(path)).isDirectory()) out.push({ path, name });
    else {
      const entries = await readdir(path, { withFileTypes: true });
      const files = entries.filter((e) => e.isFile() && !e.name.startsWith('.') && !e.name.endsWith('.skysift.json')).map((e) => e.name);
      out.push(...files.sort().map((file) => ({ path: join(path, file), name: basename(file) })));
    }
  }
  return out;
}
