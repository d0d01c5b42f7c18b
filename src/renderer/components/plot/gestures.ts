import type { SelectMode } from '../../client/session';
import { regionAt, type Frame, type PlotAxis, type Viewport } from './frame';
import { boxShape, lassoShape, modeOf, type Shape, type Tool } from './shape';
import { panDomain, zoomDomain, type Range } from './scale';

export interface PointerLike {
  readonly px: number;
  readonly py: number;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** What a gesture needs from its plot, and what it tells it. */
export interface GestureHost {
  frame(): Frame | undefined;
  axes(): { readonly x: PlotAxis; readonly y: PlotAxis };
  view(): Viewport;
  tool(): Tool;
  /** Boxes are strips over x (histograms). */
  stripOnly(): boolean;
  onView(view: Viewport): void;
  onShape(shape: Shape, mode: SelectMode): void;
  onPick(px: number, py: number, mode: SelectMode): void;
  /** The shape being drawn, in pixels; undefined when there is none. */
  onSketch(path: readonly (readonly [number, number])[] | undefined, kind: 'box' | 'lasso'): void;
  onReset(axis: 'both' | 'x' | 'y'): void;
  /** Present: the data can be pulled sideways, by dragging with the tool for it or with Alt. */
  readonly pull?: PullHost | undefined;
}

/** What moves when the data are pulled sideways is the view's affair: the period of a fold. */
export interface PullHost {
  onGrab(): void;
  /** By so many data units of x since the last call; `isCoarse` with Shift. */
  onPull(by: number, isCoarse: boolean): void;
  /** `isCancelled`: everything since the grab is taken back. */
  onRelease(isCancelled: boolean): void;
  /** A double click with the tool. */
  onMark(px: number, py: number): void;
}

const CLICK_RADIUS = 4;

type State =
  | { kind: 'idle' }
  | { kind: 'pan'; from: PointerLike; view: Viewport; region: 'plot' | 'x-axis' | 'y-axis'; frame: Frame; moved: boolean }
  | { kind: 'pull'; from: PointerLike; last: number; moved: boolean }
  | { kind: 'shape'; tool: 'box' | 'lasso'; from: PointerLike; path: [number, number][]; moved: boolean };

/** Pointer, wheel and double click of one plot as a small state machine; knows nothing of the DOM, so tests drive it with numbers. */
export class Gestures {
  private state: State = { kind: 'idle' };

  constructor(private readonly host: GestureHost) {}

  get isBusy(): boolean {
    return this.state.kind !== 'idle';
  }

  down(e: PointerLike): boolean {
    const frame = this.host.frame();
    if (!frame) return false;
    const region = regionAt(frame, e.px, e.py);
    if (region === 'outside') return false;
    const tool = this.host.tool();
    if (region === 'plot' && this.host.pull && (tool === 'pull' || (tool === 'pan' && e.altKey)))
      this.state = { kind: 'pull', from: e, last: e.px, moved: false };
    else if (region === 'plot' && (tool === 'box' || tool === 'lasso'))
      this.state = { kind: 'shape', tool, from: e, path: [[e.px, e.py]], moved: false };
    else this.state = { kind: 'pan', from: e, view: this.host.view(), region, frame, moved: false };
    return true;
  }

  move(e: PointerLike): void {
    const s = this.state;
    if (s.kind === 'idle') return;
    const wasMoved = s.moved;
    s.moved ||= Math.hypot(e.px - s.from.px, e.py - s.from.py) > CLICK_RADIUS;
    if (!s.moved) return;
    if (s.kind === 'pan') return this.pan(s, e);
    if (s.kind === 'pull') return this.pullTo(s, e, wasMoved);
    const frame = this.host.frame();
    if (!frame) return;
    const at = clampTo(frame, e);
    if (s.tool === 'box') s.path = [s.path[0]!, at];
    else {
      const last = s.path.at(-1)!;
      if (Math.hypot(at[0] - last[0], at[1] - last[1]) >= 3) s.path.push(at);
    }
    this.host.onSketch(s.path, s.tool);
  }

  up(e: PointerLike): void {
    const s = this.state;
    this.state = { kind: 'idle' };
    const frame = this.host.frame();
    if (s.kind === 'idle' || !frame) return;
    if (s.kind === 'shape') this.host.onSketch(undefined, s.tool);
    if (s.kind === 'pull' && s.moved) return this.host.pull?.onRelease(false);
    if (!s.moved) {
      const isPick = s.kind === 'pan' ? s.region === 'plot' : s.kind === 'shape' || this.host.tool() !== 'pull';
      if (isPick) this.host.onPick(s.from.px, s.from.py, modeOf(e));
      return;
    }
    if (s.kind !== 'shape') return;
    const shape = s.tool === 'box' ? boxShape(frame, s.path[0]!, s.path.at(-1)!, this.host.stripOnly()) : lassoShape(frame, s.path);
    if (shape) this.host.onShape(shape, modeOf(e));
  }

