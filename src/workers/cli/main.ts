import { availableParallelism } from 'node:os';
import { AppError, Cancelled } from '../../core/protocol/outcome';
import { COMMON_FLAGS, commandHelp, one, type Command } from './command';
import { parseFlags } from './flags';
import { BrokenPipe, type CliIo } from './io';
import { ProgressReporter, type ProgressMode } from './progress';
import { textTable } from './text-table';
import { didYouMean, UsageError } from './usage-error';

/** Each command is loaded when it is asked for: the engine and the operations take longer to load than a small file takes to read. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['info', async () => (await import('./commands/info')).info],
  ['head', async () => (await import('./commands/head')).head],
  ['convert', async () => (await import('./commands/convert')).convert],
  ['quality', async () => (await import('./commands/quality')).quality],
  ['ops', async () => (await import('./commands/ops')).ops],
  ['run', async () => (await import('./commands/run')).run],
  ['apply', async () => (await import('./commands/apply')).apply],
  ['bench', async () => (await import('./commands/bench')).bench],
]);

/** 128 + SIGINT, as shells report it. */
const EXIT_INTERRUPTED = 130;

/** Runs one command. Returns the exit code: 0 done, 1 failed, 2 not understood, 130 interrupted. Never throws. */
export async function main(argv: readonly string[], io: CliIo): Promise<number> {
  const [name, ...rest] = argv;
  let reporter: ProgressReporter | undefined;
  try {
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') return await help(rest[0], io);
    if (name === '--version') return (await io.out(`${VERSION}\n`), 0);
    const command = await COMMANDS.get(name)?.();
    if (!command) {
      const names = [...COMMANDS.keys()];
      throw new UsageError(`unknown command: ${name}`, didYouMean(name, names, `the commands are ${names.join(', ')}`));
    }
    if (rest.includes('--help') || rest.includes('-h')) return (await io.out(commandHelp(command, rest)), 0);
    const flags = parseFlags(rest, [...command.flags(rest), ...COMMON_FLAGS]);
    const jobs = one(flags, 'jobs') === undefined ? availableParallelism() : Number(one(flags, 'jobs'));
    if (!Number.isInteger(jobs) || jobs < 1) throw new UsageError(`invalid --jobs: ${jobs} (must be a whole number, 1 or more)`);
    reporter = new ProgressReporter(io, (one(flags, 'progress') ?? 'auto') as ProgressMode);
    await command.run({ io, flags, progress: reporter, json: one(flags, 'json') === 'true', jobs });
    reporter.clear();
    return 0;
  } catch (error) {
    reporter?.clear();
    return report(error, name, io);
  }
}

declare const __SKYSIFT_VERSION__: string | undefined;
/** Set by the build from package.json. */
const VERSION = typeof __SKYSIFT_VERSION__ === 'string' ? __SKYSIFT_VERSION__ : 'development';

async function help(name: string | undefined, io: CliIo): Promise<number> {
  const command = name === undefined ? undefined : await COMMANDS.get(name)?.();
  if (command) return (await io.out(commandHelp(command, [])), 0);
  const commands = await Promise.all([...COMMANDS.values()].map((load) => load()));
  const rows = [['[open] [FILE…]', 'open the window'], ...commands.map((c) => [`${c.name} ${c.usage}`, c.summary])];
  const text = rows.map(([usage, summary]) => `  skysift ${usage}\n      ${summary}`).join('\n');
  await io.out(`Look at survey tables, clean them, and export them with their history.\n\n${text}\n\n${textTable([...EXITS], [], '  ', '  ')}\n`);
  return 0;
}

const EXITS = [
  ['exit 0', 'done'],
  ['exit 1', 'failed; standard error says what, why and what to do'],
  ['exit 2', 'not understood'],
] as const;

function report(error: unknown, command: string | undefined, io: CliIo): number {
  if (error instanceof BrokenPipe) return 0;
  if (error instanceof Cancelled || io.signal.aborted) {
    io.err('skysift: interrupted; nothing was left behind\n');
    return EXIT_INTERRUPTED;
  }
  if (error instanceof UsageError) {
    io.err(`skysift: ${command ?? 'usage'}: ${error.message} (${error.hint ?? `see skysift ${command ?? ''} --help`.replace('  ', ' ')})\n`);
    return 2;
  }
  const { message, hint, during, row, column } = AppError.from(error).fields;
  const where = [column && !message.includes(column) ? `column ${column}` : '', row !== undefined ? `row ${row}` : ''].filter(Boolean).join(', ');
  const fallback = 'if it happens again, report it with this message';
  io.err(`skysift: ${during ?? command}: ${message}${where ? `, ${where}` : ''} (${hint ?? fallback})\n`);
  return 1;
}
