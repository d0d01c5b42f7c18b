import type { ShallowRef } from 'vue';
import type { Session } from '../../client/session';
import { download, plotPng, plotSvg, type Drawable } from './export-plot';

export interface PlotHandle {
  surface(): Drawable | undefined;
  zoomCentre(factor: number): void;
  cancelGesture(): boolean;
}

/**
 * Copy, PNG and SVG of a plot; failures are said at the bottom of the window.
 *
 * @param title names the files: what a file's name should not hold is replaced
 */
export function usePlotFiles(
  session: Session,
  plot: Readonly<ShallowRef<PlotHandle | null>>,
  title: () => string,
): Record<'png' | 'svg' | 'copy', () => Promise<void>> {
  const name = (): string => title().replace(/[^\w.-]+/g, '_');
  const guarded = (what: string, work: (surface: Drawable) => Promise<void>) => async (): Promise<void> => {
    const surface = plot.value?.surface();
    if (!surface) return;
    try {
      await work(surface);
    } catch (error) {
      session.say(`${what} failed: ${error instanceof Error ? error.message : String(error)}`, 'error');
    }
  };
  return {
    png: guarded('saving the picture', async (s) => download(await plotPng(s), `${name()}.png`)),
    svg: guarded('saving the picture', async (s) => {
      const grant = await session.main.chooseSaveTarget({ suggestedName: `${name()}.svg`, extensions: ['svg'] });
      if (!grant) return;
      await session.main.saveText({ grant: grant.id, text: await plotSvg(s) });
      session.say(`saved ${grant.name}`);
    }),
    copy: guarded('copying the picture', async (s) => {
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': plotPng(s) })]);
      session.say('picture copied');
    }),
  };
}
