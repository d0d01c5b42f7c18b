/** Runs one stage of a longer piece of work: its progress 0…1 becomes `from`…`to`. */
export function* scaled<T>(stage: Generator<number, T>, from: number, to: number): Generator<number, T> {
  for (;;) {
    const step = stage.next();
    if (step.done) return step.value;
    yield from + (to - from) * step.value;
  }
}
