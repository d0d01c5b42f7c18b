import type { Role } from '../../core/model/column';
import type { Step, StepReport } from '../../core/recipe/recipe';
import type { BenchEngine } from './bench';
import { timed } from './catalogue';

/** Opens a file with the roles of its columns set; resolves to the table's id. */
export async function openWithRoles(engine: BenchEngine, path: string, roles: Readonly<Partial<Record<Role, string>>>): Promise<string> {
  const table = await engine.open(path);
  for (const [role, column] of Object.entries(roles) as [Role, string][])
    engine.take(await engine.service.setRole({ table: table.id, role, column }, engine.context));
  return table.id;
}

/** Applies a step, has a look at what it did, and takes it back, so that every repetition finds the table as it was. Only the step is timed. */
export async function applyOnce(
  engine: BenchEngine,
  table: string,
  step: Step,
  check: (report: StepReport) => unknown,
): Promise<{ seconds: number; check: unknown }> {
  const { seconds, check: report } = await timed(async () => engine.take(await engine.service.apply({ table, step }, engine.context)));
  const seen = await check(report);
  engine.take(await engine.service.undo({ table }, engine.context));
  return { seconds, check: seen };
}

/** A column of the first row that a step found. */
export async function firstResult(engine: BenchEngine, table: string, report: StepReport, column: string): Promise<unknown> {
  const page = engine.take(await engine.service.results({ table, step: report.step.id, offset: 0, limit: 1 }, engine.context));
  return page.rows[0]?.[column];
}
