/** A thin, unbreakable space between groups of three digits. */
const THIN = '\u202f';

/** `1 204 318`. */
export function count(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** `1 row`, `1 204 rows`. */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** A number with so many significant digits and no padding it did not earn: `0.287`, `12.4`, `1.3e-7`; an em dash when there is none. */
export function honest(x: number | undefined, digits = 3): string {
  if (x === undefined || Number.isNaN(x)) return '—';
  if (!Number.isFinite(x)) return x > 0 ? '∞' : '−∞';
  if (x === 0) return '0';
  const size = Math.abs(x);
  const text = size >= 1e7 || size < 1e-4 ? x.toExponential(digits - 1) : size >= 10 ** digits ? grouped(x) : x.toPrecision(digits);
  return text.replace('-', '−').replace('e+', 'e').replace('e−', 'e-');
}

function grouped(x: number): string {
  return (x < 0 ? '-' : '') + count(Math.abs(x));
}

/** `412 MB`, `8 GB`; decimal units, as disks are sold. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let k = 0;
  let x = n;
  while (x >= 999.5 && k < units.length - 1) {
    x /= 1000;
    k++;
  }
  return `${x >= 100 || k === 0 ? Math.round(x) : Number(x.toPrecision(2))} ${units[k]!}`;
}

/** `0.24 %`, `12 %`; `< 0.01 %` for what is there but small. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '0 %';
  const p = (100 * part) / whole;
  if (p === 0) return '0 %';
  if (p < 0.01) return '< 0.01 %';
  return `${p >= 99.95 && p < 100 ? '> 99.9' : p >= 10 ? p.toFixed(p < 99 ? 0 : 1).replace(/\.0$/, '') : p.toPrecision(2)} %`;
}

/** `0.1 s`, `12 s`, `3 min 20 s`. */
export function seconds(s: number): string {
  if (s < 0.05) return `${Math.max(1, Math.round(s * 1000))} ms`;
  if (s < 9.95) return `${s.toFixed(1)} s`;
  if (s < 60) return `${Math.round(s)} s`;
  return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
}

/** `bad_photometry` → `bad photometry`. */
export function words(name: string): string {
  return name.replaceAll('_', ' ');
}
