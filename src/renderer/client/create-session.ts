import { shallowRef } from 'vue';
import type { Preview, Stats, TableInfo } from '../../core/protocol/engine-service';
import type { EngineState, MainService } from '../../core/protocol/main-service';
import { AppError, type ErrorFields, inWords } from '../../core/protocol/outcome';
import type { Client, Transport } from '../../core/protocol/rpc';
import type { Step } from '../../core/recipe/recipe';
import type { AppSession, DryRunState, WorkspaceInfo } from './app-session';
import { combineSelection } from './combine-selection';
import { Comparison } from './comparison';
import { Coordinator } from './coordinator';
import { count } from '../components/format';
import { EngineLink } from './engine-link';
import { Ensemble } from './ensemble';
import { GpuDesk } from './gpu-desk';
import { GpuImagePreview } from './gpu-image-preview';
import { ImageDraft } from './image-draft';
import { JobTray } from './job-tray';
import { ObjectList } from './object-list';
import { ObjectTableWatch } from './object-table';
import { Sayings } from './say';
import { ProposalDesk } from './proposal-desk';
import type { Fold, Selection } from './session';
import { SignalWatch } from './signal-watch';
import { followTheme } from './theme';
import { TableActions } from './table-actions';

/** What differs between the application and a page without one. */
export interface Surroundings {
  readonly main: Client<MainService>;
  /** Opens a connection to the engine; asked again after the engine was lost. */
  connectEngine(): Promise<Transport>;
  /** Turns dropped files into tokens only the main process can read. */
  readonly tokensOf?: ((files: readonly File[]) => readonly string[]) | undefined;
}

const STATS_EVERY = 2000;
const BACK = 'The engine had stopped and was restarted. Every applied step is here.';
/** How long that is shown at the top, in milliseconds; the bottom bar keeps it. */
const NOTICE = 6000;
/** The GPU is looked for when the window and its first files have had their time, in milliseconds. */
const LOOK_AFTER = 4000;

