import { describe, expect, it } from 'vitest';
import type { SelectMode } from '../../../src/renderer/client/session';
import { layout, regionAt, type PlotAxis, type Viewport } from '../../../src/renderer/components/plot/frame';
import { Gestures, limited } from '../../../src/renderer/components/plot/gestures';
import { modeOf, outlinesOf, shapePredicate, withinObject, type Shape, type Tool } from '../../../src/renderer/components/plot/shape';

const x: PlotAxis = { title: 'mjd (d)', kind: 'linear', home: [0, 100] };
const y: PlotAxis = { title: 'g (mag)', kind: 'linear', inverted: true, home: [15, 20] };

function plot(axes: { x: PlotAxis; y: PlotAxis } = { x, y }, stripOnly = false, canPull = false) {
  const pull = {
    onGrab: () => seen.pulls.push('grab'),
    onPull: (by: number, isCoarse: boolean) => seen.pulls.push([by, isCoarse]),
    onRelease: (isCancelled: boolean) => seen.pulls.push(isCancelled ? 'cancel' : 'release'),
    onMark: (px: number, py: number) => seen.pulls.push(`mark ${px} ${py}`),
  };
  const seen = {
    pulls: [] as (string | [number, boolean])[],
    views: [] as Viewport[],
    shapes: [] as [Shape, SelectMode][],
    picks: [] as [number, number, SelectMode][],
    resets: [] as string[],
    sketches: 0,
  };
  let view: Viewport = { x: axes.x.home, y: axes.y.home };
  const state = { tool: 'pan' as Tool };
  const frame = () => layout(600, 400, axes.x, axes.y, view, (s) => s.length * 6);
  const gestures = new Gestures({
    frame,
    axes: () => axes,
    view: () => view,
    tool: () => state.tool,
    stripOnly: () => stripOnly,
    onView: (v) => seen.views.push((view = v)),
    onShape: (s, m) => seen.shapes.push([s, m]),
    onPick: (px, py, m) => seen.picks.push([px, py, m]),
    onSketch: (path) => void (seen.sketches += path ? 1 : 0),
    onReset: (axis) => seen.resets.push(axis),
    pull: canPull ? pull : undefined,
  });
  return { gestures, frame, seen, state, view: () => view };
}
const at = (px: number, py: number, shiftKey = false, altKey = false) => ({ px, py, shiftKey, altKey });

