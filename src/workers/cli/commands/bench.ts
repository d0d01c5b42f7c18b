import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { best, type Benchmark, type BenchSizes, type Measurement, type Timing } from '../../bench/bench';
import { binning } from '../../bench/binning';
import { csv, load, questions } from '../../bench/catalogue';
import { convolve } from '../../bench/convolve';
import { features } from '../../bench/features';
import { lombScargle, manyCurves } from '../../bench/methods';
import { periods } from '../../bench/periods';
import { previews } from '../../bench/previews';
import { quality } from '../../bench/quality';
import { findPeers, type Peers } from '../../bench/peers';
import { LAB_EXPERIMENTS } from '../../../core/lab/lab';
import { one, print, type Command, type CommandContext } from '../command';
import { textTable } from '../text-table';
import { didYouMean, UsageError } from '../usage-error';
import { benchLab } from './bench-lab';

const BENCHMARKS: readonly Benchmark[] = [load, questions, csv, quality, manyCurves, lombScargle, periods, features, binning, previews, convolve];

/** `skysift bench [NAME] [--json]`. */
export const bench: Command = {
  name: 'bench',
  usage: '[NAME… | lab EXPERIMENT…] [--rows N] [--repeat N] [--folder DIR] [--json]',
  summary: 'Our speed on generated data, beside astropy, numpy and STILTS where they are installed.',
  notes: `The benchmarks are ${BENCHMARKS.map((b) => `${b.name} (${b.title})`).join('; ')}. Peers run in turn with us, again and again; the best time of each counts. Inputs need about 1 GB in the temporary folder. skysift bench lab [EXPERIMENT…] measures this machine instead: ${LAB_EXPERIMENTS.join(', ')}, each in 1, 2, … threads and in as many processes.`,
  flags: () => [
    { name: 'rows', kind: 'number', metavar: 'N', help: 'rows of the catalogue; default 10 000 000; the other inputs shrink with it' },
    { name: 'repeat', kind: 'number', metavar: 'N', help: 'repetitions; default 3' },
    {
      name: 'size',
      kind: 'string',
      metavar: 'N,…',
      help: 'lab: sides of the arrays, or how many light curves; default: 8192 for sort, add and sum, 4096 for convolve, 1000 curves',
    },
    { name: 'csv', kind: 'string', metavar: 'OUT', help: 'lab: write the measurements here as well' },
    { name: 'folder', kind: 'string', metavar: 'DIR', help: 'keep the inputs here for the next time; default: a temporary folder' },
  ],
  async run(context) {
    const [first, ...others] = context.flags.positionals;
    if (first === 'lab') return await benchLab(context, others, whole(context, 'repeat', 3));
    const chosen = choose(context.flags.positionals);
    const rows = whole(context, 'rows', 10_000_000);
    const keep = one(context.flags, 'folder');
    const folder = keep === undefined ? await mkdtemp(join(tmpdir(), 'skysift-bench-')) : resolve(context.io.cwd, keep);
    await mkdir(folder, { recursive: true });
    try {
      const peers = await findPeers();
      const lines: Measurement[] = [];
      for (const [i, benchmark] of chosen.entries()) {
        const report = context.progress.stage(benchmark.name);
        const world = {
          folder,
          sizes: sizesFor(rows),
          repetitions: whole(context, 'repeat', 3),
          jobs: context.jobs,
          peers,
          signal: context.io.signal,
          executor: context.io.executor,
          say: (note: string) => report({ fraction: i / chosen.length, note }),
        };
        lines.push(...(await benchmark.run(world)));
      }
      const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version, jobs: context.jobs };
      const notes = peerNotes(peers);
      await print(context, { machine, notes, measurements: lines.map(asJson) }, () => asText(lines, machine, notes));
    } finally {
      if (keep === undefined) await rm(folder, { recursive: true, force: true });
    }
  },
};

