import { basename } from 'node:path';
import { AppError } from '../../../core/protocol/outcome';

/** A text in which no rows and columns are found. */
export function noTable(path: string): AppError {
  return new AppError({
    code: 'unsupported',
    message: `${basename(path)} is text, but no rows of equally many cells are found in it`,
    hint: 'open a table: CSV, TSV, blank-separated, ECSV, IPAC or CDS text',
  });
}

export function unreadable(message: string, hint: string, row?: number): AppError {
  return new AppError({ code: 'unreadable', message, hint, row });
}
