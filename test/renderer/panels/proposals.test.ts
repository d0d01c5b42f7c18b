// @vitest-environment jsdom
import { afterEach, describe, expect, it } from 'vitest';
import { operations } from '../../../src/core/operations/registry';
import type { Preview } from '../../../src/core/protocol/engine-service';
import type { PointsAnswer } from '../../../src/core/query/query';
import { draftStep } from '../../../src/renderer/client/drafts';
import { proposedPoints } from '../../../src/renderer/views/proposals/proposed-points';
import ProposalsView from '../../../src/renderer/views/proposals/ProposalsView.vue';
import { openWindow, until, type TestWindow } from '../window';

let w: TestWindow;
afterEach(() => {
  w?.session.dispose();
  document.body.innerHTML = '';
});

describe('the points a draft proposes', () => {
  const points = {
    rows: Uint32Array.of(2, 4, 6, 8),
    x: Float64Array.of(1, 2, 3, 4),
    y: Float64Array.of(10, 10.5, 30, 11),
  } as unknown as PointsAnswer;
  const preview = (results: Preview['results']): Preview =>
    ({ rows: Uint32Array.of(2, 4, 6, 8), flags: Uint8Array.of(1, 0, 1, 1), clears: false, results }) as unknown as Preview;

  it('come with the largest impact first, with the votes of the operation, and after them those it lists and keeps', () => {
    const found = proposedPoints(
      preview([
        { time: 1, value: 10, impact: 0.2, votes: 'global', suggested: true },
        { time: 3, value: 30, impact: 0.1, votes: 'curve density', sigma: 9, suggested: true },
        { time: 4, value: 11, impact: 0.9, votes: 'error', suggested: true },
        { time: 2, value: 10.5, impact: 2, votes: 'curve', kept_as: 'flare', suggested: false },
        { time: 3, value: 31, impact: 5, votes: 'curve', suggested: true },
      ]),
      points,
    );
    expect(found.map((p) => [p.row, p.votes, p.isSuggested])).toEqual([
      [8, 'error', true],
      [2, 'global', true],
      [6, 'curve density', true],
      [4, 'curve', false],
    ]);
    expect([found[2]!.distance, found[3]!.keptAs]).toEqual([9, 'flare']);
  });

  it('are sorted by their distance from the middle when nothing is known of their impact', () => {
    expect(proposedPoints(preview([]), points).map((p) => p.row)).toEqual([6, 2, 8]);
    expect(proposedPoints({ ...preview([]), clears: true }, points)).toEqual([]);
  });
});

describe('the desk', () => {
  async function desk() {
    w = await openWindow();
    const { session } = w;
    session.draft.value = draftStep(operations.get('outliers.sigma-clip')!, session.table.value!, { params: { sigma: 2.5 } });
    const view = w.mount(ProposalsView, { spec: { id: 'v', kind: 'proposals', table: 't1', follow: 'object', options: {} } });
    await until(() => view.findAll('[role="option"]').length > 2);
    const key = (k: string, more = {}): Promise<void> => view.find('.view').trigger('keydown', { key: k, ...more });
    return { session, view, key };
  }

  it('accepts, rejects and moves by key, and shows the point in the views', async () => {
    const { session, view, key } = await desk();
    await key('a');
    await key('x');
    const classes = view.findAll('[role="option"]').map((o) => o.classes());
    expect(classes[0]).toContain('accepted');
    expect(classes[1]).toContain('rejected');
    expect(classes[2]).toContain('on');
    expect(session.selection.value).toMatchObject({ source: 'proposals', predicate: { kind: 'rows' } });
    await key('k');
    await key('u');
    expect(view.findAll('[role="option"]')[1]!.classes()).not.toContain('rejected');
    await key('A', { shiftKey: true });
    expect(session.desk.rowsOf('accepted')).toHaveLength(view.findAll('[role="option"]').length);
  });

  it('flags the accepted rows, and no others, as one step', async () => {
    const { session, key } = await desk();
    await key('a');
    await key('x');
    await key('Enter');
    const rows = session.desk.rowsOf('accepted');
    expect(rows).toHaveLength(2);
    expect(await session.desk.flagAccepted()).toBe(true);
    const step = session.table.value!.steps.at(-1)!;
    expect(step).toMatchObject({ rowsFlagged: 2, step: { op: 'flags.mark', where: { kind: 'rows', rows: rows.toSorted((a, b) => a - b) } } });
    await until(() => session.desk.decisions.value.size === 0);
  });

  it('goes on to the next band past the end of the list, then to the next object, and keeps what was decided', async () => {
    const { session, view, key } = await desk();
    const first = session.object.value;
    const [, second] = session.table.value!.bands;
    const n = view.findAll('[role="option"]').length;
    for (let i = 0; i < n; i++) await key('x');
    await until(() => session.band.value === second);
    expect(session.object.value).toBe(first);
    expect(session.desk.rowsOf('rejected')).toHaveLength(n);
    session.band.value = session.table.value!.bands.at(-1);
    await until(() => view.findAll('[role="option"]').length > 0 && session.desk.rowsOf('rejected').length === n);
    await new Promise((done) => setTimeout(done, 100));
    const last = Math.max(1, view.findAll('[role="option"]').length);
    for (let i = 0; i < last; i++) await key('j');
    await until(() => session.object.value !== first);
    expect(session.band.value).toBe(session.table.value!.bands[0]);
  });

  it('starts with a draft that flags, or with the one that is there', async () => {
    w = await openWindow();
    w.commands.run('proposals.open');
    expect(operations.get(w.session.draft.value!.op)!.writes).toBe('flags');
    w.session.draft.value = draftStep(operations.get('outliers.range')!, w.session.table.value!);
    w.commands.run('proposals.open');
    expect(w.session.draft.value.op).toBe('outliers.range');
  });
});
