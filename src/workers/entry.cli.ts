import { main } from './cli/main';
import { BrokenPipe, type CliIo } from './cli/io';

/** The command line in a plain Node process. The launcher turns `open` and bare file names into a window before this runs. */
const abort = new AbortController();
process.on('SIGINT', () => {
  // A second Ctrl+C does not wait for the clean-up.
  if (abort.signal.aborted) process.exit(130);
  abort.abort();
});
process.on('SIGTERM', () => abort.abort());

let isPipeBroken = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') isPipeBroken = true;
  else throw error;
});
process.stderr.on('error', () => undefined);

const io: CliIo = {
  out: (text) =>
    new Promise((resolve, reject) => {
      if (isPipeBroken) return reject(new BrokenPipe());
      process.stdout.write(text, (error) =>
        error ? reject((error as NodeJS.ErrnoException).code === 'EPIPE' ? new BrokenPipe() : error) : resolve(),
      );
    }),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
  signal: abort.signal,
  cwd: process.cwd(),
};

void main(process.argv.slice(2), io).then((code) => (process.exitCode = code));
