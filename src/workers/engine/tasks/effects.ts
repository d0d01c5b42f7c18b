import type { Role } from '../../../core/model/column';
import type { TableMeta } from '../../../core/model/table';
import type { Scope } from '../../../core/operations/definition';
import { operations } from '../../../core/operations/registry';
import { type TableData, viewOf } from '../../../core/query/table-view';
import { type CompanionData, companionTables } from '../steps/companion';
import { type EffectsDone, effectUnits } from '../steps/effect-units';
import { defineTask } from '../threads/task';

export interface EffectsArgs {
  readonly op: string;
  readonly params: Record<string, unknown>;
  readonly bind: Readonly<Partial<Record<Role, string>>>;
  readonly scope: Scope;
  readonly data: TableData;
  readonly meta: TableMeta;
  readonly inside?: Uint8Array | undefined;
  readonly companion?: readonly CompanionData[] | undefined;
  readonly objects: Uint32Array;
}

function* effects({ op, data, companion, ...rest }: EffectsArgs): Generator<number, EffectsDone> {
  const run = effectUnits({ ...rest, op: operations.get(op)!, view: viewOf(data), companion: companionTables(companion) });
  for (;;) {
    const next = run.next();
    if (next.done) return next.value;
    yield next.value.fraction;
  }
}

/** What a step would do to some of the objects. */
export default defineTask({ name: 'effects', run: effects });