function whole(context: CommandContext, name: string, byDefault: number): number {
  const value = Number(one(context.flags, name) ?? byDefault);
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`invalid --${name}: ${value} (must be a whole number, 1 or more)`);
  return value;
}

/** Everything in proportion to the rows of the catalogue. */
function sizesFor(rows: number): BenchSizes {
  const share = rows / 10_000_000;
  const scaled = (full: number, least: number): number => Math.max(least, Math.round(full * share));
  return { rows, csvRows: scaled(1_000_000, 1000), objects: scaled(10_000, 10), points: 1000, frequencies: scaled(100_000, 1000) };
}

function choose(names: readonly string[]): readonly Benchmark[] {
  if (names.length === 0) return BENCHMARKS;
  const known = BENCHMARKS.map((b) => b.name);
  return names.map((name) => {
    const found = BENCHMARKS.find((b) => b.name === name);
    if (!found) throw new UsageError(`unknown benchmark: ${name}`, didYouMean(name, known, `the benchmarks are ${known.join(', ')}`));
    return found;
  });
}

function peerNotes(peers: Peers): readonly string[] {
  return [
    peers.python ? peers.python.versions : 'no Python with astropy was found: nothing to compare with there',
    peers.stilts ? `STILTS ${peers.stilts.version} (its times include its start)` : 'STILTS was not found: nothing to compare with there',
  ];
}

function asJson(m: Measurement): Record<string, unknown> {
  const ours = best(m.ours)!;
  const line = (t: Timing): Record<string, unknown> => ({
    who: t.who,
    best: best(t) ?? null,
    seconds: t.seconds,
    check: t.check ?? null,
    missing: t.missing,
    ratio: best(t) === undefined ? undefined : Number((ours / best(t)!).toPrecision(3)),
  });
  return {
    name: m.name,
    title: m.title,
    rowsPerSecond: m.rows === undefined ? undefined : Math.round(m.rows / ours),
    goal: m.goal,
    ours: { best: ours, seconds: m.ours.seconds, check: m.ours.check ?? null },
    peers: m.peers.map(line),
  };
}

const seconds = (value: number): string => `${value < 1 ? value.toFixed(3) : value.toFixed(2)} s`;

function asText(
  lines: readonly Measurement[],
  machine: { processor: string; cores: number; node: string; jobs: number },
  notes: readonly string[],
): string {
  const head = ['what', 'skysift', 'goal', 'rate', 'peer', 'its time', 'ours / its', 'same answer'];
  const rows: string[][] = [];
  for (const m of lines) {
    const ours = best(m.ours)!;
    const rate = m.rows === undefined ? '' : `${(m.rows / ours / 1e6).toFixed(1)} M rows/s`;
    const peers = m.peers.length > 0 ? m.peers : [undefined];
    peers.forEach((p, k) => {
      const theirs = p && best(p);
      const cells = p
        ? [
            p.who,
            theirs === undefined ? `no: ${p.missing ?? ''}` : seconds(theirs),
            theirs === undefined ? '' : (ours / theirs).toPrecision(2),
            agreement(m.ours, p),
          ]
        : ['', '', '', ''];
      rows.push([...(k === 0 ? [m.title, seconds(ours), m.goal === undefined ? '' : seconds(m.goal), rate] : ['', '', '', '']), ...cells]);
    });
  }
  const where = `${machine.processor}, ${machine.cores} cores, Node ${machine.node}, ${machine.jobs} threads`;
  return [where, ...notes, '', textTable([head, ...rows], [false, true, true, true, false, true, true, false])].join('\n');
}

/** Whether both found the same (numbers to 1 in 10³: grids and conventions at edges differ). */
function agreement(ours: Timing, theirs: Timing): string {
  if (typeof ours.check !== 'number' || typeof theirs.check !== 'number' || theirs.seconds.length === 0) return '';
  if (ours.check === theirs.check) return 'yes';
  return Math.abs(ours.check - theirs.check) <= 1e-3 * Math.abs(theirs.check) ? 'within 0.1 %' : `${ours.check} / ${theirs.check}`;
}
