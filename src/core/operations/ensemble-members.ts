import type { GroupLevels, RowGroups } from '../numerics/group-levels';
import { AppError, type Progress } from '../protocol/outcome';
import type { Batch, Context } from './definition';

/** Light curves with fewer values are not judged. */
const FEWEST_POINTS = 5;

export interface MemberChoice {
  readonly members: 'quietest' | 'listed' | 'expression' | 'all';
  readonly fraction: number;
  readonly objects: readonly string[];
  readonly apply: string;
}

/** What is known of the light curves of a table (one an object and band; the band is the remainder by `bands`). */
export interface KnownCurves {
  readonly groupOf: Uint32Array;
  readonly rows: RowGroups;
  readonly bands: number;
  readonly count: number;
  readonly values: GroupLevels;
  readonly errors: GroupLevels | undefined;
}

export interface Members {
  /** 1 for the light curves that make the trend. */
  readonly isMember: Uint8Array;
}

/** How restless a light curve is: its scatter in units of its errors, else of its level when values are divided, else as it is. */
function restlessness({ values, errors }: KnownCurves, g: number, isRatio: boolean): number {
  const scale = errors ? errors.level[g]! : isRatio ? values.level[g]! : 1;
  return scale > 0 ? values.scatter[g]! / scale : NaN;
}

function quietest(input: Batch, curves: KnownCurves, choice: MemberChoice, isMember: Uint8Array): void {
  const { bands, count, values } = curves;
  const isRatio = choice.apply !== 'subtract';
  const id = (g: number): string => input.groups?.id(Math.floor(g / bands)) ?? '';
  for (let band = 0; band < bands; band++) {
    const judged: { g: number; r: number }[] = [];
    for (let g = band; g < count; g += bands) {
      const r = restlessness(curves, g, isRatio);
      if (values.points[g]! >= FEWEST_POINTS && Number.isFinite(r)) judged.push({ g, r });
    }
    // Ties go by the identifier, so that the order of the rows does not matter.
    judged.sort((a, b) => a.r - b.r || (id(a.g) < id(b.g) ? -1 : 1));
    for (const { g } of judged.slice(0, Math.ceil(choice.fraction * judged.length))) isMember[g] = 1;
  }
}

function listed(input: Batch, curves: KnownCurves, choice: MemberChoice, isMember: Uint8Array, context: Context): void {
  const wanted = new Set(choice.objects);
  for (let object = 0; object < (input.groups?.count ?? 0); object++) {
    const id = input.groups!.id(object);
    if (!wanted.has(id)) continue;
    isMember.fill(1, object * curves.bands, (object + 1) * curves.bands);
    wanted.delete(id);
  }
  if (wanted.size === 0) return;
  const some = [...wanted].sort().slice(0, 5).join(', ');
  context.alert({ severity: 'warning', message: `not in this table: ${some}${wanted.size > 5 ? ` and ${wanted.size - 5} more` : ''}` });
}

/** The ensemble. `truth` is the condition at every row, for `expression`. Throws AppError for a choice that needs something it was not given. */
export function* chooseMembers(
  input: Batch,
  curves: KnownCurves,
  choice: MemberChoice,
  truth: Float64Array | undefined,
  context: Context,
): Generator<Progress, Members> {
  const isMember = new Uint8Array(curves.count);
  if (choice.members === 'listed' && choice.objects.length === 0)
    throw new AppError({
      code: 'invalid-argument',
      message: 'invalid objects: none (must name at least one)',
      hint: 'list the stars of the ensemble',
    });
  yield { fraction: 0 };
  if (choice.members === 'all') isMember.fill(1);
  else if (choice.members === 'quietest') quietest(input, curves, choice, isMember);
  else if (choice.members === 'listed') listed(input, curves, choice, isMember, context);
  else for (let i = 0; truth && i < input.length; i++) if (input.live[i] === 1 && truth[i]! > 0) isMember[curves.groupOf[i]!] = 1;
  yield { fraction: 0.5 };
  if (choice.members === 'expression' && curves.bands > 1)
    for (let g = 0; g < curves.count; g += curves.bands) {
      // A star is chosen, not its light curve in one band.
      if (isMember.subarray(g, g + curves.bands).includes(1)) isMember.fill(1, g, g + curves.bands);
    }
  const stars = new Set<number>();
  for (let g = 0; g < curves.count; g++) if (isMember[g] === 1 && curves.values.points[g]! > 0) stars.add(Math.floor(g / curves.bands));
  if (stars.size < 2)
    context.alert({
      severity: 'warning',
      message: 'the ensemble has fewer than two stars: there is nobody to compare with',
      hint: 'choose more stars',
    });
  else context.alert({ severity: 'info', message: `the ensemble has ${stars.size} stars` });
  return { isMember };
}
