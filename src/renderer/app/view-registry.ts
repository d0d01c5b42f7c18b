import type { TableInfo } from '../../core/protocol/engine-service';
import type { ViewDef, ViewSpec } from '../client/session';

const modules = import.meta.glob<{ default: ViewDef }>('../views/*/index.ts', { eager: true });

/** The kinds in the order they are offered and placed; others follow by name. */
const ORDER = ['image', 'light-curve', 'phase', 'density-scatter', 'periodogram', 'histogram', 'table'];

function rank(kind: string): number {
  const at = ORDER.indexOf(kind);
  return at < 0 ? ORDER.length : at;
}

/** Every view by kind, found by its file: adding one is adding a folder. */
export const views: ReadonlyMap<string, ViewDef> = new Map(
  Object.values(modules)
    .map((m) => m.default)
    .sort((a, b) => rank(a.kind) - rank(b.kind) || a.kind.localeCompare(b.kind))
    .map((def) => [def.kind, def]),
);

/** What the views propose for a table, in order. */
export function proposals(table: TableInfo, from: ReadonlyMap<string, ViewDef> = views): { def: ViewDef; spec: Omit<ViewSpec, 'id'> }[] {
  return [...from.values()].flatMap((def) => {
    const spec = def.propose(table);
    return spec ? [{ def, spec }] : [];
  });
}
