import type { Progress } from '../../protocol/outcome';
import { fftPlan, transformSteps, type FftPlan } from '../fft';
import { inverseTransformSteps } from '../fft-inverse';
import { type Columns, inverseColumns, transformColumns } from './column-fft';
import type { Taps } from './convolve-rows';

/** Numbers between two yields: some 5 ms. */
const SLICE = 2 ** 17;

/** Doubles of a group of columns that stay in the cache through all stages. */
const CACHED = 2 ** 15;

/** Doubles between the end of one row and the next: rows a power of two apart would share their places in the cache. */
const GAP = 16;

/** Part of an array: the numbers at `x < width`, `y < height` of rows `stride` apart. */
export interface Window {
  readonly values: Float64Array;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Convolution by Fourier transform of windows of up to `columns` × `rows` numbers (powers of two from 4 on, rows may be 1), two at a time: the one is
 * the real, the other the imaginary part, which a real kernel keeps apart. What `convolveRows` gives at (x, y) is right where the window reaches
 * over the whole kernel: x ≤ columns - taps.width, y ≤ rows - taps.height. Error about 1e-16 of the largest value times the sum of the |taps|.
 */
export class SpectralTile {
  private readonly stride: number;
  private readonly across: FftPlan;
  private readonly down: FftPlan | undefined;
  private readonly data: Float64Array;
  private readonly spectrum: Float64Array;
  private isReady = false;

  constructor(
    readonly columns: number,
    readonly rows: number,
    private readonly taps: Taps,
  ) {
    this.stride = 2 * columns + (rows > 1 ? GAP : 0);
    this.across = fftPlan(columns);
    this.down = rows > 1 ? fftPlan(rows) : undefined;
    this.data = new Float64Array(this.stride * rows);
    this.spectrum = new Float64Array(this.stride * rows);
  }

  /** Convolves the windows; what is right of the result goes to `first.out` and `second.out`. */
  *run(first: Window & { out: Window }, second?: Window & { out: Window }): Generator<Progress, void> {
    if (!this.isReady) yield* this.prepare();
    this.data.fill(0);
    this.load(first, 0);
    if (second) this.load(second, 1);
    yield { fraction: 0 };
    yield* this.forward(this.data);
    yield* this.multiply();
    yield* this.inverse();
    this.store(first.out, 0);
    if (second) this.store(second.out, 1);
  }

  /** The kernel's spectrum, conjugate because the taps are not turned, with the factor that the way back leaves out. */
  private *prepare(): Generator<Progress, void> {
    const { taps, data, spectrum } = this;
    data.fill(0);
    this.load({ values: taps.values, stride: taps.width, width: taps.width, height: taps.height }, 0);
    yield { fraction: 0 };
    yield* this.forward(data);
    const scale = 1 / (this.columns * this.rows);
    for (let p = 0; p < data.length; p += 2) {
      spectrum[p] = data[p]! * scale;
      spectrum[p + 1] = -data[p + 1]! * scale;
    }
    this.isReady = true;
  }

  private load({ values, stride, width, height }: Window, part: 0 | 1): void {
    for (let y = 0; y < height; y++)
      for (let x = 0, from = y * stride, to = y * this.stride + part; x < width; x++, to += 2) this.data[to] = values[from + x]!;
  }

  private store({ values, stride, width, height }: Window, part: 0 | 1): void {
    for (let y = 0; y < height; y++)
      for (let x = 0, to = y * stride, from = y * this.stride + part; x < width; x++, from += 2) values[to + x] = this.data[from]!;
  }

  private *eachRow(data: Float64Array, work: (plan: FftPlan, row: Float64Array) => Generator<Progress, void>): Generator<Progress, void> {
    const often = Math.max(1, Math.floor(SLICE / this.columns));
    for (let y = 0; y < this.rows; y++) {
      yield* work(this.across, data.subarray(y * this.stride, y * this.stride + 2 * this.columns));
      if (y % often === often - 1) yield { fraction: 0 };
    }
  }

  private *eachGroup(data: Float64Array, work: (plan: FftPlan, columns: Columns) => void): Generator<Progress, void> {
    if (!this.down) return;
    const width = Math.max(16, 2 * Math.floor(CACHED / 2 / this.rows));
    let since = 0;
    for (let from = 0; from < 2 * this.columns; from += width) {
      const to = Math.min(2 * this.columns, from + width);
      work(this.down, { data, stride: this.stride, from, to });
      since += (to - from) * this.rows;
      if (since < 2 * SLICE) continue;
      since = 0;
      yield { fraction: 0 };
    }
  }

  private *forward(data: Float64Array): Generator<Progress, void> {
    yield* this.eachRow(data, transformSteps);
    yield* this.eachGroup(data, transformColumns);
  }

  private *inverse(): Generator<Progress, void> {
    yield* this.eachGroup(this.data, inverseColumns);
    yield* this.eachRow(this.data, inverseTransformSteps);
  }

  private *multiply(): Generator<Progress, void> {
    const { data: a, spectrum: b } = this;
    for (let from = 0; from < a.length; from += 8 * SLICE) {
      for (let p = from, to = Math.min(a.length, from + 8 * SLICE); p < to; p += 2) {
        const re = a[p]!;
        const im = a[p + 1]!;
        a[p] = re * b[p]! - im * b[p + 1]!;
        a[p + 1] = re * b[p + 1]! + im * b[p]!;
      }
      yield { fraction: 0 };
    }
  }
}
