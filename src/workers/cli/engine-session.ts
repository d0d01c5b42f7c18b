import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { EngineService, ExportFormat, ExportReport, FlaggedRows, TableInfo } from '../../core/protocol/engine-service';
import { AppError, Cancelled, type Outcome } from '../../core/protocol/outcome';
import type { CallContext, Implementation } from '../../core/protocol/rpc';
import type { Alert } from '../../core/model/table';
import type { Role } from '../../core/model/column';
import type { StepCompanion } from '../../core/recipe/recipe';
import { createEngine } from '../engine/engine';
import { localHost } from '../engine/local-host';
import { InlineExecutor } from '../engine/threads/inline-executor';
import { writerFor } from '../writers/registry';
import type { CommandContext } from './command';
import { expandInputs } from './input';
import { didYouMean, UsageError } from './usage-error';

/** The export format an output's extension stands for. Throws UsageError for others. */
export function formatOf(out: string): ExportFormat {
  try {
    return writerFor(basename(out)).format as ExportFormat;
  } catch (error) {
    const { message, hint } = AppError.from(error).fields;
    throw new UsageError(`invalid output: ${message}`, hint);
  }
}

/** Inputs up to this size are copied sooner than a thread has started. Bytes. */
const SMALL = 4 * 2 ** 20;

/** Whether the files are there and small all together. Folders are not. */
export async function areSmall(inputs: readonly string[], cwd: string): Promise<boolean> {
  const found = await Promise.all(inputs.map((input) => stat(resolve(cwd, input)).catch(() => undefined)));
  return found.every((f) => f?.isFile()) && found.reduce((bytes, f) => bytes + (f?.size ?? 0), 0) <= SMALL;
}

export interface OpenOptions {
  readonly table?: string | undefined;
  readonly preferred?: string | undefined;
  /** The first image, where the file holds one. */
  readonly image?: boolean | undefined;
  readonly roles?: Readonly<Partial<Record<Role, string>>> | undefined;
}

/** One engine over a store of its own in the temporary folder, for the length of one command. */
export class EngineSession {
  readonly alerts: Alert[] = [];

  private constructor(
    readonly service: Implementation<EngineService>,
    private readonly command: CommandContext,
  ) {}

  /**
   * Runs `work` with an engine, without threads if `isLight`; the store is gone afterwards, whatever happened. What is done of a step that is
   * stopped stays in the folder `partials`, when there is one.
   */
  static async use<T>(command: CommandContext, work: (session: EngineSession) => Promise<T>, isLight = false, partials?: string): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'skysift-'));
    let engine: ReturnType<typeof createEngine> | undefined;
    try {
      const executor = command.io.executor?.() ?? (isLight ? new InlineExecutor() : undefined);
      // One thread starts while the file is read. A small table needs no second.
      engine = createEngine({ folder, host: localHost(), threads: command.jobs, warm: 1, executor, partials });
      const session = new EngineSession(engine.service, command);
      await session.service.openWorkspace({ grant: folder }, session.context('starting'));
      return await work(session);
    } finally {
      await engine?.close();
      await rm(folder, { recursive: true, force: true });
    }
  }

  context(stage: string): CallContext {
    return { signal: this.command.io.signal, progress: this.command.progress.stage(stage) };
  }

  /** The value of an outcome, its alerts kept. Throws Cancelled or the AppError. */
  take<T>(outcome: Outcome<T>, during?: string): T {
    if ('cancelled' in outcome) throw new Cancelled();
    if ('failed' in outcome) throw new AppError(during ? { ...outcome.failed, during } : outcome.failed);
    this.alerts.push(...outcome.alerts);
    return outcome.ok;
  }

  /**
   * Reads files into the store (several become one) and gives columns the roles asked for. `table` must be there; `preferred` is taken when it
   * is.
   */
  async open(inputs: readonly string[], options: OpenOptions): Promise<TableInfo> {
    const grants = await expandInputs(inputs, this.command.io);
    const what = inputs.length === 1 ? inputs[0]! : `${grants.length} files`;
    const opened = this.take(
      await this.service.open({ grants, stack: grants.length > 1, table: options.table }, this.context('reading')),
      `opening ${what}`,
    );
    const names = opened.map((t) => t.meta.name);
    let table = opened.find((t) => t.meta.name === options.preferred) ?? opened.find((t) => options.image && t.meta.image) ?? opened[0];
    if (!table) throw new AppError({ code: 'unsupported', message: 'the file holds no table', during: `opening ${what}` });
    if (opened.length > 1) {
      const others = names.filter((n) => n !== table?.meta.name).join(', ');
      const message = `this is about the table ${table.meta.name}; the file also holds ${others}`;
      this.alerts.push({ severity: 'info', message, hint: 'choose with --table NAME' });
    }
    this.alerts.push(...table.alerts);
    for (const [role, column] of Object.entries(options.roles ?? {})) {
      const columns: readonly string[] = table.meta.columns.map((c) => c.name);
      if (!columns.includes(column)) {
        throw new UsageError(`the table has no column ${column}`, didYouMean(column, columns, `its columns are ${columns.slice(0, 12).join(', ')}`));
      }
      table = this.take(
        await this.service.setRole({ table: table.id, role: role as Role, column }, this.context('roles')),
        `setting the role ${role}`,
      );
    }
    return table;
  }

  /** Reads a second file, for the steps that name it; what they record of it. */
  async openBeside(file: string): Promise<StepCompanion> {
    const [grant] = await expandInputs([file], this.command.io);
    const opened = this.take(await this.service.open({ grants: [grant!], stack: false }, this.context('reading')), `opening ${file}`);
    if (!opened[0]) throw new AppError({ code: 'unsupported', message: 'the file holds no table', during: `opening ${file}` });
    const { name, sha256 } = opened[0].source;
    return { name, sha256 };
  }

  /** The table as it is now. */
  async current(id: string): Promise<TableInfo> {
    const table = (await this.service.tables({}, this.context('tables'))).find((t) => t.id === id);
    if (!table) throw new AppError({ code: 'internal', message: `the table ${id} is no longer open` });
    return table;
  }

  async export(
    table: string,
    out: string,
    flagged: FlaggedRows,
    columns?: readonly string[],
    what?: 'objects' | { readonly results: string },
  ): Promise<ExportReport> {
    const grant = resolve(this.command.io.cwd, out);
    const report = await this.service.export({ table, grant, format: formatOf(out), flagged, columns, what }, this.context('writing'));
    const done = this.take(report, `writing ${out}`);
    this.alerts.push(...done.alerts);
    return done;
  }
}

/** Each remark once, in order. */
export function distinct(alerts: readonly Alert[]): readonly Alert[] {
  const seen = new Set<string>();
  return alerts.filter((a) => {
    const key = JSON.stringify([a.severity, a.message, a.column]);
    return !seen.has(key) && seen.add(key);
  });
}

/** Flags of steps, with their counts: what `--json` reports. */
export const flagCounts = (table: TableInfo): Readonly<Record<string, number>> =>
  Object.fromEntries(table.flags.filter((f) => f.author.kind === 'step').map((f) => [f.name, f.count ?? 0]));
