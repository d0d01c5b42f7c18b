import type { Step } from '../../../core/recipe/recipe';
import type { Entry } from '../journal';
import type { Chain } from '../table/history';
import type { OpenTable } from '../table/open-table';
import type { StepDeps } from './prepare-step';
import { type StepJob, runStep } from './run-step';

/** Equal in everything that decides what a step does. */
function isSame(a: Step, b: Step): boolean {
  const key = (s: Step): string => JSON.stringify([s.id, s.op, s.version, s.params, s.bind, s.scope, s.where ?? null, s.with ?? null, s.enabled]);
  return key(a) === key(b);
}

/**
 * The chain for a new list of steps: what is the same from the start stays, the rest is run again, one after the other. All or nothing: an error
 * or a cancel leaves the table as it was.
 */
export async function chainFor(
  steps: readonly Step[],
  table: OpenTable,
  deps: StepDeps,
  job: StepJob,
): Promise<{ chain: Chain; fresh: readonly Entry[] }> {
  const { entries, states } = table.history.current;
  let kept = 0;
  while (kept < steps.length && kept < entries.length && isSame(entries[kept]!.report.step, steps[kept]!)) kept++;
  const fresh: Entry[] = [];
  const chain = { entries: entries.slice(0, kept), states: states.slice(0, kept + 1) };
  for (const step of steps.slice(kept)) {
    const base = fresh.length;
    const share = 1 / (steps.length - kept);
    const progress: StepJob['progress'] = (p) => job.progress({ ...p, fraction: Math.min(1, (base + p.fraction) * share) });
    const before = chain.entries.map((e) => e.report.step);
    const { entry, state } = await runStep(step, table, chain.states[chain.states.length - 1]!, deps, { signal: job.signal, progress }, before);
    fresh.push(entry);
    chain.entries.push(entry);
    chain.states.push(state);
  }
  return { chain, fresh };
}
