import type { SignalMeter, TestSignal } from '../../../core/protocol/engine-service';

/** Told in days: `a 1 % transit of 3 h`, `an RR Lyrae of 0.5 mag`. */
export function signalWords(signal: TestSignal): string {
  const short = (x: number): string => String(Number(x.toPrecision(3)));
  if (signal.kind === 'rr-lyrae') return `an RR Lyrae of ${short(signal.amplitude)} mag`;
  const hours = signal.duration * 24;
  const length = hours < 1 ? `${short(hours * 60)} min` : hours < 48 ? `${short(hours)} h` : `${short(signal.duration)} d`;
  return `a ${short(signal.depth * 100)} % transit of ${length}`;
}

export interface MeterWords {
  /** `97 %`; absent when nothing can be said. */
  readonly number?: string | undefined;
  readonly rest: string;
  readonly tone: 'good' | 'fair' | 'bad' | 'none';
  /** 0…1, for a bar. */
  readonly share?: number | undefined;
}

const percent = (x: number): string => {
  const p = 100 * x;
  const text = Math.abs(p) < 10 ? p.toFixed(1).replace(/\.0$/, '') : p.toFixed(0);
  return `${text.replace('-', '−')} %`;
};

/** A reading in words: what follows the signal's own. Undefined before there is one. */
export function meterWords(reading: SignalMeter['reading'] | undefined): MeterWords | undefined {
  if (!reading) return undefined;
  if (reading.kind === 'none') return { rest: `cannot be measured: ${reading.reason}`, tone: 'none' };
  const { share } = reading;
  if (reading.kind === 'flagged') {
    const anyway = reading.without > 0.005 ? ` (${percent(reading.without)} of them anyway)` : '';
    return {
      number: percent(share),
      rest: `of its points flagged${anyway}`,
      tone: share <= 0.02 ? 'good' : share < 0.2 ? 'fair' : 'bad',
      share,
    };
  }
  const off = Math.abs(1 - share);
  return { number: percent(share), rest: 'of it is kept', tone: off <= 0.05 ? 'good' : off <= 0.2 ? 'fair' : 'bad', share };
}