/** Builds the session of this window: connects to the engine, opens the workspace, and keeps what is current. */
export function createSession({ main, connectEngine }: Surroundings): AppSession {
  const link = new EngineLink(connectEngine);
  const engine = link.client;
  const sayings = new Sayings();
  const say: AppSession['say'] = (message, kind) => sayings.say(message, kind);
  const tray = new JobTray(say);
  const objects = new ObjectList(engine, (first) => {
    if (object.value === undefined && !objects.order.value.filter) object.value = first.id;
  });
  const theme = followTheme(main);

  const tables = shallowRef<readonly TableInfo[]>([]);
  const table = shallowRef<TableInfo>();
  const object = shallowRef<string>();
  const band = shallowRef<string>();
  const selection = shallowRef<Selection>();
  const draft = shallowRef<Step>();
  const preview = shallowRef<Preview>();
  const fold = shallowRef<Fold>();
  const engineState = shallowRef<EngineState>({ state: 'starting' });
  const stats = shallowRef<Stats>();
  const activeView = shallowRef<string>();
  const workspace = shallowRef<WorkspaceInfo>();
  const editing = shallowRef<number>();
  const previewError = shallowRef<ErrorFields>();
  const dryRun = shallowRef<DryRunState>({ state: 'none' });

  const coordinator = new Coordinator({ engine, table, object, band, selection, draft, preview, previewError, dryRun, engineState });
  const runJob: AppSession['runJob'] = (title, work) => coordinator.during(() => tray.run(title, work));
  const signals = new SignalWatch({ engine, table, object, band, draft, preview });
  const comparison = new Comparison({ engine, table, object, band, draft, preview, previewError, signals });
  const ensemble = new Ensemble({ engine, table, draft, objects, runJob, select: (...a) => select(...a), clearSelection: () => clearSelection() });
  const actions = new TableActions({ engine, main, table, draft, editing, selection, runJob, say });
  const onMore = (): void => void (objects.loading.value || objects.reload());
  const objectTable = new ObjectTableWatch({ engine, table: () => table.value, onMore });
  const gpu = new GpuDesk({ threads: () => stats.value?.threads ?? 1, version: () => workspace.value?.version });
  const onGpu = new GpuImagePreview(engine, gpu);
  const imageDraft = new ImageDraft({ engine, table, draft, previewError, runJob, onGpu });
  const desk = new ProposalDesk({ table, draft, editing, actions });

  function clearSelection(): void {
    selection.value = undefined;
  }

  function setTable(id: string): void {
    const next = tables.value.find((t) => t.id === id);
    if (!next || next.id === table.value?.id) return;
    object.value = undefined;
    band.value = next.bands[0];
    fold.value = undefined;
    draft.value = undefined;
    editing.value = undefined;
    clearSelection();
    table.value = next;
    showObjects(next);
  }

  /** The list sets the current object to its first one. */
  function showObjects(of: TableInfo): void {
    void objects.show(of.objects > 0 ? of.id : undefined);
  }

  /** A table that was not there before is what somebody just opened: it becomes the current one. */
  function setTables(next: readonly TableInfo[]): void {
    const fresh = next.filter((t) => !tables.value.some((known) => known.id === t.id));
    tables.value = next;
    const [first] = fresh;
    // A file that begins with an image is opened for the image, whatever small table comes with it.
    if (first) return setTable((fresh.find((t) => t.meta.image && t.meta.rows > first.meta.rows) ?? first).id);
    const current = next.find((t) => t.id === table.value?.id);
    if (current) refresh(current);
    else if (next[0]) setTable(next[0].id);
    else table.value = undefined;
  }

  function refresh(next: TableInfo): void {
    const before = table.value;
    table.value = next;
    if (before?.roles.object !== next.roles.object) object.value = undefined;
    if (before?.roles.object !== next.roles.object || (before?.objects === 0) !== (next.objects === 0)) showObjects(next);
    else if (before?.id === next.id && before !== next) void objects.reload();
    if (band.value === undefined || !next.bands.includes(band.value)) band.value = next.bands[0];
  }

  function changed(next: TableInfo): void {
    tables.value = tables.value.some((t) => t.id === next.id) ? tables.value.map((t) => (t.id === next.id ? next : t)) : [...tables.value, next];
    if (table.value?.id !== next.id) return;
    refresh(next);
    if (selection.value) coordinator.countSelection(selection.value);
  }

  function select(clause: Selection['predicate'], source: string, mode: Parameters<AppSession['select']>[2]): void {
    const predicate = combineSelection(selection.value?.predicate, clause, mode);
    if (!predicate) {
      clearSelection();
      return;
    }
    selection.value = { predicate, source };
    coordinator.countSelection(selection.value);
  }

  let noticeTimer: ReturnType<typeof setTimeout> | undefined;

  async function connect(): Promise<void> {
    // After a loss its sentence stays until the engine is back.
    const lost = engineState.value.state === 'lost' ? engineState.value.message : undefined;
    engineState.value = { state: 'starting', message: lost };
    try {
      await link.connect();
      if (workspace.value) setTables(await engine.openWorkspace({ grant: workspace.value.grant.id }));
      engineState.value = { state: 'ready', message: lost && BACK };
      if (!lost) return;
      say(BACK, 'warning');
      noticeTimer = setTimeout(() => {
        if (engineState.value.state === 'ready') engineState.value = { state: 'ready' };
      }, NOTICE);
    } catch (error) {
      engineState.value = { state: 'failed', message: inWords(AppError.from(error, 'starting the engine').fields) };
    }
  }

  let connecting: Promise<void> | undefined;
  function connectOnce(): Promise<void> {
    connecting ??= connect().finally(() => (connecting = undefined));
    return connecting;
  }

  const stops = [
    main.onEngineState((next) => {
      if (next.state === 'ready') {
        if (engineState.value.state === 'lost' || engineState.value.state === 'failed') void connectOnce();
        return;
      }
      if (next.state === 'starting') return;
      const doing = tray.jobs.value.find((j) => j.state === 'running')?.title;
      link.drop();
      const during = doing ? ` during “${doing}”` : '';
      const lost = `The engine stopped${during}; restarting. Every applied step is safe.`;
      engineState.value = { state: next.state, message: next.message ?? (next.state === 'lost' ? lost : 'The engine cannot be started.') };
    }),
    engine.onTables(setTables),
    engine.onTableChanged(({ table: next }) => changed(next)),
    engine.onResults(({ state, done, total }) => {
      if (state === 'ended' && done < total) say(`Stopped at ${count(done)} of ${count(total)} objects: the same step goes on from there.`);
    }),
    engine.onAlert((alert) => say(inWords(alert), alert.severity)),
    theme.stop,
  ];
  const statsTimer = setInterval(() => {
    if (engineState.value.state !== 'ready' || document.hidden) return;
    engine.stats({}).then(
      (next) => (stats.value = next),
      () => (stats.value = undefined),
    );
  }, STATS_EVERY);

  let gpuTimer: ReturnType<typeof setTimeout> | undefined;

  async function start(): Promise<void> {
    const { workspace: grant, files, version } = await main.startup({});
    workspace.value = { grant, version };
    await connectOnce();
    if (engineState.value.state === 'ready') stats.value = await engine.stats({});
    gpuTimer = setTimeout(() => void gpu.look(), LOOK_AFTER);
    if (files.length) await actions.openGrants(files, false);
  }
  start().catch((error: unknown) => {
    engineState.value = { state: 'failed', message: AppError.from(error, 'starting').fields.message };
  });

  return {
    engine,
    main,
    tables,
    table,
    object,
    band,
    selection,
    draft,
    preview,
    fold,
    objectTable: objectTable.info,
    jobs: tray.jobs,
    engineState,
    stats,
    theme: theme.theme,
    activeView,
    workspace,
    sayings,
    objects,
    actions,
    editing,
    previewError,
    dryRun,
    signals,
    imageDraft,
    comparison,
    ensemble,
    desk,
    gpu,
    setTable,
    setObject: (id, nextBand) => {
      object.value = id;
      if (nextBand !== undefined) band.value = nextBand;
    },
    select,
    clearSelection,
    setFold: (next) => (fold.value = next),
    runJob,
    say,
    tryOnAll: () => void coordinator.tryOnAll(),
    cancelTry: () => coordinator.cancelTry(),
    setTheme: theme.set,
    dispose: () => {
      clearInterval(statsTimer);
      clearTimeout(noticeTimer);
      clearTimeout(gpuTimer);
      for (const stop of stops) stop();
      for (const part of [coordinator, signals, imageDraft, comparison, ensemble, desk, objectTable, gpu]) part.dispose();
      link.drop();
    },
  };
}
