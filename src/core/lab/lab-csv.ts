import type { LabReport } from './lab';

const COLUMNS = ['experiment', 'size', 'how', 'workers', 'prepareMs', 'transferMs', 'computeMs', 'check', 'agrees', 'missing'] as const;

function cell(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(15))) : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The rows as CSV, the machine in comment lines before them. */
export function labCsv({ machine, rows }: LabReport): string {
  const head = `# ${machine.processor}, ${machine.cores} cores, ${machine.runtime}`;
  const lines = rows.map((row) => COLUMNS.map((name) => cell(row[name])).join(','));
  return `${[head, COLUMNS.join(','), ...lines].join('\n')}\n`;
}
