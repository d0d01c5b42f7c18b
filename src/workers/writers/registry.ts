import { basename } from 'node:path';
import { AppError } from '../../core/protocol/outcome';
import type { WriterDef } from './writer';

const modules = import.meta.glob<{ default: WriterDef }>('./formats/*.ts', { eager: true });

/** Every writer there is: the default exports of `formats/*.ts`, by format. */
export const writers: readonly WriterDef[] = Object.values(modules)
  .map((m) => m.default)
  .sort((a, b) => a.format.localeCompare(b.format));

/** The writer for a format (`arrow`), an extension (`.fits`, `fits`) or a file name (`out.csv`). Throws AppError naming what there is. */
export function writerFor(wish: string): WriterDef {
  const word = wish.toLowerCase();
  const name = basename(word);
  const bare = name.replace(/^\./, '');
  const endings = (w: WriterDef): readonly string[] => w.extensions.map((e) => e.replace(/^\./, '').toLowerCase());
  const found =
    writers.find((w) => w.format === word) ??
    writers.find((w) => endings(w).includes(bare)) ??
    writers.find((w) => endings(w).some((e) => name.endsWith(`.${e}`)));
  if (found) return found;
  const known = writers.flatMap((w) => endings(w).map((e) => `.${e}`)).join(', ');
  throw new AppError({ code: 'unsupported', message: `no format is known for ${wish}`, hint: `end the name with one of ${known}` });
}
