import { scaleLinear, scaleLog, scaleUtc } from 'd3-scale';
import { superscript } from './numbers';

export type Range = readonly [number, number];
export type ScaleKind = 'linear' | 'log' | 'time';

export interface Tick {
  /** In data units. */
  readonly value: number;
  /** Empty for a minor tick. */
  readonly label: string;
}

/** What a scale needs besides its domain and pixels. */
export interface ScaleOptions {
  readonly kind: ScaleKind;
  /** Added to data values for the labels only: MJD or BJD shown on an axis whose column counts from another zero. */
  readonly offset?: number | undefined;
  /** `time`: added to data values (days) gives a Julian date. */
  readonly julian?: number | undefined;
}

const UNIX_EPOCH_JD = 2440587.5;
const MS_A_DAY = 86_400_000;

/**
 * Data to pixels along one axis: `pixel = slope * f(value) + intercept` with f the identity, or log10 on a log axis. The two numbers are
 * public so that loops over 10⁵ points need no call a point. NaN stays NaN; a value <= 0 on a log axis is NaN.
 */
export class PlotScale {
  readonly slope: number;
  readonly intercept: number;
  readonly isLog: boolean;

  constructor(
    readonly options: ScaleOptions,
    /** Low, high in data units; low < high. */
    readonly domain: Range,
    /** Pixels of low and high: give them swapped to invert the axis. */
    readonly pixels: Range,
  ) {
    this.isLog = options.kind === 'log';
    const low = this.forward(domain[0]);
    const high = this.forward(domain[1]);
    this.slope = (pixels[1] - pixels[0]) / (high - low || 1);
    this.intercept = pixels[0] - this.slope * low;
  }

  private forward(value: number): number {
    return this.isLog ? (value > 0 ? Math.log10(value) : NaN) : value;
  }

  toPixel(value: number): number {
    return this.slope * this.forward(value) + this.intercept;
  }

  toData(pixel: number): number {
    const v = (pixel - this.intercept) / this.slope;
    return this.isLog ? 10 ** v : v;
  }

  /** About one tick every `spacing` pixels, with labels of honest precision. */
  ticks(spacing: number): Tick[] {
    const count = Math.max(2, Math.round(Math.abs(this.pixels[1] - this.pixels[0]) / spacing));
    if (this.options.kind === 'time') return this.timeTicks(count);
    if (this.isLog && this.domain[1] / this.domain[0] >= 10) return this.logTicks(count);
    return this.linearTicks(count);
  }

  private linearTicks(count: number): Tick[] {
    const offset = this.options.offset ?? 0;
    const scale = scaleLinear().domain([this.domain[0] + offset, this.domain[1] + offset]);
    const values = scale.ticks(count);
    const largest = Math.max(...values.map(Math.abs), 0);
    const step = values.length > 1 ? values[1]! - values[0]! : largest;
    const wantsPowers = largest >= 1e7 ? step >= 1e4 : largest > 0 && largest < 1e-4;
    const format = scale.tickFormat(count, wantsPowers ? 'e' : undefined);
    return values.map((v) => ({ value: v - offset, label: wantsPowers ? superscript(format(v)) : format(v).replaceAll(',', '\u202f') }));
  }

  private logTicks(count: number): Tick[] {
    const scale = scaleLog().domain(this.domain);
    const decades = Math.log10(this.domain[1] / this.domain[0]);
    const every = Math.max(1, Math.ceil(decades / Math.max(count, 1)));
    return scale.ticks(decades > 12 ? 12 : 30).map((value) => {
      const power = Math.log10(value);
      const isPower = Math.abs(power - Math.round(power)) < 1e-9;
      const lead = Math.round(value / 10 ** Math.floor(power + 1e-9));
      const labelled = isPower ? Math.round(power) % every === 0 : decades < 2.5 && (lead === 2 || lead === 5);
      if (!labelled) return { value, label: '' };
      return { value, label: value >= 1e-3 && value < 1e5 ? plain(value) : superscript(value.toExponential(0)) };
    });
  }

