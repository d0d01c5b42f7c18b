// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { operations } from '../../../src/core/operations/registry';
import type { Predicate } from '../../../src/core/select/predicate';
import { draftStep } from '../../../src/renderer/client/drafts';
import { openWindow, until, type TestWindow } from '../window';

let w: TestWindow;
beforeEach(async () => {
  w = await openWindow();
});
afterEach(() => w.session.dispose());

const sigmaClip = (): ReturnType<typeof draftStep> => draftStep(operations.get('outliers.sigma-clip')!, w.session.table.value!);

describe('session', () => {
  it('opens a table with its first object and band current', () => {
    expect(w.session.table.value?.meta.name).toBe('detections');
    expect(w.session.object.value).toBe('1013184');
    expect(w.session.band.value).toBe('g');
  });

  it('counts what is selected and forgets the count of an older selection', async () => {
    const { session } = w;
    session.select({ kind: 'rows', rows: [1, 2, 3] }, 'view', 'replace');
    session.select({ kind: 'rows', rows: [3, 4] }, 'view', 'add');
    await until(() => session.selection.value?.rows !== undefined);
    expect(session.selection.value?.rows).toBe(4);
    session.select({ kind: 'rows', rows: [4] }, 'view', 'subtract');
    await until(() => session.selection.value?.rows === 3);
    session.clearSelection();
    expect(session.selection.value).toBeUndefined();
  });

  it('lets go of a selection once its rows are flagged, and of no other', async () => {
    const { session } = w;
    const flag = async (where: Predicate): Promise<void> => {
      const n = session.table.value!.steps.length;
      session.draft.value = draftStep(operations.get('flags.mark')!, session.table.value!, { where });
      await session.actions.applyDraft();
      await until(() => session.table.value!.steps.length === n + 1);
    };
    session.select({ kind: 'rows', rows: [1, 2, 3] }, 'view', 'replace');
    await flag(session.selection.value!.predicate);
    expect(session.selection.value).toBeUndefined();
    session.select({ kind: 'rows', rows: [7] }, 'view', 'replace');
    await flag({ kind: 'rows', rows: [9] });
    expect(session.selection.value?.predicate).toEqual({ kind: 'rows', rows: [7] });
  });

  it('previews a draft, one call in flight, the newest parameters last', async () => {
    const { session, engine } = w;
    const asked: number[] = [];
    let inFlight = 0;
    let most = 0;
    const preview = engine.preview;
    engine.preview = async (a, c) => {
      asked.push(a.step.params['sigma'] as number);
      most = Math.max(most, ++inFlight);
      try {
        return await preview(a, c);
      } finally {
        inFlight--;
      }
    };
    const step = sigmaClip();
    for (let sigma = 20; sigma >= 2; sigma--) {
      session.draft.value = { ...step, params: { ...step.params, sigma } };
      await Promise.resolve();
    }
    await until(() => asked.at(-1) === 2 && inFlight === 0);
    expect(most).toBe(1);
    expect(asked.length).toBeLessThan(19);
    expect(session.preview.value?.flags?.some((f) => f === 1)).toBe(true);
    session.draft.value = undefined;
    await until(() => session.preview.value === undefined);
  });

  it('tries a draft on all rows only when no job that somebody started is running', async () => {
    const { session, engine } = w;
    const signals: AbortSignal[] = [];
    const { dryRun } = engine;
    let isHeld = true;
    engine.dryRun = (a, c) => {
      signals.push(c.signal);
      if (!isHeld) return dryRun(a, c);
      return new Promise((done) => c.signal.addEventListener('abort', () => done({ cancelled: true })));
    };
    session.draft.value = sigmaClip();
    session.tryOnAll();
    await until(() => signals.length === 1 && session.dryRun.value.state === 'running');
    let end = (): void => undefined;
    const job = session.runJob('report', () => new Promise<void>((done) => (end = done)));
    await until(() => signals[0]!.aborted);
    expect(session.dryRun.value).toMatchObject({ state: 'running', waits: true });
    // Asked for meanwhile, it waits.
    session.tryOnAll();
    await Promise.resolve();
    expect(signals).toHaveLength(1);
    isHeld = false;
    end();
    await job;
    await until(() => session.dryRun.value.state === 'done');
    expect(signals).toHaveLength(2);
    session.draft.value = undefined;
  });

  it('applies a draft, undoes it and does it again', async () => {
    const { session } = w;
    session.draft.value = sigmaClip();
    expect(await session.actions.applyDraft()).toBe(true);
    await until(() => session.table.value!.steps.length === 1);
    const { flagged } = session.table.value!;
    expect(flagged).toBeGreaterThan(0);
    expect(session.draft.value).toBeUndefined();
    await session.actions.undo();
    await until(() => session.table.value!.flagged === 0);
    await session.actions.redo();
    await until(() => session.table.value!.flagged === flagged);
  });

  it('edits a step in its place', async () => {
    const { session } = w;
    session.draft.value = sigmaClip();
    await session.actions.applyDraft();
    await until(() => session.table.value!.steps.length === 1);
    const { step, rowsFlagged } = session.table.value!.steps[0]!;
    session.editing.value = 0;
    session.draft.value = { ...step, params: { ...step.params, sigma: 8 } };
    await session.actions.applyDraft();
    await until(() => session.table.value!.steps[0]!.rowsFlagged < rowsFlagged);
    expect(session.table.value!.steps).toHaveLength(1);
    expect(session.editing.value).toBeUndefined();
  });

  it('says that the engine was lost and during what, fails what was pending, and comes back', async () => {
    const { session, main, engine, connections } = w;
    engine.jobMilliseconds = 5000;
    session.draft.value = sigmaClip();
    const applied = session.actions.applyDraft();
    await until(() => session.jobs.value.some((j) => j.state === 'running'));
    for (const h of main.engineListeners) h({ state: 'lost' });
    expect(await applied).toBe(false);
    expect(session.engineState.value.message).toMatch(/stopped during “Sigma clip.*restarting.*safe/);
    expect(session.sayings.all.value.at(-1)?.kind).toBe('error');
    const late = await session.engine.stats({}).catch((e: unknown) => e);
    expect(late).toMatchObject({ fields: { code: 'engine-lost' } });

    engine.jobMilliseconds = 0;
    for (const h of main.engineListeners) h({ state: 'ready' });
    await until(() => session.engineState.value.state === 'ready');
    expect(connections).toHaveLength(2);
    expect(session.engineState.value.message).toMatch(/was restarted/);
    // Listeners of before the loss hear the new engine.
    session.draft.value = sigmaClip();
    expect(await session.actions.applyDraft()).toBe(true);
    await until(() => session.table.value!.steps.length === 1);
  });

  it('cancels a job by its button', async () => {
    const { session, engine } = w;
    engine.jobMilliseconds = 4000;
    const opened = session.actions.openSample();
    await until(() => session.jobs.value.some((j) => j.state === 'running' && j.progress.note !== undefined));
    const started = performance.now();
    session.jobs.value[0]!.cancel();
    await opened;
    expect(performance.now() - started).toBeLessThan(1000);
    expect(session.jobs.value[0]?.state).toBe('cancelled');
  });

  it('hands out no job for what is over at once', async () => {
    const seen = vi.fn();
    await w.session.runJob('quick', async () => seen(w.session.jobs.value.length));
    expect(seen).toHaveBeenCalledWith(0);
    expect(w.session.jobs.value).toHaveLength(0);
  });

  it('changes the table, and what belongs to it, together', async () => {
    const { session } = w;
    session.draft.value = sigmaClip();
    session.select({ kind: 'rows', rows: [1] }, 'view', 'replace');
    session.setTable(session.tables.value[1]!.id);
    expect(session.table.value?.meta.name).toBe('catalogue');
    expect([session.object.value, session.band.value, session.draft.value, session.selection.value]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
