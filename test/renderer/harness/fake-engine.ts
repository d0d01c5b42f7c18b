import type { Alert } from '../../../src/core/model/table';
import type { EffectNumber, EngineService, Preview, ResultsPage, TableInfo } from '../../../src/core/protocol/engine-service';
import { AppError, Cancelled, toOutcome } from '../../../src/core/protocol/outcome';
import type { CallContext, Implementation } from '../../../src/core/protocol/rpc';
import type { Step, StepReport } from '../../../src/core/recipe/recipe';
import { catalogue, lightCurves } from './fake-data';
import { fakeEffects, fakeMeter } from './fake-effects';
import { runUnit, sharedOf, unitsOf } from './fake-kernel';
import { answer } from './fake-queries';
import { fakeLab } from './fake-lab';
import { previewImage, starField } from './fake-image';
import { fakeQuality } from './fake-quality';
import { FakeTable } from './fake-table';

const rest = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** An engine for looking at the window with: answers everything from arrays in the page, with a little delay. */
export class FakeEngine implements Implementation<EngineService> {
  private readonly open_ = new Map<string, FakeTable>();
  private readonly tablesListeners = new Set<(t: readonly TableInfo[]) => void>();
  private readonly changeListeners = new Set<(c: { table: TableInfo; columns: readonly string[] }) => void>();
  constructor(private readonly size = { objects: 160, stars: 300_000 }) {}

  /** Milliseconds an opening or a step takes, in ten steps of progress. */
  jobMilliseconds = 300;

  readonly onTables: EngineService['onTables'] = (h) => (this.tablesListeners.add(h), () => this.tablesListeners.delete(h));
  readonly onTableChanged: EngineService['onTableChanged'] = (h) => (this.changeListeners.add(h), () => this.changeListeners.delete(h));
  readonly onResults: EngineService['onResults'] = () => () => undefined;
  readonly onAlert: EngineService['onAlert'] = () => () => undefined;

  private table(id: string): FakeTable {
    const t = this.open_.get(id);
    if (!t) throw new AppError({ code: 'not-found', message: `unknown table: ${id}` });
    return t;
  }
  private infos(): TableInfo[] {
    return [...this.open_.values()].map((t) => t.info());
  }
  private changed(t: FakeTable, columns: readonly string[]): TableInfo {
    t.version++;
    const table = t.info();
    for (const h of this.changeListeners) h({ table, columns });
    return table;
  }
  private async slowly(note: (k: number) => string, { signal, progress }: CallContext): Promise<void> {
    for (let k = 0; k <= 10; k++) {
      if (signal.aborted) throw new Cancelled();
      progress({ fraction: k / 10, note: note(k) });
      await rest(this.jobMilliseconds / 10);
    }
  }

  openWorkspace = async (): Promise<readonly TableInfo[]> => this.infos();
  tables = async (): Promise<readonly TableInfo[]> => this.infos();
  open: Implementation<EngineService>['open'] = (_a, c) => this.openSample({}, c);
  openSample: Implementation<EngineService>['openSample'] = (_a, context) =>
    toOutcome(async () => {
      await this.slowly((k) => `${(k * 3.6).toFixed(1)} of 36 k rows · 2.8 M rows/s`, context);
      this.open_.set('t1', new FakeTable('t1', lightCurves(this.size.objects)));
      this.open_.set('t2', new FakeTable('t2', catalogue(this.size.stars)));
      for (const h of this.tablesListeners) h(this.infos());
      return this.infos();
    }, 'opening the sample survey');
  /** The image of a star field, as if its file had been opened. */
  openImage(): void {
    this.open_.set('t3', new FakeTable('t3', starField()));
    for (const h of this.tablesListeners) h(this.infos());
  }
  close = async (a: { table: string }): Promise<void> => {
    this.open_.delete(a.table);
    for (const h of this.tablesListeners) h(this.infos());
  };

  query: Implementation<EngineService>['query'] = (q, { signal }) =>
    toOutcome(async () => {
      await rest(5);
      if (signal.aborted) throw new Cancelled();
      return answer(this.table(q.table), q);
    }, `answering ${q.kind}`);

  preview: Implementation<EngineService>['preview'] = (a, { signal }) =>
    toOutcome(async () => {
      await rest(10);
      if (signal.aborted) throw new Cancelled();
      const started = performance.now();
      const t = this.table(a.table);
      const shared = sharedOf(t);
      const units = unitsOf(t, a.step.scope).filter((u) => (!u.object || u.object === a.object) && (!u.band || !a.band || u.band === a.band));
      const runs = units.map((u) => runUnit(t, a.step, u, shared));
      const order = runs
        .flatMap((r) => r.rows.map((row, i) => ({ row, mask: r.effect.flags?.some((f) => f.mask[i]) ? 1 : 0 })))
        .sort((p, q) => p.row - q.row);
      const rows = Uint32Array.from(order, (o) => o.row);
      const names = runs[0]?.effect.columns?.map((c) => c.name) ?? [];
      const columns = names.map((name) => {
        const byRow = new Map(
          runs.flatMap((r) => r.rows.map((row, i) => [row, Number(r.effect.columns?.find((c) => c.name === name)?.values[i])] as const)),
        );
        return {
          name,
          unit: runs[0]?.effect.columns?.find((c) => c.name === name)?.unit,
          values: Float64Array.from(rows, (r) => byRow.get(r) ?? NaN),
        };
      });
      const flags = runs.some((r) => r.effect.flags) ? Uint8Array.from(order, (o) => o.mask) : undefined;
      return {
        version: t.version,
        rows,
        flags,
        clears: runs.some((r) => r.effect.flags?.some((f) => f.clear)),
        columns,
        series: runs.flatMap((r) => r.effect.series ?? []),
        results: runs.flatMap((r) => r.effect.results ?? []),
        alerts: runs.flatMap((r) => r.alerts),
        effect: effectNumbers(t, rows, flags, columns[0]?.values),
        milliseconds: performance.now() - started,
      } satisfies Preview;
    }, `previewing ${a.step.op}`);

