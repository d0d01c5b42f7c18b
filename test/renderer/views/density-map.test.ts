import { expect, it } from 'vitest';
import { computed, shallowRef } from 'vue';
import type { DensityMapAsked, TableInfo } from '../../../src/core/protocol/engine-service';
import type { Viewport } from '../../../src/renderer/components/plot/frame';
import type { ViewContext } from '../../../src/renderer/components/plot/use-view';
import { useDensityMap } from '../../../src/renderer/views/density-scatter/use-density-map';

it('an image is made of what the view shows, its ranges the right way round', async () => {
  const asked: DensityMapAsked[] = [];
  const session = {
    engine: { densityMap: (a: DensityMapAsked) => Promise.resolve(asked.push(a)) },
    runJob: (_: string, work: (signal: AbortSignal, progress: () => void) => Promise<unknown>) => work(new AbortController().signal, () => undefined),
  };
  const viewport = shallowRef<Viewport | undefined>({ x: [0, 2], y: [25, 10] });
  const view = {
    session,
    table: computed(() => ({ id: 't3' }) as TableInfo),
    rows: computed(() => ({ flagged: 'hide' })),
    viewport,
  } as unknown as ViewContext;
  const make = useDensityMap(view, () => ({ x: { column: 'bv' }, y: { column: 'mag' }, xLog: false, yLog: true }));
  await make();
  viewport.value = undefined;
  await make();
  const common = {
    table: 't3',
    rows: { flagged: 'hide' },
    x: { column: 'bv' },
    y: { column: 'mag' },
    xLog: false,
    yLog: true,
    width: 512,
    height: 512,
  };
  expect(asked).toEqual([{ ...common, xRange: [0, 2], yRange: [10, 25] }, common]);
  await useDensityMap(view, () => undefined)();
  expect(asked).toHaveLength(2);
});
