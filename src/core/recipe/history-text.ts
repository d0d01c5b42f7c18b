import type { OperationDef } from '../operations/definition';
import type { StepReport } from './recipe';

/** One line a step, in words, for FITS HISTORY and the like. */
export function historyText(steps: readonly StepReport[], operations: ReadonlyMap<string, OperationDef>): readonly string[] {
  return steps
    .filter((s) => s.state === 'applied')
    .map(({ step, rowsFlagged, columnsAdded }, i) => {
      const op = operations.get(step.op);
      const how = op?.describe?.(step.params as never);
      const effect = [
        rowsFlagged > 0 ? `${rowsFlagged} rows flagged` : '',
        columnsAdded.length > 0 ? `columns ${columnsAdded.join(', ')}` : '',
      ].filter(Boolean);
      const beside = step.with ? ` with ${step.with.name}` : '';
      return `Skysift step ${i + 1}: ${step.op}${how ? ` (${how})` : ''}${beside}, each ${step.scope}${effect.length > 0 ? `: ${effect.join('; ')}` : ''}`;
    });
}
