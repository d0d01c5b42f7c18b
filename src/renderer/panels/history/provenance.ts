import { operations } from '../../../core/operations/registry';
import type { Recipe, Step } from '../../../core/recipe/recipe';
import { stepWords } from './step-words';

/** The recipe a file came with: its steps as far as they can be read, or why they cannot. */
export interface Provenance {
  readonly recipe: Recipe | undefined;
  /** What is wrong with the text, in a sentence. */
  readonly problem: string | undefined;
}

/** Longer chains than this are not written by anything; the text is not trusted to end. */
const MOST_BEFORE = 20;

/** Reads the provenance text of a file. Never throws: what another program left there is said, not guessed at. */
export function readProvenance(text: string): Provenance {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { recipe: undefined, problem: `the recipe in the file is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const recipe = value as Partial<Recipe> | null;
  if (typeof recipe !== 'object' || recipe === null || !Array.isArray(recipe.steps))
    return { recipe: undefined, problem: 'the recipe in the file has no list of steps' };
  const bad = recipe.steps.findIndex((s: unknown) => !isStep(s));
  if (bad >= 0)
    return { recipe: undefined, problem: `step ${bad + 1} of the recipe in the file is not a step: it names no operation or no parameters` };
  const problem = recipe.skysift === 1 ? undefined : `the recipe says version ${String(recipe.skysift)}; this Skysift writes version 1`;
  return { recipe: recipe as Recipe, problem };
}

function isStep(value: unknown): value is Step {
  const step = value as Partial<Step> | null;
  return typeof step === 'object' && step !== null && typeof step.op === 'string' && typeof step.params === 'object' && step.params !== null;
}

/** The recipe, and those of the files its source was made from, newest first. */
export function provenanceChain(text: string): readonly Provenance[] {
  const chain: Provenance[] = [];
  for (let next: string | undefined = text; next !== undefined && chain.length < MOST_BEFORE; next = chain.at(-1)!.recipe?.before)
    chain.push(readProvenance(next));
  return chain;
}

/** A step in words: its operation, what it says of itself, every parameter and column. */
export function stepLines(step: Step): { readonly title: string; readonly words: string; readonly details: readonly string[] } {
  const pairs = (object: Readonly<Record<string, unknown>> | undefined): string[] =>
    Object.entries(object ?? {}).map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  let words = '';
  try {
    words = stepWords(step);
  } catch {
    // A selection of a form this version does not know: the parameters are still shown.
  }
  const details = [pairs(step.params).join(', '), pairs(step.bind).join(', ')].filter(Boolean);
  return { title: operations.get(step.op)?.title ?? step.op, words: words === step.op ? '' : words, details };
}
