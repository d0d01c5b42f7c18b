import { combineTileSteps } from '../../core/numerics/convolve/combine-tile';
import { countMissingSteps } from '../../core/numerics/convolve/convolve';
import { type ConvolvePlan, convolvePlan } from '../../core/numerics/convolve/convolve-plan';
import { PaddedTile } from '../../core/numerics/convolve/padded-tile';
import { powerOfTwo } from '../../core/numerics/fft';
import { drain } from '../../core/numerics/steps';
import type { GpuArray, KernelSource } from './gpu-device';
import type { GpuRun } from './gpu-program';
import { inStrips } from './in-strips';
import { levelOf } from './level-of';
import type { ConvolutionInput } from './programs/convolve-2d';
import { uploadSettled } from './settled';

/** Numbers of a band: a part of the image that is on the device at once. */
const BAND = 2 ** 24;

/** Rows [from, to) of an image with `marginX` and `marginY` around them, as float32 less a level. */
interface Band {
  readonly values: Float32Array;
  /** 1 where a value counts. */
  readonly valid: Float32Array;
}

/** How far beyond a kernel's half the halo reaches: up to the next power of two, so that a slider that moves a little finds its image on the device. */
const marginOf = (half: number): number => (half === 0 ? 0 : powerOfTwo(half));

class Convolution {
  private readonly plan: ConvolvePlan;
  private readonly level: number;
  private readonly taps: Float32Array;
  private readonly factors: { readonly across: Float32Array; readonly down: Float32Array } | undefined;
  private readonly stride: number;
  private readonly marginX: number;
  private readonly marginY: number;

  constructor(
    private readonly gpu: GpuRun,
    private readonly input: ConvolutionInput,
    private readonly source: KernelSource,
    private readonly missing: number,
  ) {
    const { raster, kernel, options } = input;
    this.plan = convolvePlan(raster, kernel, { ...options, method: 'direct' }, missing);
    this.level = levelOf(raster.values);
    this.taps = Float32Array.from(this.plan.taps.values);
    const { factors } = this.plan;
    if (factors && raster.height > 1)
      this.factors = { across: Float32Array.from(factors.across.values), down: Float32Array.from(factors.down.values) };
    this.marginX = marginOf((kernel.width - 1) / 2);
    this.stride = raster.width + 2 * this.marginX;
    this.marginY = marginOf((kernel.height - 1) / 2);
  }

  async all(): Promise<Float64Array> {
    const { width, height } = this.plan;
    const out = new Float64Array(width * height);
    if (out.length === 0) return out;
    const rows = Math.max(1, Math.floor(BAND / this.stride) - 2 * this.marginY);
    for (let y = 0; y < height; y += rows) await this.band(y, Math.min(height, y + rows), out);
    return out;
  }

  private async band(from: number, to: number, out: Float64Array): Promise<void> {
    let band: Band | undefined;
    const cut = (): Band => (band ??= this.cut(from, to));
    const values = await this.resident(`${from}-${to}`, () => cut().values);
    const { boundary, fillValue, missing } = this.plan.options;
    const isWhole = (this.missing === 0 || missing === 'fill') && !(boundary === 'fill' && Number.isNaN(fillValue));
    const valid = isWhole ? undefined : await this.resident(`${from}-${to} valid`, () => cut().valid);
    const sums = await this.sums(values, to - from);
    const weights = valid && (await this.sums(valid, to - from));
    if (!this.input.name) for (const array of [values, valid]) array?.delete();
    for (let i = 0; i < sums.length; i++) sums[i]! += this.level * (weights ? weights[i]! : this.plan.sum);
    const { width, taps: t } = this.plan;
    const tile = new PaddedTile(this.input.raster, this.plan.options, (t.width - 1) / 2, (t.height - 1) / 2);
    tile.fill({ x: 0, y: from, width, height: to - from });
    drain(combineTileSteps(this.plan, tile, sums, weights, out));
  }

  private resident(part: string, make: () => Float32Array): Promise<GpuArray> {
    const upload = async (): Promise<GpuArray> => (await uploadSettled(this.gpu, () => [make()]))[0];
    const { name, options } = this.input;
    if (!name) return upload();
    const words = [name, part, this.marginX, this.marginY, options.boundary, options.fillValue, options.missing, options.missingFill];
    return this.gpu.residents.get(words.join('|'), upload);
  }

  private cut(from: number, to: number): Band {
    const tile = new PaddedTile(this.input.raster, this.plan.options, this.marginX, this.marginY);
    tile.fill({ x: 0, y: from, width: this.plan.width, height: to - from });
    const size = tile.stride * tile.rows;
    const values = new Float32Array(size);
    const valid = new Float32Array(size);
    for (let i = 0; i < size; i++) {
      if (tile.mask[i] === 1) continue;
      values[i] = tile.values[i]! - this.level;
      valid[i] = 1;
    }
    return { values, valid };
  }

  private async sums(values: GpuArray, rows: number): Promise<Float64Array> {
    const { width, height, taps } = this.plan;
    const sums = new Float64Array(width * rows);
    // A sequence is cut along its only row.
    const isRow = height === 1;
    const start = (a: number, b: number): Promise<GpuArray> =>
      isRow ? this.direct(values, [b - a, 1], a, 0) : this.factors ? this.separately(values, b - a, a) : this.direct(values, [width, b - a], 0, a);
    const cost = this.factors ? taps.width + taps.height : taps.values.length;
    await inStrips(this.gpu, isRow ? width : rows, isRow ? cost : cost * width, start, (a, some) => sums.set(some, isRow ? a : a * width));
    return sums;
  }

  private direct(values: GpuArray, size: readonly [number, number], x: number, y: number): Promise<GpuArray> {
    const { taps } = this.plan;
    const left = this.marginX - (taps.width - 1) / 2 + x;
    const top = this.marginY - (taps.height - 1) / 2 + y;
    return this.gpu.device.run(this.source, size, [values, this.taps, this.stride, left, top, taps.width, taps.height]);
  }

  /** First across, for the rows under the kernel, then down. */
  private async separately(values: GpuArray, rows: number, y: number): Promise<GpuArray> {
    const { width, taps } = this.plan;
    const { device } = this.gpu;
    const left = this.marginX - (taps.width - 1) / 2;
    const top = this.marginY - (taps.height - 1) / 2 + y;
    const between = await device.run(
      this.source,
      [width, rows + taps.height - 1],
      [values, this.factors!.across, this.stride, left, top, taps.width, 1],
    );
    const sums = await device.run(this.source, [width, rows], [between, this.factors!.down, width, 0, 0, 1, taps.height]);
    between.delete();
    return sums;
  }
}

/**
 * A convolution with the sums of `source` made on the device, band by band with half a kernel and more around each (the halo), and the rest
 * (means of what is there, edges, missing values) by the same code as in float64.
 */
export function runConvolution(run: GpuRun, input: ConvolutionInput, source: KernelSource): Promise<Float64Array> {
  return new Convolution(run, input, source, drain(countMissingSteps(input.raster))).all();
}
