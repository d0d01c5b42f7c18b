import type { Progress } from '../../core/protocol/outcome';
import type { GpuProgram } from './gpu-program';

/** All outputs of a program in float64, by its samples. */
export function* exactBySample<Input>(
  program: Pick<GpuProgram<Input>, 'sample'>,
  input: Input,
  outputs: number,
  some = outputs,
): Generator<Progress, Float64Array> {
  const out = new Float64Array(outputs);
  for (let from = 0; from < outputs; from += some) {
    const count = Math.min(some, outputs - from);
    out.set(
      program.sample(
        input,
        Uint32Array.from({ length: count }, (_, i) => from + i),
      ).values,
      from,
    );
    yield { fraction: (from + count) / outputs };
  }
  return out;
}
