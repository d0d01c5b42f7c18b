import type { Progress } from '../protocol/outcome';

/** What an answer was worked out from. */
type Inputs = readonly (Float64Array | Int32Array | Uint32Array | Uint8Array)[];

/**
 * Does a costly part of the work, or knows its answer still. That depends on nothing but `key` (which names the parameters it uses), `inputs`
 * and the random numbers it starts with; nothing may be written to it.
 */
export type Remember = <T>(key: string, inputs: Inputs, make: () => Generator<Progress, T>) => Generator<Progress, T>;

/** Remembers nothing. */
export const anew: Remember = (_key, _inputs, make) => make();

interface Answer {
  readonly key: string;
  readonly inputs: Inputs;
  readonly value: unknown;
}

/** Answers kept: those of a step and of the one tried before it, each of a few parts. */
const MOST_ANSWERS = 12;
/** Numbers an answer's inputs may have: 4 MB, and a millisecond to compare. Answers are about as large. */
const MOST_NUMBERS = 2 ** 19;

/** Whether all numbers are the same; NaN is like NaN. */
function isSame(a: Inputs, b: Inputs): boolean {
  return a.length === b.length && a.every((x, k) => hasSameNumbers(x, b[k]!));
}

function hasSameNumbers(a: Inputs[number], b: Inputs[number]): boolean {
  if (a.length !== b.length || a.constructor !== b.constructor) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/**
 * The last answers of costly parts of kernels. A preview that follows a slider asks for the same ones again and again: what does not depend on
 * the slider is then there already. Answers are known by their key and by the very numbers they came from, never by where these lie.
 */
export class Memory {
  private answers: Answer[] = [];

  /** Remembers apart what these words name. */
  of(...words: readonly (string | undefined)[]): Remember {
    return (key, inputs, make) => this.steps([...words, key].join('\u0000'), inputs, make);
  }

  /** The kept answer, else the one `make` works out: as {@link Remember}. */
  *steps<T>(key: string, inputs: Inputs, make: () => Generator<Progress, T>): Generator<Progress, T> {
    const known = this.answers.find((a) => a.key === key && isSame(a.inputs, inputs));
    const value = known ? (known.value as T) : yield* make();
    const isKept = inputs.reduce((sum, x) => sum + x.length, 0) <= MOST_NUMBERS;
    const latest = known ?? (isKept ? { key, inputs: inputs.map((x) => x.slice()), value } : undefined);
    if (latest) this.answers = [latest, ...this.answers.filter((a) => a !== known)].slice(0, MOST_ANSWERS);
    return value;
  }
}
