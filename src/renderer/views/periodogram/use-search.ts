import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import { dayIn } from '../../../core/numerics/aliases';
import type { Preview } from '../../../core/protocol/engine-service';
import type { Step } from '../../../core/recipe/recipe';
import { durationUnit } from '../../components/plot/axis-info';
import { answerOf, useAnswer } from '../../components/plot/use-query';
import type { ViewContext } from '../../components/plot/use-view';
import { AUTOMATIC_UP_TO, expectedSeconds, firstLookMaximum, learnSpeed } from './cost';
import { FIRST_METHOD, searchMethod, type SearchMethod } from './search-method';
import { searchStep, type PeriodogramSettings, type SearchRange } from './search-step';
import { trialGrid, type Asked, type Sampling, type TrialGrid } from './search-size';
import { useSampling } from './use-sampling';

export interface Cost {
  readonly points: number;
  readonly frequencies: number;
  /** Seconds. */
  readonly expected: number;
}

export interface Search {
  readonly method: ComputedRef<SearchMethod | undefined>;
  readonly settings: ComputedRef<PeriodogramSettings>;
  readonly sampling: ShallowRef<Sampling | undefined>;
  readonly grid: ComputedRef<TrialGrid | undefined>;
  readonly cost: ComputedRef<Cost | undefined>;
  /** The highest frequency used when none is set; undefined = the operation's own. */
  readonly proposed: ComputedRef<number | undefined>;
  readonly waitsForConsent: ComputedRef<boolean>;
  readonly preview: ShallowRef<Preview | undefined>;
  readonly busy: ShallowRef<boolean>;
  readonly error: ComputedRef<string | undefined>;
  /** Changes when another object or other settings are shown. */
  readonly key: ComputedRef<string>;
  /** What is searched, for its size. */
  readonly size: ComputedRef<Asked | undefined>;
  /** The step that is looked at; with a range, the same search over that range alone. */
  step(range?: SearchRange): Step | undefined;
  choose(method: string): void;
  change(settings: PeriodogramSettings): void;
  /** Goes ahead with a long search; not `whole`: with as much of it as there is time for. */
  compute(whole: boolean): void;
  again(): void;
  /** How far a period may be off: a tenth of a cycle over the baseline. */
  periodStep(frequency: number): number;
}

/** Points below which no search says anything. */
export const FEWEST = 4;

/** The search of the current object by the view's method: by itself when it is quick, after a click when it is not. */
export function useSearch(view: ViewContext): Search {
  const { session, table, rows, spec } = view;
  const method = computed(() => searchMethod(view.option('method', FIRST_METHOD)));
  const settings = computed(() => view.option<PeriodogramSettings>('settingsOf', {}));
  const { answer: sampling, error: samplingError, again: sampleAgain } = useSampling(view);

  const unit = computed(() => durationUnit(table.value));
  const step = (range?: SearchRange): Step | undefined => {
    const [t, m, y] = [table.value, method.value, spec.value.y];
    const value = y && 'column' in y ? y.column : undefined;
    return (
      t &&
      m &&
      searchStep(m, t, { settings: settings.value, range, value, hasBand: rows.value?.band !== undefined, window: view.option('window', false) })
    );
  };
  const sized = (s: Step | undefined): Asked | undefined =>
    s && sampling.value && { method: s.op, params: s.params, sampling: sampling.value, unit: unit.value };
  const proposed = computed(() => {
    const [m, own] = [method.value, sized(step())];
    const natural = own && trialGrid(own);
    if (!m || !natural || m.range.kind === 'period' || settings.value.maximum !== undefined) return undefined;
    const { points, first, last } = own.sampling;
    return firstLookMaximum({
      grid: natural,
      nyquist: points / (last - first) / 2,
      day: dayIn(unit.value, first),
      seconds: (frequencies) => expectedSeconds(own, frequencies),
    });
  });
  const asked = computed(() => step({ maximum: settings.value.maximum ?? proposed.value }));
  const size = computed(() => sized(asked.value));
  const grid = computed(() => size.value && trialGrid(size.value));
  const cost = computed<Cost | undefined>(() => {
    if (!size.value) return undefined;
    const frequencies = grid.value?.count ?? 0;
    return { points: size.value.sampling.points, frequencies, expected: expectedSeconds(size.value, frequencies) };
  });

  const key = computed(() =>
    JSON.stringify([table.value?.id, rows.value?.object, rows.value?.band, asked.value?.op, asked.value?.params, asked.value?.bind.value]),
  );
  /** The key whose cost the user accepted. */
  const accepted = shallowRef({ key: '', whole: true });
  const isReady = computed(() => asked.value !== undefined && rows.value !== undefined && (cost.value?.points ?? 0) >= FEWEST);
  const isCheap = computed(() => (cost.value?.expected ?? Infinity) < AUTOMATIC_UP_TO);
  const question = computed(() => {
    const [t, s, r] = [table.value, asked.value, rows.value];
    if (!t || !s || !r || !isReady.value || !(isCheap.value || accepted.value.key === key.value)) return undefined;
    const isQuick = isCheap.value || !accepted.value.whole;
    const whole = isCheap.value || accepted.value.whole;
    return {
      table: t.id,
      version: t.version,
      step: s,
      object: r.object,
      band: r.band,
      key: key.value,
      expected: cost.value!.expected,
      isQuick,
      whole,
    };
  });
  const result = useAnswer(
    () => question.value,
    (q) => `${q.key} ${q.whole}`,
    async (q): Promise<Preview | undefined> => {
      const request = { table: q.table, step: q.step, object: q.object, band: q.band, whole: q.whole };
      const slot = `view:${spec.value.id}`;
      const preview = q.isQuick
        ? answerOf(await session.engine.preview(request, { slot }))
        : // A long one is a job of the tray, with progress and Cancel.
          await session.runJob(`${method.value?.title ?? 'periodogram'} of ${q.object ?? 'the table'}`, async (signal, onProgress) =>
            answerOf(await session.engine.preview(request, { slot, signal, onProgress })),
          );
      if (preview && q.whole) learnSpeed(q.step.op, q.expected, preview.milliseconds);
      if (!preview && !q.isQuick) accepted.value = { key: '', whole: true };
      return preview;
    },
  );

  return {
    method,
    settings,
    sampling,
    size,
    grid,
    cost,
    proposed,
    waitsForConsent: computed(() => isReady.value && !isCheap.value && accepted.value.key !== key.value),
    preview: result.answer,
    busy: result.busy,
    error: computed(() => result.error.value ?? samplingError.value),
    key,
    step,
    choose: (id) => view.setOption('method', id),
    change: (next) => view.setOption('settingsOf', next),
    compute: (whole) => void (accepted.value = { key: key.value, whole }),
    again: () => (sampleAgain(), result.again()),
    periodStep: (frequency) => {
      const s = sampling.value;
      return s && s.last > s.first ? 0.1 / (frequency * frequency * (s.last - s.first)) : 0;
    },
  };
}
