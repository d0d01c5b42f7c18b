import type { LabCall } from '../../../core/lab/parts';
import { coRank } from '../../../core/numerics/merge-runs';
import { type Material, ranges, sharedFloats, type Stage } from '../experiment';
import { randomCalls } from './random-calls';

interface Run {
  readonly from: number;
  readonly to: number;
}

/** Merges the runs of one level, two by two, each pair in as many pieces as there are hands for it. */
function mergeCalls(runs: readonly Run[], source: Float32Array, target: Float32Array, hands: number): readonly LabCall[] {
  const pieces = Math.max(1, Math.ceil(hands / Math.ceil(runs.length / 2)));
  const calls: LabCall[] = [];
  for (let r = 0; r < runs.length; r += 2) {
    const a = source.subarray(runs[r]!.from, runs[r]!.to);
    const b = runs[r + 1] ? source.subarray(runs[r + 1]!.from, runs[r + 1]!.to) : source.subarray(0, 0);
    for (const { from, to } of ranges(a.length + b.length, pieces)) {
      const [low, high] = [coRank(from, a, b), coRank(to, a, b)];
      const out = target.subarray(runs[r]!.from + from, runs[r]!.from + to);
      calls.push({ part: 'merge', args: { a: a.subarray(low, high), b: b.subarray(from - low, to - high), out } });
    }
  }
  return calls;
}

/** Sorting `side`² random numbers: each worker its part, then the parts are merged two by two. */
export function sortMaterial(side: number): Material {
  const count = side * side;
  const input = sharedFloats(count);
  const work = sharedFloats(count);
  const spare = sharedFloats(count);
  // Where the result of a run lies: levels of merging go to and fro.
  const result = { values: work };
  return {
    preparation: randomCalls(input, 0),
    reset: () => work.set(input),
    stages: (workers) => {
      const parts = ranges(count, workers);
      const sorting = (): readonly LabCall[] => parts.map(({ from, to }) => ({ part: 'sort', args: { values: work.subarray(from, to) } }));
      const stages: Stage[] = [{ kind: 'work', calls: sorting }];
      let runs: readonly Run[] = parts;
      let [source, target] = [work, spare];
      while (runs.length > 1) {
        const level = { runs, source, target };
        stages.push({ kind: 'combine', calls: (hands) => mergeCalls(level.runs, level.source, level.target, hands) });
        runs = Array.from({ length: Math.ceil(runs.length / 2) }, (_, k) => ({
          from: level.runs[2 * k]!.from,
          to: (level.runs[2 * k + 1] ?? level.runs[2 * k]!).to,
        }));
        [source, target] = [target, source];
      }
      result.values = source;
      return stages;
    },
    get inspection(): readonly LabCall[] {
      return [{ part: 'hash', args: { values: result.values } }];
    },
    check: ([hash]) => hash!,
  };
}
