import { operations } from '../../../core/operations/registry';
import type { TableInfo } from '../../../core/protocol/engine-service';
import type { RowSet } from '../../../core/query/query';
import type { Step } from '../../../core/recipe/recipe';
import { draftStep } from '../../client/drafts';
import type { Fold } from '../../client/session';
import { hasObjects } from '../../components/plot/axis-info';

/** A step that records what was found here: shown in the form, applied by the user. */
export interface PeriodDraft {
  readonly title: string;
  readonly hint: string;
  make(): Step;
}

const FOLD = 'periods.fold';
const PREWHITEN = 'periods.prewhiten';

function whereOf(table: TableInfo, rows: RowSet): Step['where'] {
  if (!hasObjects(table) || rows.object === undefined) return undefined;
  return { kind: 'objects', ids: [rows.object], ...(rows.band === undefined ? {} : { band: rows.band }) };
}

/**
 * What can be made of the fold and the search: the phase as a column, the period taken out, the search over every object.
 *
 * @param search the step that is looked at, with its settings
 */
export function periodDrafts(table: TableInfo, rows: RowSet, fold: Fold | undefined, search: Step | undefined): readonly PeriodDraft[] {
  const out: PeriodDraft[] = [];
  const folding = operations.get(FOLD);
  // The phase is the same in every band.
  const where = whereOf(table, { ...rows, band: undefined });
  if (folding && fold)
    out.push({
      title: 'Phase as a column…',
      hint: 'A step that writes the phase for this period and epoch',
      make: () => draftStep(folding, table, { where, params: { period: fold.period, epoch: fold.epoch } }),
    });
  const whitening = operations.get(PREWHITEN);
  if (whitening && fold) {
    const known = whitening.params.properties as Record<string, unknown>;
    const params = 'period' in known ? { period: fold.period } : 'frequency' in known ? { frequency: 1 / fold.period } : {};
    out.push({
      title: 'Take this period out (prewhiten)…',
      hint: 'A step that fits this period with its harmonics and subtracts it',
      make: () => draftStep(whitening, table, { where: whereOf(table, rows), params }),
    });
  }
  if (search)
    out.push({
      title: table.objects > 1 ? `Search all ${table.objects} objects…` : 'Search as a step…',
      hint: 'A step of this method with these settings: its periods become columns of the list of objects',
      make: () => ({ ...search, id: crypto.randomUUID() }),
    });
  return out;
}
