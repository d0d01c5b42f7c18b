import { EXPERIMENT_INFO } from '../../core/lab/experiment-info';
import { LAB_EXPERIMENTS, type LabRequest } from '../../core/lab/lab';
import { AppError } from '../../core/protocol/outcome';

/** More than this is not what a laboratory on one machine is for: three arrays of 8192² numbers take 0.8 GB. */
const LARGEST = { side: 8192, curves: 100_000 } as const;
const MOST_WORKERS = 256;
const MOST_REPETITIONS = 100;

function whole(name: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new AppError({ code: 'invalid-argument', message: `invalid ${name}: ${value} (must be a whole number, 1…${most})` });
}

/** Throws AppError for an order that cannot be carried out; else gives it with its workers in order, one among them. */
export function checkedRequest(request: LabRequest): LabRequest {
  if (!LAB_EXPERIMENTS.includes(request.experiment)) {
    const hint = `the experiments are ${LAB_EXPERIMENTS.join(', ')}`;
    throw new AppError({ code: 'invalid-argument', message: `unknown experiment: ${request.experiment}`, hint });
  }
  if (request.sizes.length === 0) throw new AppError({ code: 'invalid-argument', message: 'invalid sizes: none (must be one or more)' });
  for (const size of request.sizes) whole('size', size, LARGEST[EXPERIMENT_INFO[request.experiment].unit]);
  for (const n of request.workers) whole('workers', n, MOST_WORKERS);
  whole('repetitions', request.repetitions, MOST_REPETITIONS);
  return { ...request, workers: [...new Set([1, ...request.workers])].sort((a, b) => a - b) };
}
