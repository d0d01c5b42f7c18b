import { shallowRef, type ShallowRef } from 'vue';
import type { EngineService } from '../../core/protocol/engine-service';
import type { Client } from '../../core/protocol/rpc';
import type { AnswerTo, ObjectRow } from '../../core/query/query';
import type { Predicate } from '../../core/select/predicate';

const PAGE = 200;

/** What the list shows: a snapshot, replaced whole. Rows of pages not asked for yet are absent. */
export interface ObjectPage {
  readonly total: number;
  readonly rows: ReadonlyMap<number, ObjectRow>;
  readonly resultColumns: readonly string[];
  readonly error?: string | undefined;
}

export interface ObjectOrder {
  readonly sort: string;
  readonly descending: boolean;
  readonly filter: string;
  /** Only these are listed, by name or by a predicate over the object table, and why. */
  readonly only?: (({ readonly ids: readonly string[] } | { readonly where: Predicate }) & { readonly words: string }) | undefined;
}

const NOTHING: ObjectPage = { total: 0, rows: new Map(), resultColumns: [] };

/** The objects of the current table in the order the list shows them; pages come when they are looked at. */
export class ObjectList {
  readonly page: ShallowRef<ObjectPage> = shallowRef(NOTHING);
  readonly order: ShallowRef<ObjectOrder> = shallowRef({ sort: 'id', descending: false, filter: '' });
  readonly loading = shallowRef(false);
  private table: string | undefined;
  private generation = 0;
  private reloading: Promise<void> = Promise.resolve();
  private readonly asked = new Set<number>();

  /** `onFirst` hears the first row whenever the list was read anew. */
  constructor(
    private readonly engine: Client<EngineService>,
    private readonly onFirst: (row: ObjectRow) => void = () => undefined,
  ) {}

  /** Shows the objects of another table, from the start. */
  async show(table: string | undefined): Promise<void> {
    this.table = table;
    this.page.value = NOTHING;
    this.order.value = { ...this.order.value, filter: '', only: undefined };
    await this.reload();
  }

  /** Lists these objects alone; undefined = all again. */
  async only(only: ObjectOrder['only']): Promise<void> {
    await this.setOrder({ only });
  }

  async setOrder(change: Partial<ObjectOrder>): Promise<void> {
    this.order.value = { ...this.order.value, ...change };
    await this.reload();
  }

  /** Asks again for what is shown, after the table changed; the old rows stay until the new ones are there. */
  reload(): Promise<void> {
    this.reloading = this.load();
    return this.reloading;
  }

  private async load(): Promise<void> {
    const generation = ++this.generation;
    const pages = this.asked.size ? [...this.asked].slice(-3) : [0];
    this.asked.clear();
    if (!this.table) return;
    const rows = new Map<number, ObjectRow>();
    this.loading.value = true;
    for (const index of pages.includes(0) ? pages : [0, ...pages]) {
      this.asked.add(index);
      const answer = await this.fetch(index);
      if (generation !== this.generation) return;
      if (!answer) break;
      answer.objects.forEach((row, i) => rows.set(index * PAGE + i, row));
      this.page.value = { total: answer.total, rows: new Map(rows), resultColumns: answer.resultColumns };
    }
    this.loading.value = false;
    const first = rows.get(0);
    if (first) this.onFirst(first);
  }

  /** Makes rows [from, to) arrive. */
  async ensure(from: number, to: number): Promise<void> {
    const generation = this.generation;
    for (let index = Math.floor(from / PAGE); index * PAGE < Math.min(to, this.page.value.total); index++) {
      if (this.asked.has(index)) continue;
      this.asked.add(index);
      const answer = await this.fetch(index);
      if (generation !== this.generation) return;
      if (!answer) {
        this.asked.delete(index);
        return;
      }
      const rows = new Map(this.page.value.rows);
      answer.objects.forEach((row, i) => rows.set(index * PAGE + i, row));
      this.page.value = { ...this.page.value, total: answer.total, rows };
    }
  }

  indexOf(id: string | undefined): number {
    for (const [index, row] of this.page.value.rows) if (row.id === id) return index;
    return -1;
  }

  /** The object `by` places after `id` in the shown order; the first one when `id` is not in it. */
  async neighbour(id: string | undefined, by: number): Promise<ObjectRow | undefined> {
    // A list that was narrowed a moment ago is not stepped through as it was before.
    await this.reloading;
    const { total } = this.page.value;
    if (!total) return undefined;
    const at = this.indexOf(id);
    const next = at < 0 ? 0 : Math.min(total - 1, Math.max(0, at + by));
    await this.ensure(next, next + 1);
    return this.page.value.rows.get(next);
  }

  private async fetch(index: number): Promise<AnswerTo<'objects'> | undefined> {
    if (!this.table) return undefined;
    const { sort, descending, filter, only } = this.order.value;
    try {
      const outcome = await this.engine.query({
        kind: 'objects',
        table: this.table,
        sort,
        descending,
        ...(filter ? { filter } : {}),
        ...(only ? ('ids' in only ? { ids: only.ids } : { where: only.where }) : {}),
        offset: index * PAGE,
        limit: PAGE,
      });
      if ('ok' in outcome) return outcome.ok as AnswerTo<'objects'>;
      if ('failed' in outcome) this.page.value = { ...this.page.value, error: outcome.failed.message };
    } catch (error) {
      this.page.value = { ...this.page.value, error: error instanceof Error ? error.message : String(error) };
    }
    return undefined;
  }
}
