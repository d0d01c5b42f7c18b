import { type EffectsDone, effectUnits } from '../steps/effect-units';
import { type StepArgs, byFraction, revived } from '../steps/step-args';
import { defineTask } from '../threads/task';

export interface EffectsArgs extends StepArgs {
  readonly inside?: Uint8Array | undefined;
  readonly objects: Uint32Array;
}

function effects(args: EffectsArgs): Generator<number, EffectsDone> {
  return byFraction(effectUnits(revived(args)));
}

/** What a step would do to some of the objects. */
export default defineTask({ name: 'effects', run: effects });
