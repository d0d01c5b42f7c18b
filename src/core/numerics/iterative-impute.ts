import type { Progress } from '../protocol/outcome';
import { bayesianRidgeSteps } from './bayesian-ridge';
import { inBlocks, part } from './steps';

export interface IterativeWork {
  /** NaN where missing. */
  readonly columns: readonly Float64Array[];
  /** Rows that are fitted to. */
  readonly use: Uint8Array;
  /** Rows whose missing cells are filled; contains all of `use`. */
  readonly inside: Uint8Array;
  readonly maxIterations: number;
  readonly tolerance: number;
}

export interface IterativeDone {
  /** The columns with their missing cells filled inside; a column without any value stays as it was. */
  readonly filled: readonly Float64Array[];
  readonly rounds: number;
  readonly converged: boolean;
}

/** One column under way: its values with guesses in the missing cells. */
interface Guessed {
  readonly now: Float64Array;
  /** 1 where a cell is missing and to be filled. */
  readonly missing: Uint8Array;
  /** 1 where a cell was measured in a row that is fitted to. */
  readonly measured: Uint8Array;
  /** Missing cells in rows that are fitted to, and in all. */
  readonly holes: number;
  readonly cells: number;
  readonly largest: number;
}

/** A column started with its mean; undefined when it has no value to start from. */
function* startSteps(values: Float64Array, use: Uint8Array, inside: Uint8Array): Generator<Progress, Guessed | undefined> {
  const missing = new Uint8Array(values.length);
  const measured = new Uint8Array(values.length);
  let [sum, n, holes, cells, largest] = [0, 0, 0, 0, 0];
  const looking = inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const v = values[i]!;
      if (v - v !== 0) {
        missing[i] = inside[i]!;
        cells += inside[i]!;
        holes += use[i]!;
      } else if (use[i] === 1) {
        measured[i] = 1;
        sum += v;
        n++;
        largest = Math.max(largest, Math.abs(v));
      }
    }
  });
  yield* part(looking, 0, 0.6);
  if (n === 0) return undefined;
  const now = new Float64Array(values.length);
  const starting = inBlocks(values.length, (from, to) => {
    for (let i = from; i < to; i++) now[i] = missing[i] === 1 ? sum / n : values[i]!;
  });
  yield* part(starting, 0.6, 1);
  return { now, missing, measured, holes, cells, largest };
}

/** Writes new guesses of one column from the others; adds the changes of fitted rows to `moved`. */
function* refineSteps(target: Guessed, others: readonly Guessed[], use: Uint8Array, moved: Float64Array): Generator<Progress, void> {
  const xs = others.map((o) => o.now);
  const { coefficients, intercept } = yield* part(bayesianRidgeSteps(xs, target.now, target.measured), 0, 0.9);
  const predicting = inBlocks(target.now.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (target.missing[i] !== 1) continue;
      let v = intercept;
      for (let c = 0; c < xs.length; c++) v += coefficients[c]! * xs[c]![i]!;
      if (use[i] === 1) moved[i]! += Math.abs(v - target.now[i]!);
      target.now[i] = v;
    }
  });
  yield* part(predicting, 0.9, 1);
}

function largestOf(values: Float64Array): number {
  let max = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > max) max = values[i]!;
  return max;
}

/**
 * Fills missing cells by regressing every column on all others, round after round (chained equations: van Buuren & Groothuis-Oudshoorn 2011,
 * J. Stat. Softw. 45, 3, doi:10.18637/jss.v045.i03), as scikit-learn's IterativeImputer with its BayesianRidge: columns start with their mean and
 * take their turn from the fewest missing cells to the most; it stops when no row changes by more (summed over its columns) than the tolerance
 * times the largest measured |value|. Only rows in `use` are fitted to and waited for. O(rounds · columns · rows · columns²).
 */
export function* iterativeImputeSteps(work: IterativeWork): Generator<Progress, IterativeDone> {
  const { columns, use, inside, maxIterations, tolerance } = work;
  const guessed: (Guessed | undefined)[] = [];
  for (const values of columns) {
    const at = (k: number): number => (0.1 * k) / columns.length;
    guessed.push(yield* part(startSteps(values, use, inside), at(guessed.length), at(guessed.length + 1)));
  }
  const known = guessed.filter((g) => g !== undefined);
  const turns = known.filter((g) => g.cells > 0).sort((a, b) => a.holes - b.holes);
  const limit = tolerance * Math.max(0, ...known.map((g) => g.largest));
  let rounds = 0;
  let converged = known.length < 2 || turns.length === 0;
  while (!converged && rounds < maxIterations) {
    const moved = new Float64Array(use.length);
    for (const [k, target] of turns.entries()) {
      const others = known.filter((g) => g !== target);
      const at = (t: number): number => 0.1 + (0.9 * (rounds + t / turns.length)) / maxIterations;
      yield* part(refineSteps(target, others, use, moved), at(k), at(k + 1));
    }
    rounds++;
    converged = largestOf(moved) < limit;
  }
  return { filled: guessed.map((g, c) => g?.now ?? columns[c]!), rounds, converged };
}
