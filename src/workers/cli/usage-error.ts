/** The command was not understood: exit code 2. `hint` says what to do. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'UsageError';
  }
}

function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    previous = row;
  }
  return previous[b.length]!;
}

/** Up to three of `names` that `name` may have been meant to be. */
export function nearNames(name: string, names: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase();
  return names
    .map((n) => {
      const known = n.toLowerCase();
      const contains = wanted.length > 2 && (known.includes(wanted) || wanted.includes(known));
      return { n, d: contains ? 1 : distance(wanted, known) };
    })
    .filter(({ n, d }) => d <= Math.max(2, Math.floor(n.length / 3)))
    .sort((a, b) => a.d - b.d || a.n.localeCompare(b.n))
    .slice(0, 3)
    .map(({ n }) => n);
}

/** `did you mean a or b?`, or `alternative` when nothing is near. */
export function didYouMean(name: string, names: readonly string[], alternative: string): string {
  const near = nearNames(name, names);
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : alternative;
}
