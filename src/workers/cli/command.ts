import type { Alert } from '../../core/model/table';
import type { FlagSpec, ParsedFlags } from './flags';
import { flagHelp } from './flags';
import type { CliIo } from './io';
import { toJson } from './json';
import type { ProgressReporter } from './progress';
import { UsageError } from './usage-error';

/** What a command is given when it runs. */
export interface CommandContext {
  readonly io: CliIo;
  readonly flags: ParsedFlags;
  readonly progress: ProgressReporter;
  readonly json: boolean;
  /** Worker threads to use. */
  readonly jobs: number;
}

export interface Command {
  readonly name: string;
  /** After the name in the usage line. */
  readonly usage: string;
  readonly summary: string;
  /** Paragraphs below the options. */
  readonly notes?: string | undefined;
  /** May depend on the words given: `run` has the flags of its operation. */
  flags(argv: readonly string[]): readonly FlagSpec[];
  run(context: CommandContext): Promise<void>;
}

/** Flags every command has. */
export const COMMON_FLAGS: readonly FlagSpec[] = [
  { name: 'json', kind: 'boolean', help: 'print one JSON document, and nothing else, on standard output' },
  { name: 'progress', kind: 'string', choices: ['auto', 'json', 'none'], help: 'progress on standard error: a bar on a terminal, or JSON lines' },
  { name: 'jobs', kind: 'number', metavar: 'N', help: 'threads; default: the cores of this machine' },
  { name: 'help', short: 'h', kind: 'boolean', help: 'this help' },
];

export function commandHelp(command: Command, argv: readonly string[]): string {
  const own = command.flags(argv);
  const parts = [`skysift ${command.name} ${command.usage}`.trimEnd(), '', command.summary];
  if (own.length > 0) parts.push('', flagHelp(own));
  parts.push('', flagHelp(COMMON_FLAGS));
  if (command.notes) parts.push('', command.notes);
  return `${parts.join('\n')}\n`;
}

export const one = (flags: ParsedFlags, name: string): string | undefined => flags.values.get(name)?.[0];

export function list(flags: ParsedFlags, name: string): readonly string[] | undefined {
  const given = flags.values.get(name);
  return given?.flatMap((g) => g.split(',')).map((g) => g.trim());
}

/** The positionals, when there are as many as `names` (a last name ending in … takes the rest). */
export function positionals(context: CommandContext, command: string, names: readonly string[]): readonly string[] {
  const given = context.flags.positionals;
  const open = names.at(-1)?.endsWith('…') ?? false;
  if (given.length < names.length) {
    throw new UsageError(`${command} needs ${names[given.length]!.replace('…', '')}`, `see skysift ${command} --help`);
  }
  if (!open && given.length > names.length) {
    throw new UsageError(`${command} takes ${names.join(' and ')}, not ${given[names.length]} as well`, `see skysift ${command} --help`);
  }
  return given;
}

/** JSON on standard output when asked for, else the text. */
export async function print(context: CommandContext, json: unknown, text: () => string): Promise<void> {
  context.progress.clear();
  await context.io.out(context.json ? `${toJson(json)}\n` : `${text().trimEnd()}\n`);
}

/** Remarks go to standard error when the output is for people; with --json they are in the document. */
export function remark(context: CommandContext, alerts: readonly Alert[]): void {
  if (context.json) return;
  context.progress.clear();
  for (const alert of alerts) {
    const where = alert.column ? `${alert.column}: ` : '';
    context.io.err(`skysift: ${alert.severity}: ${where}${alert.message}${alert.hint ? ` (${alert.hint})` : ''}\n`);
  }
}
