import { AppError } from '../protocol/outcome';

/** Marks with 1 the points inside, with 0 the others, for i in [0, n). */
export type PolygonTest = (x: Float64Array, y: Float64Array, n: number, inside: Uint8Array) => void;

/** Edges from their lower to their upper end. */
interface Edges {
  readonly count: number;
  readonly lowX: Float64Array;
  readonly lowY: Float64Array;
  readonly highY: Float64Array;
  /** dx/dy. */
  readonly slope: Float64Array;
  /** Horizontal edges [y, x, x]: no ray counts them under the half-open rule, but they too part inside from outside. */
  readonly level: readonly (readonly [number, number, number])[];
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** Rows and columns of the grid that answers for most points without looking at an edge. */
const CELLS = 128;
const OUTSIDE = 0;
const INSIDE = 1;
const BOUNDARY = 2;

function edgesOf(points: readonly (readonly [number, number])[]): Edges {
  const kept: [number, number, number, number][] = [];
  const level: [number, number, number][] = [];
  points.forEach(([ax, ay], i) => {
    const [bx, by] = points[(i + 1) % points.length]!;
    if (ay < by) kept.push([ax, ay, bx, by]);
    else if (by < ay) kept.push([bx, by, ax, ay]);
    else level.push([ay, ax, bx]);
  });
  return {
    count: kept.length,
    lowX: Float64Array.from(kept, (e) => e[0]),
    lowY: Float64Array.from(kept, (e) => e[1]),
    highY: Float64Array.from(kept, (e) => e[3]),
    slope: Float64Array.from(kept, (e) => (e[2] - e[0]) / (e[3] - e[1])),
    level,
  };
}

/** Even-odd over all edges: the definition everything faster must agree with. */
function crosses(e: Edges, x: number, y: number): number {
  let odd = 0;
  for (let k = 0; k < e.count; k++) if (y >= e.lowY[k]! && y < e.highY[k]! && x < e.lowX[k]! + (y - e.lowY[k]!) * e.slope[k]!) odd ^= 1;
  return odd;
}

/** Edges by horizontal strip of the box: `items[starts[s] … starts[s + 1])` are those that reach into strip s. */
function strips(e: Edges, box: Box): { starts: Uint16Array | Uint32Array; items: Uint32Array } {
  const scale = CELLS / (box.top - box.bottom);
  const strip = (y: number): number => Math.min(CELLS - 1, Math.floor((y - box.bottom) * scale));
  const lists = Array.from({ length: CELLS }, (): number[] => []);
  for (let k = 0; k < e.count; k++) for (let s = strip(e.lowY[k]!); s <= strip(e.highY[k]!); s++) lists[s]!.push(k);
  const starts = new Uint32Array(CELLS + 1);
  lists.forEach((list, s) => (starts[s + 1] = starts[s]! + list.length));
  return { starts, items: Uint32Array.from(lists.flat()) };
}

/** What each cell of the box is: inside, outside, or near enough to an edge that its points must be tested one by one. */
function classify(e: Edges, box: Box): Uint8Array {
  const grid = new Uint8Array(CELLS * CELLS);
  const width = (box.right - box.left) / CELLS;
  const height = (box.top - box.bottom) / CELLS;
  for (let k = 0; k < e.count; k++) {
    const first = Math.floor((e.lowY[k]! - box.bottom) / height) - 1;
    const last = Math.floor((e.highY[k]! - box.bottom) / height) + 1;
    for (let r = Math.max(0, first); r <= Math.min(CELLS - 1, last); r++) {
      const from = Math.max(e.lowY[k]!, box.bottom + r * height);
      const to = Math.min(e.highY[k]!, box.bottom + (r + 1) * height);
      const a = e.lowX[k]! + (Math.max(from, e.lowY[k]!) - e.lowY[k]!) * e.slope[k]!;
      const b = e.lowX[k]! + (Math.min(Math.max(to, e.lowY[k]!), e.highY[k]!) - e.lowY[k]!) * e.slope[k]!;
      // One cell more on either side than the edge touches, so that no rounding decides.
      const low = Math.floor((Math.min(a, b) - box.left) / width) - 1;
      const high = Math.floor((Math.max(a, b) - box.left) / width) + 1;
      for (let c = Math.max(0, low); c <= Math.min(CELLS - 1, high); c++) grid[r * CELLS + c] = BOUNDARY;
    }
  }
  for (const [y, x1, x2] of e.level) {
    const row = Math.floor((y - box.bottom) / height);
    const low = Math.floor((Math.min(x1, x2) - box.left) / width) - 1;
    const high = Math.floor((Math.max(x1, x2) - box.left) / width) + 1;
    for (let r = Math.max(0, row - 1); r <= Math.min(CELLS - 1, row + 1); r++)
      for (let c = Math.max(0, low); c <= Math.min(CELLS - 1, high); c++) grid[r * CELLS + c] = BOUNDARY;
  }
  for (let r = 0; r < CELLS; r++)
    for (let c = 0; c < CELLS; c++)
      if (grid[r * CELLS + c] !== BOUNDARY)
        grid[r * CELLS + c] = crosses(e, box.left + (c + 0.5) * width, box.bottom + (r + 0.5) * height) ? INSIDE : OUTSIDE;
  return grid;
}

function boxOf(points: readonly (readonly [number, number])[]): Box {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.min(bottom, y);
    top = Math.max(top, y);
  }
  return { left, right, bottom, top };
}

