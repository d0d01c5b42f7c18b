import { type Chunk, type ColumnMeta, isValid, parseType } from '../../core/model/column';

export interface ColumnStatistics {
  /** NaN and null alike; elements of a list count one by one. */
  readonly nulls: number;
  /** Over the finite values; undefined where there are none, or the type has no order. */
  readonly min?: number | bigint | undefined;
  readonly max?: number | bigint | undefined;
  readonly mean?: number | undefined;
  /** Infinities, left out of min, max and mean. */
  readonly infinite: number;
}

/** Statistics of one column, fed chunk by chunk. Floats are summed with Neumaier's compensation, 64-bit integers exactly. */
export class StatisticsCollector {
  private nulls = 0;
  private infinite = 0;
  private count = 0;
  private min: number | bigint | undefined;
  private max: number | bigint | undefined;
  private sum = 0;
  private compensation = 0;
  private bigSum = 0n;
  private readonly isWide: boolean;
  private readonly isComplex: boolean;
  private readonly isText: boolean;
  private readonly kind: ReturnType<typeof parseType>['kind'];

  constructor(meta: ColumnMeta) {
    const { element, kind } = parseType(meta.type);
    this.kind = kind;
    this.isWide = element === 'int64' || element === 'uint64';
    this.isComplex = element.startsWith('complex');
    this.isText = element === 'utf8';
  }

  add(chunk: Chunk): void {
    if (this.isText || this.isComplex) return this.addOpaque(chunk);
    if (!chunk.validity && this.kind !== 'list') return this.addElements(chunk, 0, chunk.length * chunk.stride);
    for (let row = 0; row < chunk.length; row++) {
      if (!isValid(chunk, row)) this.nulls++;
      else if (this.kind === 'list') this.addElements(chunk, chunk.offsets![row]!, chunk.offsets![row + 1]!);
      else this.addElements(chunk, row * chunk.stride, (row + 1) * chunk.stride);
    }
  }

  /** Text and complex numbers have missing cells but no order. A complex number is missing when either part is NaN. */
  private addOpaque(chunk: Chunk): void {
    for (let row = 0; row < chunk.length; row++) {
      if (!isValid(chunk, row)) this.nulls++;
      else if (this.isComplex && this.kind === 'scalar') {
        if (Number.isNaN(chunk.data[2 * row] as number) || Number.isNaN(chunk.data[2 * row + 1] as number)) this.nulls++;
      }
    }
  }

  private addElements(chunk: Chunk, from: number, to: number): void {
    if (this.isWide) return this.addWide(chunk.data as BigInt64Array, from, to);
    const data = chunk.data as Float64Array;
    let { sum, compensation, count } = this;
    let min = (this.min as number | undefined) ?? Infinity;
    let max = (this.max as number | undefined) ?? -Infinity;
    for (let i = from; i < to; i++) {
      const v = data[i]!;
      if (v - v !== 0) {
        if (v !== v) this.nulls++;
        else this.infinite++;
        continue;
      }
      count++;
      if (v < min) min = v;
      if (v > max) max = v;
      const next = sum + v;
      compensation += Math.abs(sum) >= Math.abs(v) ? sum - next + v : v - next + sum;
      sum = next;
    }
    this.sum = sum;
    this.compensation = compensation;
    this.count = count;
    if (count > 0) {
      this.min = min;
      this.max = max;
    }
  }

  private addWide(data: BigInt64Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const v = data[i]!;
      if (this.min === undefined || v < this.min) this.min = v;
      if (this.max === undefined || v > this.max) this.max = v;
      this.bigSum += v;
      this.count++;
    }
  }

  result(): ColumnStatistics {
    const { nulls, infinite, count, min, max } = this;
    if (count === 0) return { nulls, infinite };
    // Through the quotient, so that sums beyond 2^53 lose nothing before the division.
    const wide = BigInt(count);
    const mean = this.isWide ? Number(this.bigSum / wide) + Number(this.bigSum % wide) / count : (this.sum + this.compensation) / count;
    return { nulls, infinite, min, max, mean };
  }
}
