import type { ResultValue } from '../../../core/operations/definition';
import { multipleWords } from './relations';

/** What one method says in the vote. */
export interface VoteRow {
  /** `ls`, `pdm` …, as the operation names its columns; `2`, `3` for the next best. */
  readonly method: string;
  readonly period: number;
  /** It found the winner's period, within the resolution of the data. */
  readonly agrees: boolean;
  /** `½ P`, `alias +1/d`: what its period has to do with the winner's. */
  readonly relation: string;
}

export interface Vote {
  readonly period: number;
  /** A maximum, or the middle of a dip. */
  readonly epoch: number | undefined;
  /** One sentence about the winner, from the numbers the operation gives. */
  readonly words: string;
  readonly rows: readonly VoteRow[];
}

/**
 * The vote out of the operation's row: `period`, and `period_<method>` for each method that voted, `period_2` … for what came next.
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
    const method = /^period_(\w+)$/.exec(name)?.[1];
    if (!method || typeof value !== 'number' || !(value > 0)) return [];
    const given = result[`relation_${method}`];
    const agrees = given === undefined ? Math.abs(1 / value - 1 / period) <= resolution : given === 'same';
    const relation = agrees ? '' : typeof given === 'string' && given !== 'other' ? multipleWords(given) : (relationOf(1 / value, 1 / period) ?? '');
    return [{ method, period: value, agrees, relation }];
  });
  const { epoch, votes, class: kind, reason } = result;
  const voters = rows.filter((r) => !/^\d/.test(r.method)).length;
  const agreeing = typeof votes === 'number' ? votes : rows.filter((r) => r.agrees).length;
  const said = [kind === 'none' ? 'not to be believed' : kind, reason].filter((x) => typeof x === 'string' && x !== '');
  return {
    period,
    epoch: typeof epoch === 'number' ? epoch : undefined,
    rows,
    words: [`${agreeing} of ${voters} methods agree`, ...said].join(' · '),
  };
}