  densityMap: Implementation<EngineService>['densityMap'] = () =>
    toOutcome(() => {
      throw new AppError({ code: 'unsupported', message: 'the harness keeps no density maps' });
    }, 'making a density map');

  imagePreview: Implementation<EngineService>['imagePreview'] = (a) =>
    toOutcome(async () => {
      await rest(a.whole ? 300 : 5);
      return previewImage(this.table(a.table), a);
    }, `previewing ${a.step.op}`);

  dryRun: Implementation<EngineService>['dryRun'] = (a, context) =>
    toOutcome(async () => {
      const started = performance.now();
      const t = this.table(a.table);
      let rowsFlagged = 0;
      let objectsTouched = 0;
      const shared = sharedOf(t);
      const units = unitsOf(t, a.step.scope);
      for (const [i, u] of units.entries()) {
        if (context.signal.aborted) throw new Cancelled();
        const n = runUnit(t, a.step, u, shared).effect.flags?.reduce((s, f) => s + f.mask.reduce((x, y) => x + y, 0), 0) ?? 0;
        rowsFlagged += n;
        if (n) objectsTouched++;
        if (i % 50 === 0) {
          context.progress({ fraction: i / units.length });
          await rest(0);
        }
      }
      return { version: t.version, rowsFlagged, objectsTouched, columns: [], alerts: [], seconds: (performance.now() - started) / 1000 };
    }, `trying ${a.step.op}`);

  signalMeter: Implementation<EngineService>['signalMeter'] = (a) =>
    toOutcome(() => ({ ...fakeMeter(a.step, a.signal), version: this.table(a.table).version }), 'measuring the signal');
  effects: Implementation<EngineService>['effects'] = (a, context) =>
    toOutcome(
      async () => ({ ...(await fakeEffects([...this.table(a.table).objects.keys()], a.sample, context)), version: 1 }),
      'looking at the objects',
    );

  private run(t: FakeTable, step: Step): StepReport {
    const started = performance.now();
    const alerts: Alert[] = [];
    const added = new Set<string>();
    const results: Readonly<Record<string, unknown>>[] = [];
    let rowsFlagged = 0;
    const shared = sharedOf(t);
    for (const u of unitsOf(t, step.scope)) {
      const { rows, effect, alerts: more } = runUnit(t, step, u, shared);
      alerts.push(...more);
      for (const f of effect.flags ?? []) {
        if (!f.clear && !t.flags.has(f.name)) t.flags.set(f.name, { rows: new Uint8Array(t.rows), step: step.id });
        const bits = t.flags.get(f.name)?.rows;
        rows.forEach((r, i) => {
          if (!bits || !f.mask[i] || bits[r] === (f.clear ? 0 : 1)) return;
          bits[r] = f.clear ? 0 : 1;
          rowsFlagged++;
        });
      }
      for (const c of effect.columns ?? []) {
        if (!added.has(c.name))
          t.columns.set(c.name, (t.columns.get(c.name) as Float64Array | undefined)?.slice() ?? new Float64Array(t.rows).fill(NaN));
        added.add(c.name);
        const values = t.columns.get(c.name) as Float64Array;
        rows.forEach((r, i) => (values[r] = Number(c.values[i])));
      }
      for (const r of effect.results ?? []) results.push({ object: u.object, ...r });
    }
    if (results.length) t.results.push({ step: step.id, op: step.op, columns: Object.keys(results[0]!), rows: results });
    return {
      step,
      state: 'applied',
      rowsFlagged,
      columnsAdded: [...added],
      resultRows: results.length,
      seconds: (performance.now() - started) / 1000,
      alerts,
    };
  }

  private replay(t: FakeTable, steps: readonly Step[]): TableInfo {
    t.flags.clear();
    t.results = [];
    for (const name of [...t.columns.keys()]) if (!t.data.columns.some((c) => c.meta.name === name)) t.columns.delete(name);
    for (const c of t.data.columns) t.columns.set(c.meta.name, c.values);
    t.reports = steps.map((step) =>
      step.enabled ? this.run(t, step) : { step, state: 'disabled', rowsFlagged: 0, columnsAdded: [], resultRows: 0, seconds: 0, alerts: [] },
    );
    return this.changed(t, [...t.columns.keys()]);
  }

