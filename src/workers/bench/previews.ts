import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationDef } from '../../core/operations/definition';
import { operations } from '../../core/operations/registry';
import type { Step } from '../../core/recipe/recipe';
import { openWithRoles } from './apply-once';
import { alternate, withEngine, type BenchEngine, type Benchmark, type Measurement } from './bench';
import { timed } from './catalogue';
import { periodicCurve } from './inputs';

const POINTS = 20_000;

/** The columns of the light curve that parameters may name. */
const COLUMNS = ['time', 'value', 'error'];

/** Moves of a slider before the clock starts: what is timed is compiled code. */
const WARM = 3;

/** Parameters to try an operation with: its defaults, and those of its figure as far as they name no column of the figure's data. */
function paramsOf(op: OperationDef): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(op.figure?.params ?? {}))
    params[key] = Array.isArray(value) && value.every((v) => typeof v === 'string') ? COLUMNS.slice(0, 2) : value;
  return params;
}

async function measure(
  op: OperationDef,
  table: string,
  engine: BenchEngine,
  world: Parameters<Benchmark['run']>[0],
): Promise<readonly Measurement[]> {
  const step: Step = { id: 'bench', op: op.id, version: op.version, params: paramsOf(op), bind: {}, scope: op.scope[0]!, enabled: true };
  const preview = async (): Promise<number> => engine.take(await engine.service.preview({ table, step }, engine.context)).rows.length;
  try {
    for (let k = 0; k < WARM; k++) await preview();
  } catch (error) {
    // What cannot run on this light curve by its defaults has no time; the note says why.
    world.say(`${op.id}: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
  const [ours] = await alternate([{ who: 'skysift', run: () => timed(preview) }], world);
  return [{ name: `previews.${op.id}`, title: `preview of ${op.title}`, ours: ours!, peers: [], rows: POINTS, goal: 0.1 }];
}

/** Every operation's preview on one light curve, as a slider asks for it: from the engine's call to the numbers a view draws. */
export const previews: Benchmark = {
  name: 'previews',
  title: `the preview of every operation on ${POINTS} points`,
  async run(world) {
    const { t, y, dy } = periodicCurve(POINTS);
    const path = join(world.folder, 'previews.csv');
    const rows = Array.from(t, (time, k) => `${time},${k % 97 === 5 ? '' : y[k]},${dy[k]}`);
    await writeFile(path, `${COLUMNS.join(',')}\n${rows.join('\n')}\n`);
    return withEngine(world, async (engine) => {
      const table = await openWithRoles(engine, path, { time: 'time', value: 'value', error: 'error' });
      const lines: Measurement[] = [];
      for (const op of operations.values()) lines.push(...(await measure(op, table, engine, world)));
      return lines;
    });
  },
};
