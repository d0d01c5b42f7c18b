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

interface Slider {
  readonly slider?: readonly [number, number];
  readonly default?: unknown;
  readonly type?: string;
}

/** Fractions of 1 far from each other: those of the multiples of the golden ratio. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** The parameters after the k-th move of the form's first slider, each time to another place within a tenth of its way. */
function moved(op: OperationDef, params: Record<string, unknown>, k: number): Record<string, unknown> {
  for (const [key, { slider, default: own, type }] of Object.entries(op.params.properties as Record<string, Slider>)) {
    const from = params[key] ?? own;
    if (!slider || typeof from !== 'number') continue;
    const way = (slider[1] - slider[0]) / 10;
    const to = from + ((k * GOLDEN) % 1) * (from + way <= slider[1] ? way : -way);
    return { ...params, [key]: type === 'integer' ? Math.round(to) : to };
  }
  return params;
}

async function measure(
  op: OperationDef,
  table: string,
  engine: BenchEngine,
  world: Parameters<Benchmark['run']>[0],
): Promise<readonly Measurement[]> {
  const step: Step = { id: 'bench', op: op.id, version: op.version, params: paramsOf(op), bind: {}, scope: op.scope[0]!, enabled: true };
  let moves = 0;
  const preview = async (): Promise<number> => {
    const next = { ...step, params: moved(op, step.params, moves++) };
    return engine.take(await engine.service.preview({ table, step: next }, engine.context)).rows.length;
  };
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