  /** Escape or a lost pointer: the shape or the pull under way is forgotten. True when there was one. */
  cancel(): boolean {
    const s = this.state;
    this.state = { kind: 'idle' };
    if (s.kind === 'shape') this.host.onSketch(undefined, s.tool);
    if (s.kind === 'pull' && s.moved) this.host.pull?.onRelease(true);
    return (s.kind === 'shape' || s.kind === 'pull') && s.moved;
  }

  /** Zooms at the pointer; over an axis only that one. */
  wheel(px: number, py: number, deltaPx: number): boolean {
    const frame = this.host.frame();
    if (!frame) return false;
    const region = regionAt(frame, px, py);
    if (region === 'outside') return false;
    const factor = Math.exp(Math.max(-200, Math.min(200, deltaPx)) * 0.0022);
    this.zoom(region === 'y-axis' ? undefined : frame.x.toData(px), region === 'x-axis' ? undefined : frame.y.toData(py), factor);
    return true;
  }

  /** Zooms about the middle of the plot: the + and − keys. */
  zoomCentre(factor: number): void {
    const frame = this.host.frame();
    if (!frame) return;
    const { x, y, w, h } = frame.plot;
    this.zoom(frame.x.toData(x + w / 2), frame.y.toData(y + h / 2), factor);
  }

  /** Pans by fractions of the plot, to the right and up on screen: the arrow keys. */
  nudge(right: number, up: number): void {
    const { x, y } = this.host.axes();
    const view = this.host.view();
    this.host.onView({
      x: limited(panDomain(x.kind, view.x, x.inverted ? -right : right), x.limits),
      y: limited(panDomain(y.kind, view.y, y.inverted ? -up : up), y.limits),
    });
  }

  doubleClick(px: number, py: number): void {
    const frame = this.host.frame();
    if (!frame) return;
    const region = regionAt(frame, px, py);
    if (region === 'plot' && this.host.pull && this.host.tool() === 'pull') this.host.pull.onMark(px, py);
    else if (region !== 'outside') this.host.onReset(region === 'plot' ? 'both' : region === 'x-axis' ? 'x' : 'y');
  }

  private zoom(atX: number | undefined, atY: number | undefined, factor: number): void {
    const { x, y } = this.host.axes();
    const view = this.host.view();
    this.host.onView({
      x: atX === undefined ? view.x : limited(zoomDomain(x.kind, view.x, atX, factor), x.limits),
      y: atY === undefined || this.host.stripOnly() ? view.y : limited(zoomDomain(y.kind, view.y, atY, factor), y.limits),
    });
  }

  private pullTo(s: Extract<State, { kind: 'pull' }>, e: PointerLike, wasMoved: boolean): void {
    const frame = this.host.frame();
    if (!frame || !this.host.pull) return;
    if (!wasMoved) this.host.pull.onGrab();
    this.host.pull.onPull(frame.x.toData(e.px) - frame.x.toData(s.last), e.shiftKey);
    s.last = e.px;
  }

  private pan(s: Extract<State, { kind: 'pan' }>, e: PointerLike): void {
    const { x, y } = this.host.axes();
    const right = (s.from.px - e.px) / s.frame.plot.w;
    const up = (e.py - s.from.py) / s.frame.plot.h;
    this.host.onView({
      x: s.region === 'y-axis' ? s.view.x : limited(panDomain(x.kind, s.view.x, x.inverted ? -right : right), x.limits),
      y: s.region === 'x-axis' || this.host.stripOnly() ? s.view.y : limited(panDomain(y.kind, s.view.y, y.inverted ? -up : up), y.limits),
    });
  }
}

/** Keeps a domain inside the limits, keeping its length where it fits. */
export function limited(domain: Range, limits: Range | undefined): Range {
  if (!limits) return domain;
  const length = Math.min(domain[1] - domain[0], limits[1] - limits[0]);
  const low = Math.min(Math.max(domain[0], limits[0]), limits[1] - length);
  return [low, low + length];
}

function clampTo(frame: Frame, e: PointerLike): [number, number] {
  const { x, y, w, h } = frame.plot;
  return [Math.min(Math.max(e.px, x), x + w), Math.min(Math.max(e.py, y), y + h)];
}
