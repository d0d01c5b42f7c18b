/** One short line about what is being done; on standard error, so that output can be piped. */
export function say(line) {
  process.stderr.write(`skysift: ${line}\n`);
}

/** Something the user has to do before it can go on: one sentence, no stack. */
export class Refusal extends Error {}

/** Runs a script's main function; a Refusal, or any error, ends it with one sentence and exit code 1. */
export function main(run) {
  run().catch((error) => {
    say(error instanceof Refusal ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  });
}

/** `1.4 s`. */
export function since(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
