import type { EffectNumber } from '../../../core/protocol/engine-service';
import type { ComparedStep } from '../../client/comparison';
import { count, honest } from '../../components/format';
import { meterWords } from '../../panels/clean/signal-words';

/** One row of the table below the plots: a number of each method. */
export interface ComparedRow {
  readonly name: string;
  readonly unit?: string | undefined;
  /** Before any of them; the same for all. */
  readonly before?: string | undefined;
  /** Parallel to the methods; `best`: the smallest scatter. */
  readonly cells: readonly { readonly text: string; readonly tone?: string | undefined; readonly isBest: boolean }[];
}

const isScatter = (name: string): boolean => /scatter|rms|point.to.point|cdpp/i.test(name);

function shown(n: EffectNumber | undefined, value: number | undefined): string {
  if (!n || value === undefined) return '—';
  return Number.isInteger(value) && /rows|points|objects/.test(n.name) ? count(value) : honest(value, 3);
}

function numberRow(name: string, slots: readonly ComparedStep[]): ComparedRow {
  const found = slots.map(({ preview }) => preview?.effect.find((e) => e.name === name));
  const first = found.find((n) => n !== undefined)!;
  const afters = found.map((n) => n?.after).filter((v): v is number => v !== undefined && Number.isFinite(v));
  const least = Math.min(...afters);
  // Of a method that leaves the scatter as it is none is the best, nor is one alone.
  const isRanked = isScatter(name) && afters.length > 1 && Math.max(...afters) > least * (1 + 1e-9);
  return {
    name,
    unit: found.every((n) => n === undefined || n.unit === first.unit) ? first.unit : undefined,
    before: shown(first, first.before),
    cells: found.map((n) => ({ text: shown(n, n?.after), isBest: isRanked && n?.after === least })),
  };
}

/** Every number that one of the methods' previews gives, then the signal meter and the time taken. */
export function comparedRows(slots: readonly ComparedStep[]): readonly ComparedRow[] {
  const names = [...new Set(slots.flatMap(({ preview }) => preview?.effect.map((e) => e.name) ?? []))];
  const rows = names.map((name) => numberRow(name, slots));
  if (slots.some(({ meter }) => meter)) {
    const cells = slots.map(({ meter }) => {
      const words = meterWords(meter?.reading);
      const text = words?.number ? `${words.number} ${meter?.reading.kind === 'flagged' ? 'flagged' : 'kept'}` : '—';
      return { text, tone: words?.tone, isBest: false };
    });
    rows.push({ name: 'signal', cells });
  }
  if (slots.some(({ preview }) => preview))
    rows.push({ name: 'time', unit: 'ms', cells: slots.map(({ preview }) => ({ text: honest(preview?.milliseconds, 2), isBest: false })) });
  return rows;
}
