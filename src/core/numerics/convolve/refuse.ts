import { AppError } from '../../protocol/outcome';

/** Throws the AppError for a kernel, or options, that make no convolution. */
export function refuse(message: string, hint: string): never {
  throw new AppError({ code: 'invalid-argument', message, hint });
}
