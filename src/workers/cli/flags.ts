import { didYouMean, UsageError } from './usage-error';

/** One flag of a command. `name` is without dashes; a `boolean` needs no value, takes `true` or `false`, and may be negated by `--no-<name>`. */
export interface FlagSpec {
  readonly name: string;
  readonly short?: string | undefined;
  readonly kind: 'boolean' | 'string' | 'number';
  /** May be given several times; all values are kept. */
  readonly many?: boolean | undefined;
  /** Following words that match are further values of the same flag (`--role time=T value=F`). */
  readonly more?: RegExp | undefined;
  readonly choices?: readonly string[] | undefined;
  /** Shown in the help after the name. */
  readonly metavar?: string | undefined;
  readonly help: string;
}

export interface ParsedFlags {
  readonly positionals: readonly string[];
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** Splits a command's words into flags and positionals. Throws UsageError naming near flags. */
export function parseFlags(argv: readonly string[], specs: readonly FlagSpec[]): ParsedFlags {
  const byName = new Map(specs.map((s) => [s.name, s]));
  const byShort = new Map(specs.flatMap((s) => (s.short ? [[s.short, s] as const] : [])));
  const positionals: string[] = [];
  const values = new Map<string, string[]>();
  const put = (spec: FlagSpec, value: string): void => {
    if (spec.kind === 'number' && (value.trim() === '' || !Number.isFinite(Number(value)))) {
      throw new UsageError(`invalid --${spec.name}: ${value} (must be a number)`);
    }
    if (spec.choices && !spec.choices.includes(value)) {
      throw new UsageError(`invalid --${spec.name}: ${value} (must be ${spec.choices.join(', ')})`);
    }
    if (values.has(spec.name) && !spec.many) throw new UsageError(`--${spec.name} is given twice`, 'give it once');
    values.set(spec.name, [...(values.get(spec.name) ?? []), value]);
  };
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === '--') {
      positionals.push(...argv.slice(i + 1));
      break;
    }
    if (!/^-[^\d.]/.test(word)) {
      positionals.push(word);
      continue;
    }
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const given = equals > 0 ? word.slice(0, equals) : word;
    let spec = given.startsWith('--') ? byName.get(given.slice(2)) : byShort.get(given.slice(1));
    let negated = false;
    if (!spec && given.startsWith('--no-')) {
      spec = byName.get(given.slice(5));
      negated = spec?.kind === 'boolean';
      if (!negated) spec = undefined;
    }
    if (!spec) {
      const names = specs.map((s) => `--${s.name}`);
      throw new UsageError(`unknown option: ${given}`, didYouMean(given, names, `the options are ${names.join(' ')}`));
    }
    if (spec.kind === 'boolean') {
      // `--refine false` reads as naturally as `--refine=false` and `--no-refine`.
      const isSaid = equals <= 0 && !negated && /^(true|false)$/.test(argv[i + 1] ?? '');
      const value = equals > 0 ? word.slice(equals + 1) : isSaid ? argv[++i]! : 'true';
      if (value !== 'true' && value !== 'false') throw new UsageError(`invalid ${given}: ${value} (must be true or false)`);
      put(spec, negated ? String(value !== 'true') : value);
      continue;
    }
    const value = equals > 0 ? word.slice(equals + 1) : argv[++i];
    if (value === undefined || (equals <= 0 && value.startsWith('--') && byName.has(value.slice(2)))) {
      throw new UsageError(`${given} needs a value`, `write ${given} ${spec.metavar ?? 'VALUE'}`);
    }
    put(spec, value);
    while (spec.more && argv[i + 1] !== undefined && spec.more.test(argv[i + 1]!)) put(spec, argv[++i]!);
  }
  return { positionals, values };
}

/** The help lines of flags, aligned. */
export function flagHelp(specs: readonly FlagSpec[]): string {
  const left = specs.map((s) => {
    const value = s.kind === 'boolean' ? '' : ` ${s.metavar ?? (s.choices ? s.choices.join('|') : 'VALUE')}`;
    return `${s.short ? `-${s.short}, ` : ''}--${s.name}${value}${s.many ? ' …' : ''}`;
  });
  const width = Math.min(34, Math.max(0, ...left.map((l) => l.length)));
  return specs
    .map((s, i) => (left[i]!.length > width ? `  ${left[i]}\n  ${' '.repeat(width)}  ${s.help}` : `  ${left[i]!.padEnd(width)}  ${s.help}`))
    .join('\n');
}
