import type { Progress } from '../protocol/outcome';
import { type Division, FastSums, divide } from './fast-sums';
import { keepApart } from './keep-apart';
import type { FrequencyGrid } from './lomb-scargle';
import { type FitCurve, NestedHarmonics } from './nested-harmonics';
import { findPeaks } from './peaks';
import { RR_LYRAE_SHAPES } from './rrlyrae-shapes';
import { inBlocks, part } from './steps';
import { TemplateFit, bestShift } from './template-fit';

/** One band's points; weights sum to 1. */
export interface TemplateBand extends FitCurve {
  /** Σ 1/σ² of the band. */
  readonly weight: number;
}

export interface TemplateResult {
  readonly frequency: number;
  /** Which shape. */
  readonly shape: number;
  /** 1 - χ²/χ²_0, over all bands, each about its own mean. */
  readonly score: number;
  /** A time of maximum light. */
  readonly epoch: number;
  /** Peak to peak, of each band. */
  readonly amplitudes: readonly number[];
}

/** Harmonics of the shapes in the first pass. */
const FIRST_HARMONICS = 4;
/** Frequencies that the first pass hands to the second. */
const CANDIDATES = 15;
/** Of them, those that are refined; and rounds of halving steps in which all, and these, are. */
const REFINED = 5;
const FIRST_ROUNDS = 2;
const ROUNDS = 8;
/** Frequencies between two yields. */
const SLICE = 2048;
/** About how long the first pass spends on one frequency's shapes, ns. */
const SHAPES_COST = 4000;

/**
 * First pass: on every frequency of the grid the best score of the shapes cut to four harmonics, on about 20 shifts, of a curve that holds all bands; from sums
 * by non-uniform fast Fourier transforms. O(points + frequencies · log frequencies).
 */
export function* templateCurveSteps(curve: FitCurve, grid: FrequencyGrid): Generator<Progress, Float64Array> {
  const points = curve.times.length;
  const { origin, mean, variance } = yield* part(NestedHarmonics.prepareSteps(curve, 1), 0, 0);
  const t = new Float64Array(points);
  const wy = new Float64Array(points);
  const centring = inBlocks(points, (from, to) => {
    for (let i = from; i < to; i++) {
      t[i] = curve.times[i]! - origin;
      wy[i] = curve.weights[i]! * (curve.values[i]! - mean);
    }
  });
  yield* part(centring, 0, 0);
  const wanted = { harmonics: 2 * FIRST_HARMONICS, valued: FIRST_HARMONICS };
  const division = divide(points, grid.count, wanted, SHAPES_COST);
  const sums = yield* FastSums.prepareSteps({ points, t, w: curve.weights, wy }, grid, division, wanted);
  const shapes = RR_LYRAE_SHAPES.map((shape) => new TemplateFit(shape, FIRST_HARMONICS));
  const out = new Float64Array(grid.count);
  let made: number | undefined;
  const work = sums.blocksSteps((block) => (made = block));
  for (let step = work.next(); !step.done; step = work.next()) {
    const { fraction } = step.value;
    yield { fraction };
    if (made === undefined) continue;
    const { places } = sums.plan;
    for (let from = 0; from < places.length; from += SLICE) {
      scoreSlice(sums, division, made, shapes, { from, to: Math.min(places.length, from + SLICE) }, out);
      yield { fraction };
    }
    made = undefined;
  }
  for (let k = 0; k < out.length; k++) out[k] = Math.min(1, out[k]! / variance) || 0;
  return out;
}

/** What the best shape explains at some of the frequencies of the block just made. */
function scoreSlice(
  sums: FastSums,
  { blocks, modes: count }: Division,
  block: number,
  shapes: readonly TemplateFit[],
  { from, to }: { readonly from: number; readonly to: number },
  out: Float64Array,
): void {
  const { places, modes, scales } = sums.plan;
  const one = new Float64Array(6 * FIRST_HARMONICS);
  for (let i = from; i < to; i++) {
    const mode = modes[i]! + (count >> 1);
    const k = mode * blocks + block;
    if (mode < 0 || mode >= count || k >= out.length) continue;
    const at = 2 * places[i]!;
    for (const [m, cells] of sums.grids.entries()) {
      one[2 * m] = cells[at]! * scales[i]!;
      one[2 * m + 1] = cells[at + 1]! * scales[i]!;
    }
    for (const shape of shapes) {
      shape.load(one, FIRST_HARMONICS);
      out[k] = Math.max(out[k]!, shape.coarse());
    }
  }
}

