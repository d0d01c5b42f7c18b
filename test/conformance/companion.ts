import type { OperationDef } from '../../src/core/operations/definition';
import type { PlainCompanion } from '../../src/core/operations/runner';

/** Times over both the small and the big light curve of the conformance tests. */
const TIMES = [...Array.from({ length: 4001 }, (_, i) => 20 * i - 10), ...Array.from({ length: 401 }, (_, i) => 57999.99 + 0.035 * i)].sort(
  (a, b) => a - b,
);

/** A second file with something of everything: basis vectors, positions. */
const ANY: PlainCompanion = {
  name: 'beside',
  columns: {
    TIME: TIMES,
    VECTOR_1: TIMES.map((t) => Math.sin(t / 3)),
    VECTOR_2: TIMES.map((t) => Math.cos(t / 5)),
    VECTOR_3: TIMES.map((t) => Math.sin(t / 0.9)),
    ra: TIMES.map((_, i) => (360 * i) / TIMES.length),
    dec: TIMES.map((_, i) => -90 + (180 * i) / TIMES.length),
  },
};

/** The companion a conformance test gives an operation that needs one. */
export function companionFor(def: OperationDef): readonly PlainCompanion[] | undefined {
  return def.companion ? [ANY] : undefined;
}
