import { computed, watch, type ComputedRef } from 'vue';
import { dayIn } from '../../../core/numerics/aliases';
import type { Series } from '../../../core/operations/definition';
import { durationUnit, extentOf } from '../../components/plot/axis-info';
import type { PlotAxis } from '../../components/plot/frame';
import type { ViewContext } from '../../components/plot/use-view';
import { peakRows, type PeakRow } from './peak-rows';
import { findPeaks, peakBetween, type Best, type Peak } from './peaks';
import { relationOf, windowPeaksOf, type Repetitions } from './relations';
import { PEAKS } from './search-step';
import type { Search } from './use-search';
import { useZoomed, type Zoomed } from './use-zoomed';
import { spliced, type Curve } from './zoom';

/** A curve as it is drawn: over frequency or over period, x ascending. */
export interface DrawnCurve extends Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export interface PeriodogramCurve {
  readonly series: ComputedRef<Series | undefined>;
  readonly best: ComputedRef<Best>;
  /** With the part in sight as fine as it was computed. */
  readonly drawn: ComputedRef<DrawnCurve | undefined>;
  readonly peaks: ComputedRef<readonly PeakRow[]>;
  readonly zoomed: Zoomed;
  readonly xAxis: ComputedRef<PlotAxis>;
  readonly yAxis: ComputedRef<PlotAxis>;
  readonly timeUnit: ComputedRef<string>;
  readonly overPeriod: ComputedRef<boolean>;
  readonly xLog: ComputedRef<boolean>;
  readonly yLog: ComputedRef<boolean>;
  /** The spectral window, when the method gives one. */
  readonly window: ComputedRef<Series | undefined>;
  readonly repetitions: ComputedRef<Repetitions>;
  toX(frequency: number): number;
  /** The peak that stands out between two places of the x axis. */
  peakIn(from: number, to: number): Peak | undefined;
  /** What a frequency has to do with another one, within the resolution of the data. */
  relation(frequency: number, best: number): string | undefined;
}

const curveOf = (series: Series | undefined): Curve | undefined => series && { frequency: series.x.values, power: series.y.values };

/** Room above the best value for its label, as a share of the axis. */
const HEADROOM = 0.12;

function linearHome(values: readonly [number, number] | undefined, levels: readonly number[], best: Best): readonly [number, number] {
  const [low, high] = values ?? [0, 1];
  const span = high - low || Math.abs(high) || 1;
  if (best === 'lowest') return [low - HEADROOM * span, high + 0.02 * span];
  const top = Math.max(high, ...levels.filter((y) => y < 3 * high));
  return [Math.min(0, low), top + HEADROOM * Math.abs(top || 1)];
}

/** What the view draws of a search, on which axes. */
export function useCurve(view: ViewContext, search: Search): PeriodogramCurve {
  const { viewport, table } = view;
  const overPeriod = computed(() => view.option('overPeriod', false));
  const xLog = computed(() => view.option('xLog', overPeriod.value));
  const yLog = computed(() => view.option('yLog', false));
  const timeUnit = computed(() => durationUnit(table.value) ?? '');
  const toX = (frequency: number): number => (overPeriod.value ? 1 / frequency : frequency);

  const series = computed(() => search.preview.value?.series.find((s) => s.name === 'periodogram') ?? search.preview.value?.series[0]);
  const best = computed<Best>(() => series.value?.best ?? 'highest');
  const whole = computed(() => curveOf(series.value));
  const inSight = computed(() => {
    const x = viewport.value?.x;
    if (!x) return undefined;
    const [a, b] = [toX(Math.max(x[0], Number.MIN_VALUE)), toX(Math.max(x[1], Number.MIN_VALUE))];
    return a < b ? ([a, b] as const) : ([b, a] as const);
  });
  const zoomed = useZoomed(
    view,
    search,
    () => whole.value,
    () => inSight.value,
  );
  const drawn = computed<DrawnCurve | undefined>(() => {
    if (!whole.value) return undefined;
    const { frequency, power } = spliced(whole.value, zoomed.curve.value);
    if (!overPeriod.value) return { frequency, power, x: frequency, y: power };
    return { frequency, power, x: frequency.map((f) => 1 / f).reverse(), y: power.slice().reverse() };
  });

  const xAxis = computed<PlotAxis>(() => {
    const f = whole.value?.frequency;
    const ends = f && f.length > 1 ? [toX(f[0]!), toX(f.at(-1)!)].toSorted((a, b) => a - b) : [0, 1];
    const unit = timeUnit.value;
    const title = overPeriod.value ? `period${unit ? ` (${unit})` : ''}` : `frequency${unit ? ` (1/${unit})` : ''}`;
    return { title, kind: xLog.value && ends[0]! > 0 ? 'log' : 'linear', home: [ends[0]!, ends[1]!] };
  });
  const yAxis = computed<PlotAxis>(() => {
    const range = whole.value && extentOf(whole.value.power, whole.value.power.length, yLog.value);
    const unit = series.value?.y.unit;
    const title = `${series.value?.y.name ?? 'power'}${unit ? ` (${unit})` : ''}`;
    // The best value points up, whichever end it is.
    const inverted = best.value === 'lowest';
    const levels = (series.value?.levels ?? []).map((l) => l.y);
    if (yLog.value && range) {
      const [low, high] = [range[0], Math.max(range[1], ...levels.filter((y) => y < 3 * range[1]))];
      return { title, kind: 'log', inverted, home: inverted ? [low / 1.5, high * 1.05] : [Math.max(low, high * 1e-6), high * 2] };
    }
    return { title, kind: 'linear', inverted, home: linearHome(range, levels, best.value) };
  });
  watch([() => overPeriod.value, () => xLog.value, () => yLog.value, () => search.key.value], () => void (viewport.value = undefined));

  const window = computed(() => search.preview.value?.series.find((s) => s.name === 'window'));
  const repetitions = computed<Repetitions>(() => {
    const s = search.sampling.value;
    const resolution = s && s.last > s.first ? 1 / (s.last - s.first) : 0;
    return { day: dayIn(timeUnit.value || undefined, s?.first), resolution, windowPeaks: windowPeaksOf(window.value, resolution) };
  });
  const relation = (frequency: number, other: number): string | undefined => relationOf(frequency, other, repetitions.value);
  const peaks = computed(() => {
    const [s, c] = [series.value, whole.value];
    return s && c ? peakRows(s, search.preview.value?.results[0], () => findPeaks(c.frequency, c.power, PEAKS, best.value), relation) : [];
  });
  return {
    series,
    best,
    drawn,
    peaks,
    zoomed,
    xAxis,
    yAxis,
    timeUnit,
    overPeriod,
    xLog,
    yLog,
    toX,
    relation,
    window,
    repetitions,
    peakIn: (from, to) => {
      const c = drawn.value;
      const ends = [toX(from), toX(to)].map((f) => (f > 0 ? f : 0));
      return c && peakBetween(c.frequency, c.power, Math.min(...ends), Math.max(...ends), best.value);
    },
  };
}
