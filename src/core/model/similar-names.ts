/** Number of edits (a letter more, less or other, or two neighbours exchanged) between two short strings. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const edited = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      const isExchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(isExchanged ? Math.min(edited, before[j - 2]! + 1) : edited);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}

/** Up to three of `names` that look like `name`, the closest first: for the hint of a `not-found`. */
export function similarNames(name: string, names: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase();
  return names
    .map((candidate) => {
      const lower = candidate.toLowerCase();
      const isPart = Math.min(wanted.length, lower.length) >= 2 && (lower.includes(wanted) || wanted.includes(lower));
      return { candidate, edits: isPart ? Math.min(1, distance(lower, wanted)) : distance(lower, wanted) };
    })
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(Math.min(candidate.length, name.length) / 3)))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** `did you mean flux or flux_err?`, or what else to do when nothing is alike. */
export function didYouMean(name: string, names: readonly string[], otherwise: string): string {
  const alike = similarNames(name, names);
  return alike.length > 0 ? `did you mean ${alike.join(' or ')}?` : otherwise;
}