  private timeTicks(count: number): Tick[] {
    const julian = this.options.julian ?? UNIX_EPOCH_JD;
    const toDate = (v: number): Date => new Date((v + julian - UNIX_EPOCH_JD) * MS_A_DAY);
    const scale = scaleUtc().domain([toDate(this.domain[0]), toDate(this.domain[1])]);
    const dates = scale.ticks(count);
    const step = dates.length > 1 ? +dates[1]! - +dates[0]! : MS_A_DAY;
    return dates.map((d) => ({ value: +d / MS_A_DAY + UNIX_EPOCH_JD - julian, label: calendarLabel(d, step) }));
  }
}

function plain(value: number): string {
  return String(Number(value.toPrecision(6))).replace(/\B(?=(\d{3})+$)/g, value >= 1000 ? '\u202f' : '');
}

/** ISO text as short as the step between ticks allows. */
function calendarLabel(date: Date, stepMs: number): string {
  const iso = date.toISOString();
  if (stepMs >= 364 * MS_A_DAY) return iso.slice(0, 4);
  if (stepMs >= 27 * MS_A_DAY) return iso.slice(0, 7);
  if (stepMs >= MS_A_DAY) return iso.slice(0, 10);
  if (stepMs >= 60_000) return iso.slice(5, 10) + ' ' + iso.slice(11, 16);
  return iso.slice(11, stepMs >= 1000 ? 19 : 23);
}

/** The calendar date of a Julian date, to the second, in the clock the data are in. */
export function calendarOf(julianDate: number): string {
  const ms = (julianDate - UNIX_EPOCH_JD) * MS_A_DAY;
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString().slice(0, 19).replace('T', ' ') : '';
}

/** Zooms a domain about a data value: factor < 1 zooms in. Works in the axis' own space, so a log axis zooms evenly. */
export function zoomDomain(kind: ScaleKind, domain: Range, at: number, factor: number): Range {
  const log = kind === 'log';
  const f = (v: number): number => (log ? Math.log10(v) : v);
  const inverse = (v: number): number => (log ? 10 ** v : v);
  const c = f(at);
  const next: Range = [inverse(c + (f(domain[0]) - c) * factor), inverse(c + (f(domain[1]) - c) * factor)];
  return usable(next, kind) ? next : domain;
}

/** Shifts a domain by a fraction of its length (in the axis' own space). */
export function panDomain(kind: ScaleKind, domain: Range, fraction: number): Range {
  if (kind !== 'log') {
    const d = (domain[1] - domain[0]) * fraction;
    const next: Range = [domain[0] + d, domain[1] + d];
    return usable(next, kind) ? next : domain;
  }
  const ratio = (domain[1] / domain[0]) ** fraction;
  const next: Range = [domain[0] * ratio, domain[1] * ratio];
  return usable(next, kind) ? next : domain;
}

/** False where float64 cannot resolve the domain any more, or it left the finite numbers. */
function usable(d: Range, kind: ScaleKind): boolean {
  const size = Math.max(Math.abs(d[0]), Math.abs(d[1]));
  return Number.isFinite(d[0]) && Number.isFinite(d[1]) && d[1] - d[0] > size * 1e-13 && (kind !== 'log' || d[0] > 0) && size < 1e300;
}

/** A domain with room around the data; never empty. On a log axis the low end is positive. */
export function padDomain(range: Range | undefined, kind: ScaleKind, fraction = 0.04): Range {
  let [low, high] = range ?? [0, 1];
  if (!Number.isFinite(low) || !Number.isFinite(high)) [low, high] = kind === 'log' ? [1, 10] : [0, 1];
  if (kind === 'log') {
    if (high <= 0) return [1, 10];
    if (low <= 0) low = high / 1e6;
    const pad = (high / low) ** fraction;
    return low === high ? [low / 2, high * 2] : [low / pad, high * pad];
  }
  if (low === high) {
    const half = Math.abs(low) * 1e-3 || 0.5;
    return [low - half, high + half];
  }
  const pad = (high - low) * fraction;
  return [low - pad, high + pad];
}
