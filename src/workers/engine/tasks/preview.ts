import type { Role } from '../../../core/model/column';
import type { TableMeta } from '../../../core/model/table';
import type { Scope } from '../../../core/operations/definition';
import { operations } from '../../../core/operations/registry';
import type { Preview } from '../../../core/protocol/engine-service';
import { type TableData, viewOf } from '../../../core/query/table-view';
import type { Predicate } from '../../../core/select/predicate';
import { type CompanionData, companionTables } from '../steps/companion';
import { previewUnits } from '../steps/preview-units';
import { defineTask } from '../threads/task';

export interface PreviewArgs {
  readonly op: string;
  readonly params: Record<string, unknown>;
  readonly bind: Readonly<Partial<Record<Role, string>>>;
  readonly scope: Scope;
  readonly data: TableData;
  readonly meta: TableMeta;
  readonly where?: Predicate | undefined;
  readonly object?: string | undefined;
  readonly band?: string | undefined;
  readonly companion?: readonly CompanionData[] | undefined;
}

function* preview({ op, data, companion, ...rest }: PreviewArgs): Generator<number, Preview> {
  const started = performance.now();
  const run = previewUnits({ ...rest, op: operations.get(op)!, view: viewOf(data), companion: companionTables(companion) });
  for (;;) {
    const next = run.next();
    if (next.done) return { ...next.value, milliseconds: performance.now() - started };
    yield next.value.fraction;
  }
}

/** What a step would do to one object. */
export default defineTask({ name: 'preview', run: preview });
