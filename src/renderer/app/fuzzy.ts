/**
 * How well a query matches a text: every word of the query as a piece of it, or letter by letter in order, better at word starts and in runs;
 * undefined when it does not. Words of the query may come in any order: `clip sig` finds `Sigma clip`.
 */
export function fuzzyScore(query: string, text: string): number | undefined {
  const lower = text.toLowerCase();
  let score = 0;
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const part = wordScore(word, lower);
    if (part === undefined) return undefined;
    score += part;
  }
  return score - lower.length / 200;
}

function wordScore(word: string, text: string): number | undefined {
  const whole = text.indexOf(word);
  if (whole >= 0) return word.length * 3 + (whole === 0 ? 6 : isWordStart(text, whole) ? 4 : 0);
  let score = 0;
  let at = -1;
  for (const letter of word) {
    const next = text.indexOf(letter, at + 1);
    if (next < 0) return undefined;
    score += next === at + 1 ? 1.5 : isWordStart(text, next) ? 1.2 : 0.2;
    at = next;
  }
  // Letters scattered all over are no match.
  return score >= word.length * 0.7 ? score : undefined;
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]!);
}

/**
 * The items that match, best first; all of them, in their own order, for an empty query. `alsoOf` is longer text (a summary) in which every
 * word of the query has to stand as it is, for a lower rank.
 */
export function fuzzyFilter<T>(
  query: string,
  items: readonly T[],
  textOf: (item: T) => string,
  alsoOf?: (item: T) => string | undefined,
  limit = 60,
): T[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return items.slice(0, limit);
  return items
    .flatMap((item) => {
      const text = textOf(item);
      const whole = `${text} ${alsoOf?.(item) ?? ''}`.toLowerCase();
      const score = fuzzyScore(query, text) ?? (words.every((w) => whole.includes(w)) ? 0 : undefined);
      return score === undefined ? [] : [{ item, score }];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map((m) => m.item);
}