/** True when cells are much wider than the spacing of floating-point numbers there, so that a cell has an inside. */
function hasRoom({ left, right, bottom, top }: Box): boolean {
  const wide = (low: number, high: number): boolean => (high - low) / CELLS > Math.max(1e-300, 1e-12 * Math.max(Math.abs(low), Math.abs(high)));
  return wide(left, right) && wide(bottom, top) && Number.isFinite(right - left) && Number.isFinite(top - bottom);
}

/** The reference: every point against every edge. Used for polygons too thin for a grid, and by the tests. */
export function plainPolygonTest(points: readonly (readonly [number, number])[]): PolygonTest {
  const edges = edgesOf(points);
  return (x, y, n, inside) => {
    for (let i = 0; i < n; i++) inside[i] = crosses(edges, x[i]!, y[i]!);
  };
}

/**
 * Prepares the even-odd test of a polygon. An edge takes part for low y <= y < high y and counts when x is strictly left of it, so points on a
 * left or bottom edge are inside, on a right or top edge outside, and polygons that share an edge share no point. NaN is outside. A grid of
 * cells answers for points away from edges; the others are tested against the edges of their strip only.
 * Throws AppError `invalid-argument` for fewer than 3 corners or one that is not finite.
 */
export function polygonTest(points: readonly (readonly [number, number])[]): PolygonTest {
  if (points.length < 3) throw new AppError({ code: 'invalid-argument', message: `invalid polygon: ${points.length} corners (must be 3 or more)` });
  for (const [x, y] of points)
    if (!Number.isFinite(x) || !Number.isFinite(y))
      throw new AppError({ code: 'invalid-argument', message: `invalid polygon: corner (${x}, ${y}) (must be finite numbers)` });
  const box = boxOf(points);
  if (!hasRoom(box)) return plainPolygonTest(points);
  const edges = edgesOf(points);
  const { lowX, lowY, highY, slope } = edges;
  const { starts, items } = strips(edges, box);
  const grid = classify(edges, box);
  const { left, right, bottom, top } = box;
  const scaleX = CELLS / (right - left);
  const scaleY = CELLS / (top - bottom);
  return (x, y, n, inside) => {
    for (let i = 0; i < n; i++) {
      const px = x[i]!;
      const py = y[i]!;
      if (!(px >= left && px <= right && py >= bottom && py <= top)) {
        inside[i] = 0;
        continue;
      }
      // Multiplying by the scale is monotone, so a point and the end of an edge at the same y never land in an order that contradicts it.
      const c = Math.min(CELLS - 1, ((px - left) * scaleX) | 0);
      const r = Math.min(CELLS - 1, ((py - bottom) * scaleY) | 0);
      const cell = grid[r * CELLS + c]!;
      if (cell !== BOUNDARY) {
        inside[i] = cell;
        continue;
      }
      let odd = 0;
      for (let s = starts[r]!, end = starts[r + 1]!; s < end; s++) {
        const k = items[s]!;
        const low = lowY[k]!;
        if (py >= low && py < highY[k]! && px < lowX[k]! + (py - low) * slope[k]!) odd ^= 1;
      }
      inside[i] = odd;
    }
  };
}
