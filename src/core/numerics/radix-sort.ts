import type { Progress } from '../protocol/outcome';

/** Numbers moved between two yields: a few milliseconds. */
const SLICE = 2 ** 19;
const DIGITS = 4;
const BUCKETS = 256;

/** Bits whose order as unsigned integers is the order of the floats, and back. */
const ordered = (bits: number): number => (bits < 0 ? ~bits : bits | 0x80000000) >>> 0;
const restored = (key: number): number => (key & 0x80000000 ? key & 0x7fffffff : ~key) >>> 0;

/** How often each digit has each value, for all digits in one reading; the keys replace the floats' bits. */
function* countSteps(keys: Uint32Array): Generator<Progress, Uint32Array> {
  const counts = new Uint32Array(DIGITS * BUCKETS);
  for (let from = 0; from < keys.length; from += SLICE) {
    const to = Math.min(keys.length, from + SLICE);
    for (let i = from; i < to; i++) {
      const key = ordered(keys[i]! | 0);
      keys[i] = key;
      counts[key & 255]!++;
      counts[256 + ((key >>> 8) & 255)]!++;
      counts[512 + ((key >>> 16) & 255)]!++;
      counts[768 + (key >>> 24)]!++;
    }
    yield { fraction: (0.2 * to) / keys.length };
  }
  return counts;
}

/** Moves keys to where their digit puts them; `next` is where the next key of every digit goes. The last digit turns keys back into floats. */
function* scatterSteps(keys: Uint32Array, into: Uint32Array, digit: number, next: Uint32Array): Generator<Progress, void> {
  const shift = 8 * digit;
  const isLast = digit === DIGITS - 1;
  for (let from = 0; from < keys.length; from += SLICE) {
    const to = Math.min(keys.length, from + SLICE);
    if (isLast)
      for (let i = from; i < to; i++) {
        const key = keys[i]!;
        into[next[key >>> 24]!++] = restored(key);
      }
    else
      for (let i = from; i < to; i++) {
        const key = keys[i]!;
        into[next[(key >>> shift) & 255]!++] = key;
      }
    yield { fraction: 0.2 + (0.8 * (digit + to / keys.length)) / DIGITS };
  }
}

/** Sorts float32 numbers in place, ascending; −0 before 0, NaN at the ends by its sign. O(n), with as much memory again. */
export function* radixSortSteps(values: Float32Array): Generator<Progress, void> {
  let from: Uint32Array = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let into: Uint32Array = new Uint32Array(values.length);
  const counts = yield* countSteps(from);
  for (let digit = 0; digit < DIGITS; digit++) {
    const next = new Uint32Array(BUCKETS);
    for (let b = 1; b < BUCKETS; b++) next[b] = next[b - 1]! + counts[digit * BUCKETS + b - 1]!;
    yield* scatterSteps(from, into, digit, next);
    [from, into] = [into, from];
  }
}
