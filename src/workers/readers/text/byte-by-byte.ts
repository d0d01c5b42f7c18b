import type { ScalarType } from '../../../core/model/column';
import type { Span } from './fixed';

/** One line of a CDS "Byte-by-byte Description" (https://cds.unistra.fr/doc/catstd.pdf). */
export interface CdsColumn {
  readonly name: string;
  readonly span: Span;
  readonly type: ScalarType;
  readonly unit?: string | undefined;
  readonly description: string;
  readonly nullWords?: ReadonlySet<string> | undefined;
}

const TITLE = /^\s*Byte-by-byte Description of file:\s*(.+?)\s*$/i;
const RULE = /^(-{6,}|={6,})/;
const COLUMN = /^\s*(?:(\d+)\s*-\s*)?(\d+)\s+([AIFED])\d*(?:\.\d+)?\s+(\S+)\s+(\S+)(?:\s+(.*))?$/;

const TYPES: Readonly<Record<string, ScalarType>> = { A: 'utf8', I: 'int64', F: 'float64', E: 'float64', D: 'float64' };

/** File names each description is for, and where its column lines begin. */
export function descriptions(lines: readonly string[]): { readonly files: readonly string[]; readonly at: number }[] {
  return lines.flatMap((line, i) => {
    const m = TITLE.exec(line.replace(/^\uFEFF/, ''));
    return m ? [{ files: m[1]!.split(/[\s,]+/), at: i + 1 }] : [];
  });
}

/** The columns described from line `at` on; empty when the description is malformed. */
export function describedColumns(lines: readonly string[], at: number): CdsColumn[] {
  let i = at;
  let rules = 0;
  // Title, rule, heading, rule, columns, rule.
  while (i < lines.length && rules < 2) if (RULE.test(lines[i++]!.trimStart())) rules++;
  const columns: { m: RegExpExecArray; text: string }[] = [];
  for (; i < lines.length && !RULE.test(lines[i]!.trimStart()); i++) {
    const m = COLUMN.exec(lines[i]!);
    if (m) columns.push({ m, text: m[6] ?? '' });
    else if (columns.length > 0) columns.at(-1)!.text += `${/^\s+\S/.test(lines[i]!) ? ' ' : ''}${lines[i]!.trim()}`;
  }
  return columns.map(({ m, text }) => described(m, text));
}

/** Columns whose null is a dash fill their width with as many as they like. */
const DASHES = new Set(Array.from({ length: 20 }, (_, n) => '-'.repeat(n + 1)));

const EXPLANATION = /^([[\]][^\s]*[[\]])?\s*\?(?:(=)(\S*))?([-+]?[=]?)?\s*(.*)$/s;

function described(m: RegExpExecArray, text: string): CdsColumn {
  const to = Number(m[2]);
  const from = m[1] === undefined ? to - 1 : Number(m[1]) - 1;
  const type = TYPES[m[3]!]!;
  const found = EXPLANATION.exec(text);
  const limits = found?.[1];
  const word = found?.[2] ? found[3]! : '';
  const nullWords = word === '' ? undefined : /^-+$/.test(word) ? DASHES : new Set([word]);
  const description = found ? [limits, found[5]].filter((t) => t).join(' ') : text;
  return {
    name: m[5]!,
    span: { from, to },
    type,
    unit: m[4] === '---' || m[4] === '--' ? undefined : m[4],
    description: description.trim(),
    nullWords,
  };
}

/** Number of lines before the data in a file that begins with its own description: through the last rule. */
export function linesBeforeData(lines: readonly string[]): number {
  for (let i = lines.length - 1; i >= 0; i--) if (RULE.test(lines[i]!)) return i + 1;
  return 0;
}
