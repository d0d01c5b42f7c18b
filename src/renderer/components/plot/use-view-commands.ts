import { onMounted, onUnmounted, type ShallowRef } from 'vue';
import { onViewCommand } from '../view-header';
import type { PlotHandle } from './use-plot-files';
import type { ViewContext } from './use-view';

/** Lets the window's keys drive a plot view: tools, reset, zoom, copy. */
export function useViewCommands(
  view: ViewContext,
  plot: Readonly<ShallowRef<PlotHandle | null>>,
  copy: () => Promise<void>,
  restTool: 'pan' | 'box' = 'pan',
): void {
  let off: (() => void) | undefined;
  onMounted(() => {
    off = onViewCommand(view.spec.value.id, (command) => {
      if (command === 'box' || command === 'lasso') view.toggleTool(command);
      else if (command === 'pan') {
        if (!plot.value?.cancelGesture()) view.tool.value = restTool;
      } else if (command === 'reset') view.viewport.value = undefined;
      else if (command === 'copy') void copy();
      else if (command !== 'actual-size') plot.value?.zoomCentre(command === 'zoom-in' ? 0.8 : 1.25);
    });
  });
  onUnmounted(() => off?.());
}
