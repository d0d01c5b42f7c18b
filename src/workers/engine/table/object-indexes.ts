import type { ObjectIndexData } from '../../../core/query/object-index';
import type { ColumnCache } from '../store/column-cache';
import objectIndexTask from '../tasks/object-index';
import type { Executor } from '../threads/executor';
import type { OpenTable } from './open-table';
import { tableData } from './table-data';

/** Which rows belong to which object: built in a thread when first needed, kept while the object and band columns are what they were. */
export class ObjectIndexes {
  private readonly known = new WeakMap<OpenTable, { key: string; index: Promise<ObjectIndexData | undefined> }>();

  constructor(
    private readonly executor: Executor,
    private readonly cache: ColumnCache,
  ) {}

  /**
   * Undefined for a table without objects, or one that is still being read. A light curve in several bands whose rows name no object is one.
   */
  async of(table: OpenTable): Promise<ObjectIndexData | undefined> {
    const { object, band, time, value } = table.roleColumns();
    const isOneStar = band !== undefined && time !== undefined && value !== undefined;
    if ((object === undefined && !isOneStar) || table.stage !== 'ready') return undefined;
    const key = [object, band].map((name) => (name === undefined ? '' : (table.available(name)?.path ?? ''))).join('\u0000');
    const known = this.known.get(table);
    if (known?.key === key) return known.index;
    const index = this.build(table, object, band);
    this.known.set(table, { key, index });
    // A failed or cancelled build must not be remembered.
    index.catch(() => this.known.delete(table));
    return index;
  }

  private async build(table: OpenTable, object: string | undefined, band: string | undefined): Promise<ObjectIndexData> {
    const data = await tableData(table, { columns: [object, band].filter((name) => name !== undefined) }, this.cache);
    return this.executor.run(objectIndexTask, { table: data, object, band, name: table.meta.name });
  }
}