/** The exact fit of all shapes to several bands at one frequency. */
export class TemplateModels {
  /** By shape, then by band. */
  private readonly fits: readonly (readonly TemplateFit[])[];
  private readonly weights: readonly number[];
  private readonly origin: number;
  private readonly total: number;

  private constructor(
    bands: readonly TemplateBand[],
    private readonly harmonics: readonly NestedHarmonics[],
  ) {
    this.origin = bands[0]!.times[0]!;
    this.fits = RR_LYRAE_SHAPES.map((shape) => bands.map(() => new TemplateFit(shape)));
    this.weights = bands.map((b) => b.weight);
    this.total = this.harmonics.reduce((sum, h, b) => sum + bands[b]!.weight * h.variance, 0);
  }

  /** O(points). */
  static *prepareSteps(bands: readonly TemplateBand[]): Generator<Progress, TemplateModels> {
    const harmonics: NestedHarmonics[] = [];
    for (const band of bands)
      harmonics.push(yield* part(NestedHarmonics.prepareSteps(band, RR_LYRAE_SHAPES[0]!.cos.length, bands[0]!.times[0]!), 0, 0));
    return new TemplateModels(bands, harmonics);
  }

  *fitSteps(frequency: number): Generator<Progress, TemplateResult> {
    for (const h of this.harmonics) yield* h.sumSteps(frequency);
    let best = { shape: 0, shift: 0, explained: -1 };
    for (const [shape, fits] of this.fits.entries()) {
      for (const [b, fit] of fits.entries()) fit.load(this.harmonics[b]!.sums, fit.harmonics);
      const found = bestShift(fits, this.weights);
      if (found.explained > best.explained) best = { shape, ...found };
    }
    const { shape, shift, explained } = best;
    return {
      frequency,
      shape,
      score: this.total > 0 ? Math.min(1, explained / this.total) : 0,
      epoch: this.origin - shift / frequency + Math.ceil(shift) / frequency,
      amplitudes: this.fits[shape]!.map((fit) => fit.at(shift).amplitude),
    };
  }

  /** The best frequency near one: steps of `span`, then half of it, and so on. */
  *refineSteps(frequency: number, span: number, rounds: number): Generator<Progress, TemplateResult> {
    let best = yield* this.fitSteps(frequency);
    for (let round = 0; round < rounds; round++) {
      const centre = best.frequency;
      for (const f of [centre - span / 2 ** round, centre + span / 2 ** round]) {
        const other = yield* this.fitSteps(f);
        if (other.score > best.score) best = other;
      }
    }
    return best;
  }
}

/** Second pass: exact fits near the highest peaks of the first, best first, none within 0.3/baseline of a better one. */
export function* templateCandidatesSteps(
  bands: readonly TemplateBand[],
  grid: FrequencyGrid,
  curve: Float64Array,
  baseline: number,
): Generator<Progress, TemplateResult[]> {
  const models = yield* TemplateModels.prepareSteps(bands);
  yield { fraction: 0 };
  const tops = findPeaks(curve, CANDIDATES, 0.3 / (baseline * grid.step));
  const found: TemplateResult[] = [];
  for (const [k, top] of tops.entries()) {
    const refining = models.refineSteps(grid.first + top * grid.step, 0.4 * grid.step, FIRST_ROUNDS);
    found.push(yield* part(refining, (0.5 * k) / tops.length, (0.5 * (k + 1)) / tops.length));
  }
  found.sort((a, b) => b.score - a.score);
  const kept = keepApart(found, 0.3 / baseline, REFINED);
  const refined: TemplateResult[] = [];
  for (const [k, { frequency }] of kept.entries())
    refined.push(
      yield* part(models.refineSteps(frequency, 0.1 * grid.step, ROUNDS), 0.5 + (0.5 * k) / kept.length, 0.5 + (0.5 * (k + 1)) / kept.length),
    );
  return refined.sort((a, b) => b.score - a.score);
}
