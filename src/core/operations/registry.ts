import type { OperationDef } from './definition';

const modules = import.meta.glob<{ default: OperationDef }>('./*/*.ts', { eager: true });

/** Every operation by id, found by its file: adding one is adding a file. */
export const operations: ReadonlyMap<string, OperationDef> = new Map(
  Object.entries(modules)
    .map(([path, module]) => {
      const def = module.default;
      const expected = path.slice(2, -3).replace('/', '.');
      if (def.id !== expected) throw new Error(`invalid operation id: ${def.id} (its file ${path} says ${expected})`);
      return [def.id, def] as const;
    })
    .sort(([a], [b]) => a.localeCompare(b)),
);
