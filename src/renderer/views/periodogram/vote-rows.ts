import type { ResultValue } from '../../../core/operations/definition';

/** What one method says in the vote. */
export interface VoteRow {
  /** `ls`, `pdm` …, as the operation names its columns. */
  readonly method: string;
  readonly period: number;
  /** It found the winner's period, within the resolution of the data. */
  readonly agrees: boolean;
  /** `½ P`, `alias +1/d`: what its period has to do with the winner's. */
  readonly relation: string;
}

export interface Vote {
  readonly period: number;
  /** One sentence about the winner, from the numbers the operation gives. */
  readonly words: string;
  readonly rows: readonly VoteRow[];
}

/**
 * The vote out of the operation's row: `period`, and `period_<method>` for each method that voted.
 *
 * @param relationOf what a frequency has to do with the winner's
 * @param resolution 1 / baseline
 */
export function voteOf(
  result: Readonly<Record<string, ResultValue>> | undefined,
  relationOf: (frequency: number, best: number) => string | undefined,
  resolution: number,
): Vote | undefined {
  const period = result?.['period'];
  if (!result || typeof period !== 'number') return undefined;
  const rows = Object.entries(result).flatMap(([name, value]): VoteRow[] => {
    const method = /^period_([a-z]\w*)$/.exec(name)?.[1];
    if (!method || typeof value !== 'number' || !(value > 0)) return [];
    const agrees = Math.abs(1 / value - 1 / period) <= resolution;
    const given = result[`relation_${method}`];
    const relation = agrees ? '' : typeof given === 'string' ? given : (relationOf(1 / value, 1 / period) ?? '');
    return [{ method, period: value, agrees, relation }];
  });
  const said = ['class', 'kind', 'reason'].flatMap((key) => (typeof result[key] === 'string' && result[key] ? [result[key]] : []));
  const agreeing = rows.filter((r) => r.agrees).length;
  return { period, rows, words: [`${agreeing} of ${rows.length} methods agree`, ...said].join(' · ') };
}
