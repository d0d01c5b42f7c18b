import type { LabCall } from '../../core/lab/parts';

/** Hands that do pieces of work side by side. */
export interface Crew {
  /** What starting them took, until each had answered. */
  readonly prepareMs: number;
  /** Does the calls, one a hand, into their arrays. Rejects with Cancelled when the signal of its start is aborted. */
  run(calls: readonly LabCall[]): Promise<CrewTimes>;
  dispose(): Promise<void>;
}

export interface CrewTimes {
  readonly computeMs: number;
  readonly transferMs: number;
  /** What each call returned. */
  readonly figures: readonly (number | undefined)[];
}