describe('gestures', () => {
  it('a click picks, with the mode of the keys held', () => {
    const { gestures, seen } = plot();
    gestures.down(at(300, 200));
    gestures.move(at(302, 201));
    gestures.up(at(302, 201, true, true));
    expect(seen.picks).toEqual([[300, 200, 'intersect']]);
    expect(seen.views).toEqual([]);
    expect([modeOf(at(0, 0)), modeOf(at(0, 0, true)), modeOf(at(0, 0, false, true))]).toEqual(['replace', 'add', 'subtract']);
  });

  it('a drag pans so that the data follow the pointer, on the inverted axis too', () => {
    const { gestures, frame, view } = plot();
    const before = frame();
    const value = [before.x.toData(250), before.y.toData(150)] as const;
    gestures.down(at(250, 150));
    gestures.move(at(310, 190));
    gestures.up(at(310, 190));
    const after = frame();
    expect(after.x.toPixel(value[0])).toBeCloseTo(310, 6);
    expect(after.y.toPixel(value[1])).toBeCloseTo(190, 6);
    expect(view().x[1] - view().x[0]).toBeCloseTo(100, 9);
  });

  it('pulls the data with its tool and with Alt, tells coarse from fine, and takes a cancelled pull back', () => {
    for (const tool of ['pull', 'pan'] as const) {
      const { gestures, frame, seen, state } = plot(undefined, false, true);
      state.tool = tool;
      const unit = frame().x.slope;
      gestures.down(at(300, 200, false, tool === 'pan'));
      gestures.move(at(302, 200));
      expect(seen.pulls).toEqual([]);
      gestures.move(at(300 + 2 * unit, 210));
      gestures.move(at(300 + unit, 210, true));
      gestures.up(at(300 + unit, 210));
      const [grab, first, second, release] = seen.pulls as [string, [number, boolean], [number, boolean], string];
      expect([grab, release, seen.pulls.length]).toEqual(['grab', 'release', 4]);
      expect(first[0]).toBeCloseTo(2, 9);
      expect(second[0]).toBeCloseTo(-1, 9);
      expect([first[1], second[1]]).toEqual([false, true]);
      gestures.down(at(300, 200, false, true));
      gestures.move(at(340, 200));
      expect(gestures.cancel()).toBe(true);
      expect(seen.pulls.at(-1)).toBe('cancel');
      expect(seen.views).toEqual([]);
    }
  });

  it('with the tool a double click marks and a click picks nothing; without a view that can be pulled it pans', () => {
    const { gestures, seen, state } = plot(undefined, false, true);
    state.tool = 'pull';
    gestures.down(at(300, 200));
    gestures.up(at(300, 200));
    gestures.doubleClick(300, 200);
    expect([seen.picks, seen.resets, seen.pulls]).toEqual([[], [], ['mark 300 200']]);
    const other = plot();
    other.gestures.down(at(300, 200, false, true));
    other.gestures.move(at(340, 200));
    expect(other.seen.views.length).toBe(1);
  });

  it('the wheel zooms at the pointer, over an axis only that axis', () => {
    const { gestures, frame, view } = plot();
    const before = frame();
    const value = before.y.toData(150);
    expect(gestures.wheel(250, 150, -100)).toBe(true);
    expect(frame().y.toPixel(value)).toBeCloseTo(150, 6);
    const zoomed = view();
    gestures.wheel(before.plot.x + 50, before.plot.y + before.plot.h + 20, -100);
    expect(view().y).toBe(zoomed.y);
    expect(view().x[1] - view().x[0]).toBeLessThan(zoomed.x[1] - zoomed.x[0]);
    gestures.wheel(before.plot.x - 20, 150, -100);
    expect(view().y[1] - view().y[0]).toBeLessThan(zoomed.y[1] - zoomed.y[0]);
    expect(gestures.wheel(2, 398, -100)).toBe(false);
  });

  it('a box becomes ranges in data units, low before high whatever way it was drawn', () => {
    const { gestures, frame, seen, state } = plot();
    state.tool = 'box';
    const f = frame();
    const px = (a: number, b: number) => at(f.x.toPixel(a), f.y.toPixel(b), true);
    gestures.down(px(60, 18));
    gestures.move(px(20, 16));
    gestures.up(px(20, 16));
    const [shape, mode] = seen.shapes[0]!;
    expect(mode).toBe('add');
    const p = shapePredicate(shape, { column: 'mjd' }, { column: 'g' });
    if (p.kind !== 'and') throw new Error('not an and');
    const [rx, ry] = p.of;
    if (rx?.kind !== 'range' || ry?.kind !== 'range') throw new Error('not ranges');
    expect(rx.axis).toEqual({ column: 'mjd' });
    expect([rx.low, rx.high, ry.low, ry.high].map((v) => Math.round(v! * 1e6) / 1e6)).toEqual([20, 60, 16, 18]);
  });

  it('a strip is a range over x alone', () => {
    const { gestures, frame, seen, state } = plot({ x, y }, true);
    state.tool = 'box';
    const f = frame();
    gestures.down(at(f.x.toPixel(10), 50));
    gestures.move(at(f.x.toPixel(30), 300));
    gestures.up(at(f.x.toPixel(30), 300));
    const p = shapePredicate(seen.shapes[0]![0], { column: 'g' }, { column: 'g' });
    if (p.kind !== 'range') throw new Error('not a range');
    expect(p.low).toBeCloseTo(10, 9);
    expect(p.high).toBeCloseTo(30, 9);
  });

  it('a lasso becomes a polygon through the pointer in data units', () => {
    const { gestures, frame, seen, state } = plot();
    state.tool = 'lasso';
    const f = frame();
    const corners = [
      [20, 16],
      [60, 16],
      [60, 18],
      [20, 18],
    ] as const;
    const px = corners.map(([a, b]) => at(f.x.toPixel(a), f.y.toPixel(b)));
    gestures.down(px[0]!);
    for (const p of px.slice(1)) gestures.move(p);
    gestures.up(px.at(-1)!);
    const shape = seen.shapes[0]![0];
    if (shape.kind !== 'lasso') throw new Error('not a lasso');
    expect(shape.points.map((p) => p.map((v) => Math.round(v * 1e6) / 1e6))).toEqual(corners.map((c) => [...c]));
  });

  it('a lasso on a log axis follows the straight edges of the screen, not of the data', () => {
    const log: PlotAxis = { title: 'flux', kind: 'log', home: [1, 1e4] };
    const { gestures, frame, seen, state } = plot({ x: log, y });
    state.tool = 'lasso';
    const f = frame();
    const p = [
      [f.x.toPixel(2), f.y.toPixel(16)],
      [f.x.toPixel(5000), f.y.toPixel(19)],
      [f.x.toPixel(2), f.y.toPixel(19)],
    ] as const;
    gestures.down(at(...p[0]));
    gestures.move(at(...p[1]));
    gestures.move(at(...p[2]));
    gestures.up(at(...p[2]));
    const shape = seen.shapes[0]![0];
    if (shape.kind !== 'lasso') throw new Error('not a lasso');
    // Half way along the first edge on screen lies at x = 100, y = 17.5; the polygon must pass within a pixel of it.
    const mid = [f.x.toPixel(100), f.y.toPixel(17.5)] as const;
    expect(f.x.toPixel(100)).toBeCloseTo((p[0][0] + p[1][0]) / 2, 4);
    const distance = Math.min(
      ...shape.points.map((a, i) => {
        const b = shape.points[(i + 1) % shape.points.length]!;
        const m = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] as const;
        return Math.min(
          Math.hypot(f.x.toPixel(a[0]) - mid[0], f.y.toPixel(a[1]) - mid[1]),
          Math.hypot(f.x.toPixel(m[0]) - mid[0], f.y.toPixel(m[1]) - mid[1]),
        );
      }),
    );
    expect(distance).toBeLessThan(3.1);
    expect(shape.points.length).toBeGreaterThan(20);
  });

  it('Escape forgets the shape under way', () => {
    const { gestures, seen, state } = plot();
    state.tool = 'box';
    gestures.down(at(200, 100));
    gestures.move(at(300, 200));
    expect(gestures.cancel()).toBe(true);
    gestures.up(at(300, 200));
    expect(seen.shapes).toEqual([]);
    expect(gestures.cancel()).toBe(false);
  });

  it('a double click resets what it is over', () => {
    const { gestures, frame, seen } = plot();
    const { plot: p } = frame();
    gestures.doubleClick(p.x + 5, p.y + 5);
    gestures.doubleClick(p.x + 5, p.y + p.h + 10);
    gestures.doubleClick(p.x - 10, p.y + 10);
    expect(seen.resets).toEqual(['both', 'x', 'y']);
    expect(regionAt(frame(), 1, 1)).toBe('outside');
  });

  it('limits move a domain back inside, keeping its length', () => {
    expect(limited([1.5, 2.5], [0, 2])).toEqual([1, 2]);
    expect(limited([-1, 5], [0, 2])).toEqual([0, 2]);
  });
});

describe('selections', () => {
  const polygon = {
    kind: 'polygon',
    x: { column: 'mjd' },
    y: { column: 'g' },
    points: [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
  } as const;
  it('of a light curve stay within that light curve', () => {
    expect(withinObject(polygon, '42', 'g')).toEqual({ kind: 'and', of: [{ kind: 'objects', ids: ['42'], band: 'g' }, polygon] });
    expect(withinObject(polygon, undefined, 'g')).toBe(polygon);
  });
  it('are outlined where their axes are shown and nowhere else', () => {
    const p = withinObject(polygon, '42', undefined);
    expect(outlinesOf(p, { column: 'mjd' }, { column: 'g' })).toEqual([{ kind: 'polygon', points: polygon.points }]);
    expect(outlinesOf(p, { column: 'mjd' }, { column: 'r' })).toEqual([]);
    expect(outlinesOf({ kind: 'not', of: p }, { column: 'mjd' }, { column: 'g' })).toEqual([]);
  });
});
