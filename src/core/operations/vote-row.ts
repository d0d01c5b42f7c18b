import { type AliasOptions, aliasLabel } from '../numerics/aliases';
import { type Ballots, VOTERS } from '../numerics/period-ballots';
import type { ModelFit } from '../numerics/period-models';
import type { Verdict } from '../numerics/period-vote';
import type { ResultValue } from './definition';

/** Half the logarithm of odds below which a light curve counts as having no period. */
const LEAST_EVIDENCE = 5;
/** Frequencies within this share of 1/baseline are the same. */
const SAME = 0.5;
/** A dip shallower than this share of the flux, or this many magnitudes, may be a planet's. */
const TRANSIT_DEPTH = 0.05;
const ALTERNATIVES = 2;

export type PeriodClass = 'none' | 'sinusoidal' | 'pulsator' | 'eclipse' | 'transit';

const evidenceOf = ({ winner, baseline, grid }: Verdict): number =>
  -winner.criterion / 2 - Math.log(Math.max(1, grid.step * grid.count * baseline)) || 0;

/** A hint at what kind of variation the winner is, from the model that fits and what one sinusoid likes. */
function classOf(verdict: Verdict, ballots: Ballots, depthUnit: number): PeriodClass {
  const { winner, baseline } = verdict;
  if (evidenceOf(verdict) < LEAST_EVIDENCE) return 'none';
  if (winner.kind === 'template') return 'pulsator';
  if (winner.dips) return winner.kind === 'transit' && winner.dips.single.depth * depthUnit < TRANSIT_DEPTH ? 'transit' : 'eclipse';
  const isDoubleHumped = ballots.ls !== undefined && Math.abs(ballots.ls - 2 * winner.frequency) < SAME / baseline;
  if (isDoubleHumped && winner.order >= 2) return 'eclipse';
  return winner.order <= 2 ? 'sinusoidal' : 'pulsator';
}

const WORDS = { harmonics: 'harmonics', transit: 'one dip', eclipses: 'two dips half a turn apart', template: 'an RR Lyrae shape' } as const;

function modelWords({ kind, order, explained }: ModelFit): string {
  const what = kind === 'harmonics' ? (order === 1 ? 'a sinusoid' : `${order} harmonics`) : WORDS[kind];
  return `${what} (${(100 * explained).toFixed(1)} %)`;
}

/** Why the winner won: its model, and by how much over the next best. */
function reasonOf(verdict: Verdict, relation: (frequency: number) => string): string {
  const { winner } = verdict;
  const next = verdict.finalists.find((f) => relation(f.frequency) !== 'same');
  const words = [modelWords(winner)];
  if (next) {
    const lead = (next.criterion - winner.criterion) / 2;
    const said = `${relation(next.frequency)}: ${modelWords(next)}`;
    words.push(lead >= 0 ? `ahead of ${said} by ${lead.toFixed(0)}` : `preferred, as the simpler, to ${said}`);
  }
  return words.join(', ');
}

/** Keys of the result row, the same for every object. `depthUnit`: what the joint curve's unit is in magnitudes, or in shares of the flux. */
export function voteRow(
  found:
    | { readonly verdict: Verdict; readonly ballots: Ballots; readonly epoch: number; readonly depthUnit: number; readonly aliases: AliasOptions }
    | undefined,
): Record<string, ResultValue> {
  const winner = found?.verdict.winner;
  const width = found ? 1 / found.verdict.baseline : NaN;
  const relation = (frequency: number | undefined): string | undefined => {
    if (frequency === undefined || !winner) return undefined;
    if (Math.abs(frequency - winner.frequency) <= SAME * width) return 'same';
    return aliasLabel(frequency, winner.frequency, SAME * width, found.aliases) ?? 'other';
  };
  const voted = VOTERS.filter((v) => found?.ballots[v] !== undefined);
  const votes = voted.filter((v) => relation(found!.ballots[v]) === 'same').length;
  const row: Record<string, ResultValue> = {
    period: winner && 1 / winner.frequency,
    frequency: winner?.frequency,
    epoch: found?.epoch,
    class: found && classOf(found.verdict, found.ballots, found.depthUnit),
    evidence: found && evidenceOf(found.verdict),
    explained: winner?.explained,
    votes: found && votes,
    agreement: found && votes / voted.length,
    reason: found && reasonOf(found.verdict, (f) => relation(f) ?? 'other'),
  };
  for (const voter of VOTERS) {
    const frequency = found?.ballots[voter];
    row[`period_${voter}`] = frequency && 1 / frequency;
    row[`relation_${voter}`] = relation(frequency);
  }
  const others = found?.verdict.finalists.filter((f) => relation(f.frequency) !== 'same') ?? [];
  for (let k = 0; k < ALTERNATIVES; k++) {
    const other = others[k];
    row[`period_${k + 2}`] = other && 1 / other.frequency;
    row[`relation_${k + 2}`] = relation(other?.frequency);
  }
  return row;
}
