import type { Crew } from './crew';
import type { Material } from './experiment';

/** What a variant is done with. */
export interface Variant {
  readonly workers: number;
  readonly crew: Crew;
  /** Who puts results together, and in how many pieces; the crew itself where memory is shared. */
  readonly combining: { readonly crew: Crew; readonly hands: number };
}

export interface Measured {
  readonly computeMs: number;
  readonly transferMs: number;
}

async function once({ workers, crew, combining }: Variant, material: Material): Promise<Measured> {
  material.reset();
  let computeMs = 0;
  let transferMs = 0;
  for (const stage of material.stages(workers)) {
    const by = stage.kind === 'work' ? { crew, hands: workers } : combining;
    const times = await by.crew.run(stage.calls(by.hands));
    computeMs += times.computeMs;
    transferMs += times.transferMs;
  }
  return { computeMs, transferMs };
}

/** The fastest of so many runs. */
export async function measure(variant: Variant, material: Material, repetitions: number, onRun: (run: number) => void): Promise<Measured> {
  let best: Measured | undefined;
  for (let run = 0; run < repetitions; run++) {
    onRun(run);
    const times = await once(variant, material);
    if (!best || times.computeMs + times.transferMs < best.computeMs + best.transferMs) best = times;
  }
  return best!;
}
