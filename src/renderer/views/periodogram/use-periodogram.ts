import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import type { Series } from '../../../core/operations/definition';
import type { Preview } from '../../../core/protocol/engine-service';
import type { RowSet } from '../../../core/query/query';
import type { Step } from '../../../core/recipe/recipe';
import { durationUnit } from '../../components/plot/axis-info';
import { answerOf, ask, useAnswer } from '../../components/plot/use-query';
import type { ViewContext } from '../../components/plot/use-view';
import { AUTOMATIC_UP_TO, expectedSeconds, firstLookMaximum, gridCost, learnSpeed, type Grid } from './cost';
import { knownParams, periodogramStep, type PeriodogramSettings } from './lomb-scargle-step';
import { dayIn } from './peaks';

interface Sampling {
  readonly points: number;
  readonly first: number;
  readonly last: number;
}

export interface Cost {
  readonly points: number;
  readonly frequencies: number;
  readonly work: number;
  /** Seconds. */
  readonly expected: number;
}

export interface Periodogram {
  readonly isAvailable: ComputedRef<boolean>;
  readonly settings: ComputedRef<PeriodogramSettings>;
  readonly cost: ComputedRef<Cost | undefined>;
  /** The highest frequency used when none is set; undefined = the operation's own. */
  readonly proposed: ComputedRef<number | undefined>;
  readonly waitsForConsent: ComputedRef<boolean>;
  readonly series: ComputedRef<Series | undefined>;
  readonly firstTime: ComputedRef<number | undefined>;
  readonly busy: ShallowRef<boolean>;
  readonly error: ComputedRef<string | undefined>;
  /** Changes when another object or other settings are shown. */
  readonly key: ComputedRef<string>;
  change(settings: PeriodogramSettings): void;
  compute(): void;
  again(): void;
  /** How far a period may be off: a tenth of a cycle over the baseline. */
  periodStep(frequency: number): number;
}

/** The periodogram of the current object: by itself when it is cheap, after a click when it is not. */
export function usePeriodogram(view: ViewContext): Periodogram {
  const { session, table, rows, spec } = view;
  const settings = computed<PeriodogramSettings>(() => (view.spec.value.options.settingsOf as PeriodogramSettings | undefined) ?? {});
  const slot = `view:${spec.value.id}`;

  const samplingQuestion = computed(() => {
    const [t, r] = [table.value, rows.value];
    return t?.roles.time && t.roles.value && r
      ? { table: t.id, version: `${t.version} ${t.loaded}`, rows: { ...r, flagged: 'hide' } as RowSet, column: t.roles.time }
      : undefined;
  });
  const sampling = useAnswer(
    () => samplingQuestion.value,
    (q) => JSON.stringify([q.table, q.rows]),
    async (q): Promise<Sampling | undefined> => {
      const a = await ask<'histogram'>(
        session,
        { kind: 'histogram', table: q.table, rows: q.rows, x: { column: q.column }, bins: 1 },
        `${slot}:sampling`,
      );
      return a && { points: a.total - a.missing, first: a.edges[0]!, last: a.edges.at(-1)! };
    },
  );

  const grid = computed<Grid | undefined>(() => {
    const [s, known] = [sampling.answer.value, knownParams()];
    if (!s || !known) return undefined;
    const setting = (name: keyof PeriodogramSettings, fallback: number): number => {
      const own = known.names[name];
      return Number(settings.value[name] ?? (own === undefined ? undefined : known.defaults[own]) ?? fallback);
    };
    return {
      points: s.points,
      baseline: s.last - s.first,
      minimum: setting('minimum', 0),
      maximum: setting('maximum', 0),
      samplesPerPeak: setting('samplesPerPeak', 5),
      terms: setting('terms', 1),
    };
  });
  const proposed = computed(() => {
    return settings.value.maximum === undefined && grid.value ? firstLookMaximum(grid.value, dayIn(durationUnit(table.value))) : undefined;
  });
  const cost = computed<Cost | undefined>(() => {
    if (!grid.value) return undefined;
    const { frequencies, work } = gridCost({ ...grid.value, maximum: proposed.value ?? grid.value.maximum });
    return { points: grid.value.points, frequencies, work, expected: expectedSeconds(work) };
  });

  const step = computed<Step | undefined>(() => {
    const t = table.value;
    const y = spec.value.y;
    return (
      t &&
      periodogramStep(t, { maximum: proposed.value, ...settings.value }, y && 'column' in y ? y.column : undefined, rows.value?.band !== undefined)
    );
  });
  const key = computed(() => JSON.stringify([table.value?.id, rows.value?.object, rows.value?.band, step.value?.params, step.value?.bind.value]));
  /** The key whose cost the user accepted. */
  const accepted = shallowRef('');
  const isReady = computed(() => step.value !== undefined && rows.value !== undefined && (cost.value?.points ?? 0) >= 4);
  const isCheap = computed(() => (cost.value?.work ?? Infinity) < AUTOMATIC_UP_TO);
  const question = computed(() => {
    const [t, s, r] = [table.value, step.value, rows.value];
    if (!t || !s || !r || !isReady.value || !(isCheap.value || accepted.value === key.value)) return undefined;
    return { table: t.id, version: t.version, step: s, object: r.object, band: r.band, key: key.value, work: cost.value!.work, cheap: isCheap.value };
  });
  const result = useAnswer(
    () => question.value,
    (q) => q.key,
    async (q): Promise<Preview | undefined> => {
      const request = { table: q.table, step: q.step, object: q.object, band: q.band };
      const started = performance.now();
      const preview = q.cheap
        ? answerOf(await session.engine.preview(request, { slot }))
        : // A long one is a job of the tray, with progress and Cancel.
          await session.runJob(`periodogram of ${q.object ?? 'the table'}`, async (signal, onProgress) =>
            answerOf(await session.engine.preview(request, { slot, signal, onProgress })),
          );
      if (preview) learnSpeed(q.work, performance.now() - started);
      else if (!q.cheap) accepted.value = '';
      return preview;
    },
  );

  return {
    isAvailable: computed(() => knownParams() !== undefined),
    settings,
    cost,
    proposed,
    waitsForConsent: computed(() => isReady.value && !isCheap.value && accepted.value !== key.value),
    series: computed(() => result.answer.value?.series[0]),
    firstTime: computed(() => sampling.answer.value?.first),
    busy: result.busy,
    error: computed(() => result.error.value ?? sampling.error.value),
    key,
    change: (next) => view.setOption('settingsOf', next),
    compute: () => void (accepted.value = key.value),
    again: () => (sampling.again(), result.again()),
    periodStep: (frequency) => {
      const s = sampling.answer.value;
      return s && s.last > s.first ? 0.1 / (frequency * frequency * (s.last - s.first)) : 0;
    },
  };
}
