import type { Alert } from '../model/table';

export interface Progress {
  /** 0…1, never decreasing. */
  readonly fraction: number;
  /** `6.2 of 10 M rows · 2.8 M rows/s`. */
  readonly note?: string | undefined;
}

export type ErrorCode =
  'invalid-argument' | 'not-found' | 'unreadable' | 'unsupported' | 'disk' | 'memory' | 'engine-lost' | 'reader-lost' | 'stale' | 'internal';

export interface ErrorFields {
  readonly code: ErrorCode;
  /** What failed and why, one sentence, with the value and the rule. */
  readonly message: string;
  /** What to do. */
  readonly hint?: string | undefined;
  /** What was attempted: `opening kplr….fits`. */
  readonly during?: string | undefined;
  readonly column?: string | undefined;
  readonly row?: number | undefined;
}

/** The one error that crosses a boundary. */
export class AppError extends Error {
  readonly fields: ErrorFields;
  constructor(fields: ErrorFields, options?: ErrorOptions) {
    super(fields.message, options);
    this.name = 'AppError';
    this.fields = fields;
  }
  static from(error: unknown, during?: string): AppError {
    if (error instanceof AppError) return during && !error.fields.during ? new AppError({ ...error.fields, during }, { cause: error }) : error;
    const message = error instanceof Error ? error.message : String(error);
    const code = (error as { code?: string } | undefined)?.code;
    if (code === 'ENOSPC')
      return new AppError({ code: 'disk', message: 'the disk is full', hint: 'free some space and try again', during }, { cause: error });
    if (code === 'ENOENT') return new AppError({ code: 'not-found', message, hint: 'check that the file still exists', during }, { cause: error });
    if (code === 'EACCES' || code === 'EPERM')
      return new AppError({ code: 'disk', message, hint: 'check the permissions of the file', during }, { cause: error });
    return new AppError({ code: 'internal', message, during }, { cause: error });
  }
}

/** Thrown inside a job when its signal is aborted; at the boundary it becomes the outcome `cancelled`. */
export class Cancelled extends Error {
  constructor() {
    super('cancelled');
    this.name = 'Cancelled';
  }
}

export type Outcome<T> = { readonly ok: T; readonly alerts: readonly Alert[] } | { readonly cancelled: true } | { readonly failed: ErrorFields };

/** Runs to an Outcome: a Cancelled becomes `cancelled`, every other throw `failed`. */
export async function toOutcome<T>(work: () => Promise<T> | T, during: string, alerts: Alert[] = []): Promise<Outcome<T>> {
  try {
    return { ok: await work(), alerts };
  } catch (error) {
    if (error instanceof Cancelled) return { cancelled: true };
    return { failed: AppError.from(error, during).fields };
  }
}

/** What is said to a person: what happened, and what to do. */
export function inWords({ message, hint }: { readonly message: string; readonly hint?: string | undefined }): string {
  return hint ? `${message}: ${hint}` : message;
}
