/** `1 204 318`, with thin spaces. */
export const printed = (n: number): string => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');

/** `1 row`, `1 204 rows`. */
export const many = (n: number, noun: string): string => `${printed(n)} ${noun}${n === 1 ? '' : 's'}`;

/** `0.24 %`; `< 0.01 %` for what is there but small. */
export function share(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  const p = (100 * part) / whole;
  if (p < 0.01) return '< 0.01 %';
  if (p === 100 || p > 99.95) return p === 100 ? '100 %' : '> 99.9 %';
  return `${Number(p.toPrecision(p > 95 ? 3 : 2))} %`;
}

/** A number for people: so many significant digits and no padding. */
export const short = (x: number, digits = 4): string => String(Number(x.toPrecision(digits)));

/** `a, b and c`; a long list is cut with the number left out. */
export function listed(words: readonly string[], limit = 4): string {
  if (words.length > limit + 1) return `${words.slice(0, limit).join(', ')} and ${words.length - limit} more`;
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Two numbers with enough digits to be told apart. */
export function apart(a: number, b: number): readonly [string, string] {
  let digits = 4;
  while (digits < 15 && short(a, digits - 1) === short(b, digits - 1)) digits++;
  return [short(a, digits), short(b, digits)];
}
