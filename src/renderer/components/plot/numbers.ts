import type { Cell, ColumnType } from '../../../core/model/column';

const DIGITS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `1.5e-7` → `1.5×10⁻⁷`, `1e+8` → `10⁸`. Text without an exponent comes back as it is. */
export function superscript(text: string): string {
  const parts = /^([-−]?)([\d.,]+)e([+\-−]?)(\d+)$/.exec(text);
  if (!parts) return text;
  const [, sign = '', mantissa = '', expSign = '', exponent = ''] = parts;
  const power = `${expSign === '-' || expSign === '−' ? '⁻' : ''}${[...exponent].map((d) => DIGITS[Number(d)]).join('')}`;
  const lead = /^1(\.0*)?$/.test(mantissa) ? '' : `${mantissa}×`;
  return `${sign === '-' ? '−' : sign}${lead}10${power}`;
}

/** `1204318` → `1 204 318` with narrow no-break spaces. */
export function grouped(n: number | bigint): string {
  return String(n).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** `1 row`, `74 rows`. */
export function counted(n: number, noun: string): string {
  return `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** The shortest text that reads back as the same float32: `0.1`, not `0.10000000149011612`. */
export function shortestFloat32(value: number): string {
  for (let digits = 6; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return tidy(Number(text));
  }
  return tidy(value);
}

function tidy(value: number): string {
  return String(value).replace('-', '−').replace('e+', 'e');
}

/**
 * A cell as text with all the digits it has and none it has not: integers (int64 too) exactly, float32 and float64 by the shortest text that
 * reads back to the same number, the file's display format when it gives a fixed number of decimals.
 */
export function cellText(value: Cell, type: ColumnType, display?: string): string {
  if (value === undefined) return '';
  if (typeof value === 'bigint') return String(value).replace('-', '−');
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') {
    const element = (/<(\w+)>/.exec(type)?.[1] ?? (type === 'complex64' ? 'float32' : type === 'complex128' ? 'float64' : type)) as ColumnType;
    const shown = value.slice(0, 6).map((v) => cellText(v, element));
    return `[${shown.join(', ')}${value.length > 6 ? `, … ${value.length} values` : ''}]`;
  }
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const decimals = /^F\d+\.(\d+)$/i.exec(display ?? '')?.[1];
  if (decimals !== undefined && Number(decimals) <= 17) return value.toFixed(Number(decimals)).replace('-', '−');
  return type === 'float32' ? shortestFloat32(value) : tidy(value);
}

/** A measured number for a header or a tooltip, to the digits that the step `resolution` makes visible. */
export function measured(value: number, resolution?: number): string {
  if (!Number.isFinite(value)) return '—';
  if (resolution && resolution > 0) {
    const decimals = Math.min(12, Math.max(0, Math.ceil(-Math.log10(resolution)) + 1));
    const text = value.toFixed(decimals);
    return text.replace('-', '−');
  }
  const text = Number(value.toPrecision(6));
  return superscript(String(text)).replace('-', '−');
}