  apply: Implementation<EngineService>['apply'] = (a, context) =>
    toOutcome(async () => {
      await this.slowly((k) => `${k * 10} %`, context);
      const t = this.table(a.table);
      t.past.push(t.reports.map((r) => r.step));
      t.undone = [];
      const report = this.run(t, a.step);
      t.reports = [...t.reports, report];
      this.changed(t, report.columnsAdded);
      return report;
    }, `applying ${a.step.op}`);
  setSteps: Implementation<EngineService>['setSteps'] = (a) =>
    toOutcome(() => {
      const t = this.table(a.table);
      t.past.push(t.reports.map((r) => r.step));
      t.undone = [];
      return this.replay(t, a.steps).steps;
    }, 'replaying the steps');
  undo: Implementation<EngineService>['undo'] = (a) =>
    toOutcome(() => {
      const t = this.table(a.table);
      t.undone.push(t.reports.map((r) => r.step));
      return this.replay(t, t.past.pop() ?? []);
    }, 'undoing');
  redo: Implementation<EngineService>['redo'] = (a) =>
    toOutcome(() => {
      const t = this.table(a.table);
      t.past.push(t.reports.map((r) => r.step));
      return this.replay(t, t.undone.pop() ?? []);
    }, 'redoing');
  recipe: Implementation<EngineService>['recipe'] = async (a) => ({ skysift: 1, steps: this.table(a.table).reports.map((r) => r.step) });
  checkRecipe: Implementation<EngineService>['checkRecipe'] = async (a) =>
    a.recipe.steps.flatMap((s) =>
      Object.values(s.bind)
        .filter((c) => c && !this.table(a.table).columns.has(c))
        .map((c): Alert => ({ severity: 'warning', message: `${s.op} needs the column ${c}, which this table lacks`, column: c })),
    );
  results: Implementation<EngineService>['results'] = (a) =>
    toOutcome(() => {
      const made = this.table(a.table).results.find((r) => r.step === a.step);
      const rows = (made?.rows ?? []) as ResultsPage['rows'];
      return { total: rows.length, columns: made?.columns ?? [], rows: rows.slice(a.offset, a.offset + a.limit) };
    }, 'reading results');
  setRole: Implementation<EngineService>['setRole'] = (a) =>
    toOutcome(() => {
      const t = this.table(a.table);
      t.roles = { ...t.roles, [a.role]: a.column };
      return this.changed(t, []);
    }, 'setting a role');
  setLabel: Implementation<EngineService>['setLabel'] = (a) =>
    toOutcome(() => {
      const t = this.table(a.table);
      if (a.label === 0) t.labels.delete(a.object);
      else t.labels.set(a.object, a.label);
      return this.changed(t, ['label']);
    }, 'labelling');
  export: Implementation<EngineService>['export'] = (a, context) =>
    toOutcome(async () => {
      await this.slowly((k) => `${k * 10} % written`, context);
      const t = this.table(a.table);
      const columns = a.columns?.length ?? t.columns.size;
      const flagged = t.info().flagged;
      return {
        name: `clean.${a.format}`,
        rows: t.rows,
        columns,
        flagged,
        bytes: t.rows * columns * 8,
        seconds: 0.4,
        checkedCells: t.rows * columns,
        alerts: [],
      };
    }, 'exporting');
  quality: Implementation<EngineService>['quality'] = ({ table }) => toOutcome(() => fakeQuality(this.table(table).info()), 'quality');
  lab: Implementation<EngineService>['lab'] = (request) => toOutcome(() => rest(20).then(() => fakeLab(request)), 'lab');
  stats: Implementation<EngineService>['stats'] = () => Promise.resolve({ memoryBytes: 412e6, memoryBudget: 8e9, threads: 2 });
}

function effectNumbers(t: FakeTable, rows: Uint32Array, flags?: Uint8Array, replaced?: Float64Array): EffectNumber[] {
  const value = t.roles.value ? t.numbers({ column: t.roles.value }) : undefined;
  const flagged = t.flagged();
  const before = rows.reduce((s, r) => s + flagged[r]!, 0);
  const after = rows.reduce((s, r, i) => s + (flagged[r]! | (flags?.[i] ?? 0)), 0);
  const mad = (keep: (i: number) => boolean, of: (i: number) => number): number => {
    const v = [...rows.keys()]
      .filter(keep)
      .map(of)
      .filter(Number.isFinite)
      .sort((a, b) => a - b);
    const mid = v[v.length >> 1] ?? NaN;
    const dev = v.map((x) => Math.abs(x - mid)).sort((a, b) => a - b);
    return 1.4826 * (dev[dev.length >> 1] ?? NaN);
  };
  const out: EffectNumber[] = [{ name: 'rows flagged', before, after }];
  if (value) {
    const of = (i: number): number => value(rows[i]!);
    out.push({
      name: 'scatter (MAD)',
      before: mad((i) => !flagged[rows[i]!], of),
      after: mad((i) => !flagged[rows[i]!] && !flags?.[i], replaced ? (i) => replaced[i]! : of),
      unit: 'mag',
    });
  }
  return out;
}
