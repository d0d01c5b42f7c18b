import { shallowRef, type ShallowRef } from 'vue';
import type { EngineService, ResultsPage } from '../../../core/protocol/engine-service';
import { AppError, Cancelled } from '../../../core/protocol/outcome';
import type { Client } from '../../../core/protocol/rpc';

const PAGE = 200;
/** Pages kept at once: enough for any scrolling back, little enough for a million objects. */
const MOST_PAGES = 50;

export type ResultRow = ResultsPage['rows'][number];

/** The rows of a step's result table; pages come when they are looked at. */
export class ResultPages {
  readonly total: ShallowRef<number> = shallowRef(0);
  readonly columns: ShallowRef<readonly string[]> = shallowRef([]);
  readonly error: ShallowRef<string | undefined> = shallowRef();
  /** A snapshot, replaced whole when a page comes. */
  readonly pages: ShallowRef<ReadonlyMap<number, readonly ResultRow[]>> = shallowRef(new Map());
  private readonly asked = new Set<number>();

  constructor(
    private readonly engine: Pick<Client<EngineService>, 'results'>,
    private readonly table: string,
    private readonly step: string,
  ) {}

  row(index: number): ResultRow | undefined {
    return this.pages.value.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Makes rows [from, to) arrive. */
  async ensure(from: number, to: number): Promise<void> {
    const last = Math.floor(Math.max(from, to - 1) / PAGE);
    const wanted: number[] = [];
    for (let page = Math.floor(from / PAGE); page <= last; page++) if (!this.asked.has(page)) wanted.push(page);
    await Promise.all(wanted.map((page) => this.fetch(page)));
  }

  private async fetch(page: number): Promise<void> {
    this.asked.add(page);
    try {
      const outcome = await this.engine.results({ table: this.table, step: this.step, offset: page * PAGE, limit: PAGE });
      if ('failed' in outcome) throw new AppError(outcome.failed);
      if ('cancelled' in outcome) throw new Cancelled();
      this.total.value = outcome.ok.total;
      this.columns.value = outcome.ok.columns;
      this.error.value = undefined;
      const kept = [...this.pages.value].slice(-(MOST_PAGES - 1));
      this.pages.value = new Map([...kept, [page, outcome.ok.rows]]);
      for (const old of this.asked) if (this.asked.size > MOST_PAGES && !this.pages.value.has(old)) this.asked.delete(old);
    } catch (error) {
      this.asked.delete(page);
      if (!(error instanceof Cancelled)) this.error.value = AppError.from(error, 'reading the results').fields.message;
    }
  }
}
