import { convolveWasm } from '../wasm/convolve-wasm';
import { type Taps, convolveRows } from './convolve-rows';

/** What sums taps, and where it wants the arrays it works on. */
export interface TapSums {
  /** Nanoseconds of one multiplication, roughly. */
  readonly cost: number;
  /** `n` zeros for what is convolved or for its sums; as long as {@link release} has not been called. */
  array(n: number): Float64Array;
  /** Taps where the sums want them. */
  taps(taps: Taps): Taps;
  /** {@link convolveRows} on such arrays and taps. */
  rows(padded: Float64Array, stride: number, taps: Taps, out: Float64Array, outStride: number, width: number, from: number, to: number): void;
  /** {@link spreadTaps} on such arrays and taps. */
  spread(target: Float64Array, at: number, stride: number, taps: Taps, from: number, rows: number, count: number, sign: number): void;
  /** The arrays are not used any more. */
  release(): void;
}

/** target[at - j stride + i] += sign taps[from + j taps.width + i] for j < rows, i < count: `rows` rows upwards from where it begins. */
export function spreadTaps(
  target: Float64Array,
  at: number,
  stride: number,
  { width, values }: Taps,
  from: number,
  rows: number,
  count: number,
  sign: number,
): void {
  for (let j = 0; j < rows; j++)
    for (let p = at - j * stride, k = from + j * width, end = k + count; k < end; k++, p++) target[p] = target[p]! + sign * values[k]!;
}

/** Nanoseconds of one multiplication of the loop in TypeScript, and in WebAssembly where the kernel has several rows. */
const SCALAR = 0.75;
const SIMD = 0.12;

const plain: TapSums = {
  cost: SCALAR,
  array: (n) => new Float64Array(n),
  taps: (taps) => taps,
  rows: convolveRows,
  spread: spreadTaps,
  release: () => undefined,
};

/** As much of WebAssembly as is used here: core knows no platform. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
interface Platform {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { initial: number }) => Memory;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
}
type Rows = (
  padded: number,
  stride: number,
  taps: number,
  tapsWidth: number,
  tapsHeight: number,
  out: number,
  outStride: number,
  width: number,
  from: number,
  to: number,
) => void;

type Spread = (target: number, stride: number, taps: number, tapsWidth: number, rows: number, count: number, sign: number) => void;

const PAGE = 2 ** 16;

/** Memories up to so many bytes are used again: those for direct sums. */
const KEPT = 2 ** 24;

interface Instance {
  readonly memory: Memory;
  readonly rows: Rows;
  readonly spread: Spread;
}

let compiled: object | undefined;
let isRefused = false;
/** One that nobody uses: each takes a large range of addresses, which is given back late. */
let idle: Instance | undefined;

/** An instance with memory for so many bytes; undefined where there is no WebAssembly with SIMD. */
function instanceFor(bytes: number): Instance | undefined {
  const { WebAssembly: platform } = globalThis as { readonly WebAssembly?: Platform };
  if (!platform || !convolveWasm || isRefused) return undefined;
  const pages = Math.ceil(bytes / PAGE);
  try {
    const taken = idle;
    idle = undefined;
    if (taken) {
      const missing = pages - taken.memory.buffer.byteLength / PAGE;
      if (missing > 0) taken.memory.grow(missing);
      return taken;
    }
    compiled ??= new platform.Module(convolveWasm);
    const memory = new platform.Memory({ initial: pages });
    const { exports } = new platform.Instance(compiled, { env: { memory } });
    return { memory, rows: exports['convolveRows'] as Rows, spread: exports['spreadTaps'] as Spread };
  } catch {
    // No SIMD, a policy against it, or no memory: the loop in TypeScript does the same.
    isRefused = compiled === undefined;
    return undefined;
  }
}

/** Arrays in one WebAssembly memory, one after the other. */
class SimdSums implements TapSums {
  readonly cost = SIMD;
  private used = 0;

  constructor(private readonly instance: Instance) {}

  array(n: number): Float64Array {
    const values = new Float64Array(this.instance.memory.buffer, this.used, n);
    this.used += 8 * n;
    return values.fill(0);
  }

  taps({ width, height, values }: Taps): Taps {
    const own = this.array(values.length);
    own.set(values);
    return { width, height, values: own };
  }

  rows(padded: Float64Array, stride: number, taps: Taps, out: Float64Array, outStride: number, width: number, from: number, to: number): void {
    const { byteOffset } = taps.values;
    this.instance.rows(padded.byteOffset, stride, byteOffset, taps.width, taps.height, out.byteOffset, outStride, width, from, to);
  }

  spread(target: Float64Array, at: number, stride: number, { width, values }: Taps, from: number, rows: number, count: number, sign: number): void {
    this.instance.spread(target.byteOffset + 8 * at, stride, values.byteOffset + 8 * from, width, rows, count, sign);
  }

  release(): void {
    if (this.instance.memory.buffer.byteLength <= KEPT) idle = this.instance;
  }
}

/** Nanoseconds of one multiplication of {@link tapSums} here. */
export function tapCost(): number {
  const sums = tapSums(PAGE / 8);
  sums.release();
  return sums.cost;
}

/** Sums over arrays of at most `length` numbers in all, taps included: in WebAssembly with SIMD where that runs, else in TypeScript. Both give the same bits. */
export function tapSums(length: number, isScalar = false): TapSums {
  const instance = isScalar ? undefined : instanceFor(8 * length);
  return instance ? new SimdSums(instance) : plain;
}
