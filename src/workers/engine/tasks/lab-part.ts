import { type LabCall, partOf } from '../../../core/lab/parts';
import { byFraction } from '../steps/step-args';
import { defineTask } from '../threads/task';

/** A piece of one of the lab's experiments, on memory that the threads share. */
export default defineTask<LabCall, number | undefined>({ name: 'lab-part', run: (call) => byFraction(partOf(call).run(call.args)) });
