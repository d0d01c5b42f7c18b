import { basename } from 'node:path';
import { AppError, Cancelled } from '../../core/protocol/outcome';
import type { OpenedSource, ReaderDef } from './reader';
import { readHead } from './text/bytes';
import { looksLike } from './looks-like';

const modules = import.meta.glob<{ default: ReaderDef }>('./formats/*.ts', { eager: true });

/** Every reader there is: the default exports of `formats/*.ts`, by id. */
export const readers: readonly ReaderDef[] = Object.values(modules)
  .map((m) => m.default)
  .sort((a, b) => a.id.localeCompare(b.id));

export interface OpenOptions {
  readonly signal: AbortSignal;
  /** Id of the reader to use instead of the best-fitting one. */
  readonly format?: string | undefined;
}

/**
 * Opens a file with the reader that is surest of its first 64 KiB. Throws AppError: `not-found`, `disk` (permissions), `unsupported` (what the file
 * looks like, what to do), or what the reader says of a damaged file.
 */
export async function openSource(path: string, { signal, format }: OpenOptions): Promise<OpenedSource> {
  if (signal.aborted) throw new Cancelled();
  const name = basename(path);
  const { head, size } = await readHead(path);
  const chosen = format === undefined ? await best(head, path) : readers.find((r) => r.id === format);
  if (format !== undefined && !chosen)
    throw new AppError({
      code: 'invalid-argument',
      message: `there is no reader ${format}`,
      hint: `the readers are: ${readers.map((r) => r.id).join(', ')}`,
    });
  if (!chosen) throw refusal(name, head, size);
  try {
    return await chosen.open(path, { signal });
  } catch (error) {
    if (error instanceof Cancelled || error instanceof AppError) throw error;
    throw AppError.from(error, `opening ${name}`);
  }
}

async function best(head: Uint8Array, path: string): Promise<ReaderDef | undefined> {
  const name = basename(path);
  let found: ReaderDef | undefined;
  let score = 0;
  for (const reader of readers) {
    const s = Math.max(reader.detect(head, name), (await reader.detectBeside?.(path)) ?? 0);
    if (s > score) [found, score] = [reader, s];
  }
  return found;
}

function refusal(name: string, head: Uint8Array, size: number): AppError {
  if (size === 0 || head.length === 0)
    return new AppError({ code: 'unsupported', message: `${name} is empty`, hint: 'fetch or write the file again' });
  const { what, hint } = looksLike(head, name);
  return new AppError({ code: 'unsupported', message: `${name} ${what}`, hint });
}
