import { shallowRef, type ShallowRef } from 'vue';
import type { RowsAnswer } from '../../../core/query/query';
import { Latest } from '../../client/latest';

export const PAGE_ROWS = 200;
const KEPT_PAGES = 40;

/** A row laid out on screen; `row` is undefined while its page is on the way. */
export interface ShownRow {
  readonly index: number;
  readonly top: number;
  readonly row?: number | undefined;
  readonly marks: number;
  readonly cells: readonly string[];
}

/** Pages of one question (table, columns, order, selection): fetched where one looks, the oldest forgotten. */
export class RowPages {
  /** Grows with every page that came: what is shown depends on it. */
  readonly revision: ShallowRef<number> = shallowRef(0);
  readonly total: ShallowRef<number | undefined> = shallowRef();
  readonly error: ShallowRef<string | undefined> = shallowRef();
  readonly busy: ShallowRef<boolean> = shallowRef(false);
  private readonly pages = new Map<number, RowsAnswer>();
  private readonly stale = new Set<number>();
  private question = '';
  private readonly latest: Latest<{ first: number; last: number; question: string }, void>;

  constructor(private readonly fetch: (offset: number, limit: number) => Promise<RowsAnswer | undefined>) {
    this.latest = new Latest(
      (q) => this.load(q),
      () => undefined,
      (e) => void (this.error.value = e instanceof Error ? e.message : String(e)),
      (b) => void (this.busy.value = b),
    );
  }

  /** Another question: what was fetched answers it no longer. The same about a later version: what was fetched stays in sight until its successor comes. */
  restart(question: string, isSame = false): void {
    this.question = question;
    if (isSame) for (const n of this.pages.keys()) this.stale.add(n);
    else this.pages.clear();
    this.error.value = undefined;
    this.revision.value++;
  }

  /** Sees to it that rows [first, last] are here. */
  want(first: number, last: number): void {
    this.latest.ask({ first: Math.floor(first / PAGE_ROWS), last: Math.floor(Math.max(first, last) / PAGE_ROWS), question: this.question });
  }

  at(index: number): { page: RowsAnswer; i: number } | undefined {
    const page = this.pages.get(Math.floor(index / PAGE_ROWS));
    const i = index % PAGE_ROWS;
    return page && i < page.rows.length ? { page, i } : undefined;
  }

  dispose(): void {
    this.latest.drop();
    this.pages.clear();
  }

  private async load(q: { first: number; last: number; question: string }): Promise<void> {
    for (let n = q.first; n <= q.last; n++) {
      if (this.pages.has(n) && !this.stale.has(n)) continue;
      const answer = await this.fetch(n * PAGE_ROWS, PAGE_ROWS);
      if (q.question !== this.question) return;
      if (!answer) continue;
      this.pages.set(n, answer);
      this.stale.delete(n);
      for (const old of this.pages.keys()) {
        if (this.pages.size <= KEPT_PAGES) break;
        if (old < q.first || old > q.last) this.pages.delete(old);
      }
      this.total.value = answer.total;
      this.error.value = undefined;
      this.revision.value++;
    }
  }
}
