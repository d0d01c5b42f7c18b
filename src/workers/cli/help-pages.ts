import { figureOf } from '../../core/help/figure';
import { figureSvg } from '../../core/help/figure-svg';
import type { Example, OperationDef } from '../../core/operations/definition';
import { flagsOf, kebab } from './schema-flags';
import { RUN_FLAG_NAMES } from './run-flags';

/** The help page of one operation, as Markdown, made of its definition alone. */
export function operationPage(op: OperationDef): string {
  const parts = [
    `# ${op.title}`,
    `\`${op.id}\` · version ${op.version}`,
    op.summary,
    `![${figureOf(op).caption}](figures/${op.id}.svg)`,
    op.help.trim(),
  ];
  parts.push('## Columns', inputs(op), `Works on: ${op.scope.map((s) => SCOPES[s]).join('; ')}. The first is the default.`, WRITES[op.writes]);
  const rows = flagsOf(op.params, RUN_FLAG_NAMES);
  parts.push('## Parameters');
  if (rows.length === 0) parts.push('None.');
  else {
    parts.push(
      [
        '| parameter | on the command line | default | meaning |',
        '| --- | --- | --- | --- |',
        ...rows.map(({ param, flag }) => {
          const { default: byDefault, title, description, unit, origin, when } = op.params.properties[param] as Said;
          const value =
            byDefault === undefined || byDefault === '' ? '–' : code(typeof byDefault === 'string' ? byDefault : JSON.stringify(byDefault));
          const meaning = [description ?? title ?? '', onlyWhen(when), unit ? `[${unit}]` : '', origin ? `(${origin})` : '']
            .filter(Boolean)
            .join(' ');
          const spelled = flag.kind === 'boolean' ? `--${flag.name}` : `--${flag.name} ${flag.metavar ?? ''}`;
          return `| ${code(param)} | ${code(spelled)} | ${value} | ${cell(meaning)} |`;
        }),
      ].join('\n'),
    );
  }
  if (op.examples.length > 0) parts.push('## Examples', ...op.examples.map((e) => example(e as Example<Record<string, unknown>>)));
  parts.push('## On the command line', `\`\`\`sh\nskysift run ${op.id} IN.fits -o OUT.fits${sampleFlags(op)}\n\`\`\``);
  if (op.cite) parts.push('## Source', op.cite);
  return `${parts.join('\n\n')}\n`;
}

/** The figure that page shows, as SVG. */
export function operationFigure(op: OperationDef): string {
  return figureSvg(figureOf(op));
}

/** The list of all operations by folder, linking to their pages. */
export function operationsIndex(operations: readonly OperationDef[]): string {
  const folders = [...new Set(operations.map((op) => op.id.split('.')[0]!))];
  const parts = ['# Operations', 'Each operation, what it does and its parameters. These pages are made from the operations themselves.'];
  for (const folder of folders) {
    const own = operations.filter((op) => op.id.startsWith(`${folder}.`));
    parts.push(`## ${folder}`, own.map((op) => `- [${op.title}](${op.id}.md): ${op.summary}`).join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

interface Said {
  readonly default?: unknown;
  readonly title?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly origin?: string;
  readonly when?: Readonly<Record<string, readonly unknown[]>>;
}

/** `Only for method savgol or lowess.` */
function onlyWhen(when: Said['when']): string {
  const parts = Object.entries(when ?? {}).map(([key, values]) => `${kebab(key)} ${values.map(String).join(' or ')}`);
  return parts.length > 0 ? `Only for ${parts.join(' and ')}.` : '';
}

const SCOPES = { table: 'the whole table at once', object: 'each object by itself', 'object-band': 'each object in each band by itself' } as const;
const WRITES = {
  flags: 'It writes a flag; no row is removed and no value changed.',
  columns: 'It writes new columns; the columns of the file stay as they are.',
  table: 'It writes a table of results, one or more rows for each object.',
  report: 'It writes a report and changes nothing.',
} as const;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text: string): string => `\`${cell(text)}\``;

function inputs(op: OperationDef): string {
  if (op.inputs.length === 0) return 'None by role.';
  return op.inputs.map((i) => `- **${i.role}**${i.optional ? ' (optional)' : ''}: ${i.title}`).join('\n');
}

function example(e: Example<Record<string, unknown>>): string {
  const params = Object.entries(e.params).map(([k, v]) => `${kebab(k)} ${JSON.stringify(v)}`);
  const lines = [`**${e.title}**${params.length > 0 ? ` (${params.join(', ')})` : ''}`];
  const shown = e.image ? [`- an image of ${e.image.width} × ${e.image.height} pixels`] : [];
  for (const [role, values] of Object.entries(e.columns)) shown.push(`- ${role}: ${numbers(values)}`);
  if (e.expect.flagged) shown.push(`- flagged rows (from 0): ${e.expect.flagged.length > 0 ? e.expect.flagged.join(', ') : 'none'}`);
  for (const [name, values] of Object.entries(e.expect.columns ?? {})) shown.push(`- gives ${name}: ${numbers(values)}`);
  for (const row of e.expect.results ?? [])
    shown.push(
      `- gives ${Object.entries(row)
        .map(([k, v]) => `${k} ${String(v)}`)
        .join(', ')}`,
    );
  return `${lines.join('\n')}\n\n${shown.join('\n')}`;
}

const numbers = (values: readonly number[]): string =>
  `${values
    .slice(0, 16)
    .map((v) => (Number.isNaN(v) ? 'missing' : String(v)))
    .join(', ')}${values.length > 16 ? `, … (${values.length})` : ''}`;

/** Up to two parameters with their defaults, to show how they are written. */
function sampleFlags(op: OperationDef): string {
  return flagsOf(op.params, RUN_FLAG_NAMES)
    .flatMap(({ param, flag }) => {
      const value = (op.params.properties[param] as Said).default;
      return typeof value === 'number' || (typeof value === 'string' && value !== '' && !/\s/.test(value)) ? [` --${flag.name} ${value}`] : [];
    })
    .slice(0, 2)
    .join('');
}
