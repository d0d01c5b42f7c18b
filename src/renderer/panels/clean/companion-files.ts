import type { CompanionNeed } from '../../../core/operations/definition';
import type { TableInfo } from '../../../core/protocol/engine-service';
import type { StepCompanion } from '../../../core/recipe/recipe';

/** An open file with its tables, as the picker of a second file offers it. */
export interface CompanionFile {
  readonly name: string;
  readonly sha256: string | undefined;
  readonly tables: readonly TableInfo[];
}

/** The open files beside the current table, in the order they were opened. */
export function companionFiles(tables: readonly TableInfo[], current: TableInfo): readonly CompanionFile[] {
  const files = new Map<string, CompanionFile & { readonly tables: TableInfo[] }>();
  for (const table of tables) {
    if (table.id === current.id) continue;
    const { name, sha256 } = table.source;
    const key = JSON.stringify([name, sha256]);
    const file = files.get(key);
    if (file) file.tables.push(table);
    else files.set(key, { name, sha256, tables: [table] });
  }
  return [...files.values()];
}

/** The first file that the operation can read with these parameters. */
export function fittingFile(
  need: CompanionNeed<never>,
  params: unknown,
  files: readonly CompanionFile[],
  current: TableInfo,
): CompanionFile | undefined {
  return files.find((file) => {
    try {
      const metas = file.tables.map((t) => t.meta);
      return need.pick(params as never, metas, current.meta).length > 0;
    } catch {
      // It says why when it is chosen all the same.
      return false;
    }
  });
}

/** What a step records of a choice: the file, or one table of it. */
export function companionOf(file: CompanionFile, table?: string): StepCompanion {
  return { name: file.name, sha256: file.sha256, ...(table === undefined ? {} : { table }) };
}
