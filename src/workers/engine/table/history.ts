import type { StepReport } from '../../../core/recipe/recipe';
import type { Entry } from '../journal';
import type { TableState } from './state';

/** The steps in force, and the state after each: states[0] is the table as it was opened, states[k] after k entries. */
export interface Chain {
  readonly entries: readonly Entry[];
  readonly states: readonly TableState[];
}

/**
 * What was done and can be undone. Every action (a step applied, a recipe edited, a step switched off) makes a new chain; undo and redo
 * walk along the chains. States are shared, so a chain costs what its own steps changed.
 */
export class History {
  private past: Chain[] = [];
  private future: Chain[] = [];

  constructor(private chain: Chain) {}

  get current(): Chain {
    return this.chain;
  }
  get state(): TableState {
    return this.chain.states[this.chain.states.length - 1]!;
  }
  get reports(): readonly StepReport[] {
    return this.chain.entries.map((e) => e.report);
  }
  get undoable(): number {
    return this.past.length;
  }
  get redoable(): number {
    return this.future.length;
  }

  do(chain: Chain): void {
    this.past.push(this.chain);
    this.future = [];
    this.chain = chain;
  }

  /** The chain that an undo (or redo) would restore; undefined when there is none. */
  peek(how: 'undo' | 'redo'): Chain | undefined {
    return (how === 'undo' ? this.past : this.future).at(-1);
  }

  move(how: 'undo' | 'redo'): void {
    const [from, to] = how === 'undo' ? [this.past, this.future] : [this.future, this.past];
    const chain = from.pop();
    if (!chain) return;
    to.push(this.chain);
    this.chain = chain;
  }
}
