import { type LabCall, partOf } from '../../../core/lab/parts';
import { defineTask } from '../threads/task';

/** A piece of one of the lab's experiments, on memory that the threads share. */
export default defineTask<LabCall, number | undefined>({
  name: 'lab-part',
  *run(call) {
    const work = partOf(call).run(call.args);
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
      yield step.value.fraction;
    }
  },
});
