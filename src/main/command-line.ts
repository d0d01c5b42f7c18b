import { resolve } from 'node:path';

/** What was asked for on the command line, in absolute paths. */
export interface Invocation {
  readonly files: readonly string[];
  readonly workspace?: string | undefined;
}

/** What follows the application's folder, the first plain argument: before it stand the program and Chromium's own switches. */
export function argumentsOfApp(argv: readonly string[]): readonly string[] {
  const folder = argv.findIndex((a, i) => i > 0 && !a.startsWith('-'));
  return folder < 0 ? [] : argv.slice(folder + 1);
}

/**
 * Reads `[--workspace DIR] FILE…` out of the application's arguments; other options are left to Chromium. Everything after `--` is a file. Relative paths are relative to `cwd`.
 */
export function parseCommandLine(args: readonly string[], cwd: string): Invocation {
  const files: string[] = [];
  let workspace: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') {
      files.push(...args.slice(i + 1));
      break;
    }
    if (arg === '--workspace') workspace = args[++i];
    else if (arg.startsWith('--workspace=')) workspace = arg.slice('--workspace='.length);
    else if (!arg.startsWith('-')) files.push(arg);
  }
  return { files: files.map((f) => resolve(cwd, f)), workspace: workspace === undefined ? undefined : resolve(cwd, workspace) };
}
