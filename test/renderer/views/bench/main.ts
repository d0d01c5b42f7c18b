import { colourCounts, viridisLut } from '../../../../src/renderer/components/plot/density-lut';
import { decimate } from '../../../../src/renderer/components/plot/decimate';
import { PhaseBinner } from '../../../../src/renderer/components/plot/binned-curve';
import { foldTimes } from '../../../../src/renderer/components/plot/fold';
import { nearestPoint } from '../../../../src/renderer/components/plot/hit-test';
import { LineLayer } from '../../../../src/renderer/components/plot/line-layer';
import { PointsLayer } from '../../../../src/renderer/components/plot/points-layer';
import { PlotSurface, type Scene } from '../../../../src/renderer/components/plot/surface';

/** Medians in milliseconds of what must stay within a frame; printed by run.mjs. */
const frame = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
const median = (v: number[]): number => v.sort((a, b) => a - b)[v.length >> 1]!;
const time = (work: () => void, times = 15): number =>
  median(
    Array.from({ length: times }, () => {
      const started = performance.now();
      work();
      return performance.now() - started;
    }),
  );

async function drawing(scene: Scene): Promise<number> {
  const surface = new PlotSurface(document.querySelector('#host')!, document.querySelector('#base')!, document.querySelector('#top')!);
  const taken: number[] = [];
  for (let k = 0; k < 15; k++) {
    surface.show({ ...scene });
    await frame();
    taken.push(surface.lastDrawMs);
  }
  surface.destroy();
  return median(taken);
}

export async function measure(n = 100_000): Promise<Record<string, number>> {
  let seed = 1;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const x = Float64Array.from({ length: n }, () => random() * 3000);
  const y = x.map((t) => Math.sin((2 * Math.PI * t) / 0.5084) + 0.4 * (random() + random() - 1));
  const marks = Uint8Array.from({ length: n }, (_, i) => (i % 40 === 0 ? 1 : i % 60 === 0 ? 2 : 0));
  const axes = {
    x: { title: 't', kind: 'linear' as const, home: [0, 3000] as const },
    y: { title: 'm', kind: 'linear' as const, home: [-1.6, 1.6] as const },
  };
  const view = { x: axes.x.home, y: axes.y.home };
  const phase = foldTimes(x, 0.5084, 0, 0);
  const binner = new PhaseBinner();
  const folded = { x: { ...axes.x, home: [0, 2] as const }, y: axes.y };
  const many = 2_000_000;
  const frequency = Float64Array.from({ length: many }, (_, i) => i * 1e-5);
  const power = frequency.map(() => random());
  const counts = Uint32Array.from({ length: 1000 * 600 }, () => Math.floor(random() ** 4 * 500));
  const image = new Uint32Array(counts.length);
  const lut = viridisLut();
  const surface = new PlotSurface(document.querySelector('#host')!, document.querySelector('#base')!, document.querySelector('#top')!);
  surface.show({ ...axes, view, layers: [] });
  await frame();
  const { x: sx, y: sy } = surface.frame!;
  surface.destroy();
  return {
    'draw 10^5 points': await drawing({ ...axes, view, layers: [new PointsLayer({ count: n, x, y, marks })] }),
    'draw 10^5 points in two cycles': await drawing({
      ...folded,
      view: { x: [0, 2], y: view.y },
      layers: [new PointsLayer({ count: n, x: phase, y, marks }, {}, [0, 1])],
    }),
    'fold 10^5 points': time(() => foldTimes(x, 0.5083 + random() * 1e-4, 0, 0, phase)),
    'bin 10^5 phases': time(() => binner.curve({ phase, y, marks, start: 0 }, { bins: 100, statistic: 'mean', of: 1, is: 0 })),
    'medians of 10^5 phases': time(() => binner.curve({ phase, y, marks, start: 0 }, { bins: 100, statistic: 'median', of: 1, is: 0 })),
    'find the nearest of 10^5 points': time(() => nearestPoint({ count: n, x, y }, sx, sy, 400, 250, 10)),
    'draw a curve of 2·10^6 points': await drawing({
      x: { ...axes.x, home: [0, 20] },
      y: { ...axes.y, home: [0, 1] },
      view: { x: [0, 20], y: [0, 1] },
      layers: [new LineLayer(frequency, power)],
    }),
    'thin a curve of 2·10^6 points': time(() => decimate(frequency, power, 0, many, (v) => v * 45)),
    'colour 600 000 bins': time(() => colourCounts(image, counts, 500, 'log', lut, undefined, [0, 0, 0])),
  };
}
Object.assign(window, { measure });
