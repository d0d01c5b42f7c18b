import { main } from '../../../src/workers/cli/main';
import { BrokenPipe, type CliIo } from '../../../src/workers/cli/io';
import { InlineExecutor } from '../../../src/workers/engine/threads/inline-executor';

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as the one JSON document it must be. */
  json(): any; // eslint-disable-line @typescript-eslint/no-explicit-any -- the shape is what the tests are about
}

export interface CliOptions {
  readonly signal?: AbortSignal;
  readonly isTerminal?: boolean;
  /** Standard output is closed after so many characters. */
  readonly pipeBreaksAfter?: number;
}

/** The command line in this process. */
export async function runCli(argv: readonly string[], cwd: string, options: CliOptions = {}): Promise<CliResult> {
  let out = '';
  let err = '';
  const io: CliIo = {
    out: (text) => {
      out += text;
      return options.pipeBreaksAfter !== undefined && out.length > options.pipeBreaksAfter ? Promise.reject(new BrokenPipe()) : Promise.resolve();
    },
    err: (text) => void (err += text),
    isTerminal: options.isTerminal ?? false,
    signal: options.signal ?? new AbortController().signal,
    cwd,
    executor: () => new InlineExecutor(),
  };
  const code = await main(argv, io);
  return { code, out, err, json: () => JSON.parse(out) as unknown };
}
