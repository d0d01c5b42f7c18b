import type { Batch } from './definition';

export interface BandCodes {
  /** Band of each point, a position in `names`. */
  readonly codes: Uint16Array;
  /** In order of the alphabet, so that they do not depend on the order of the rows. */
  readonly names: readonly string[];
}

/** The bands of some rows of a batch, by the column bound to the band; all one band when none is. A missing name is a band of its own. */
export function bandCodes(input: Batch, rows: Uint32Array): BandCodes {
  const name = input.nameOf('band');
  const codes = new Uint16Array(rows.length);
  if (name === undefined || input.band !== undefined) return { codes, names: [input.band ?? ''] };
  const text = input.text(name);
  const found = new Set<string>();
  for (const row of rows) found.add(text[row] ?? '');
  const names = [...found].sort();
  const codeOf = new Map(names.map((n, k) => [n, k]));
  for (let i = 0; i < rows.length; i++) codes[i] = codeOf.get(text[rows[i]!] ?? '')!;
  return { codes, names: names.length === 0 ? [''] : names };
}
