import type { Command, CommandContext } from './commands';

/** Looking at methods before one is applied: beside others, over many objects, point by point. */
export function methodCommands({ session, grid }: CommandContext): Command[] {
  const hasTable = (): boolean => session.table.value !== undefined;
  const compare = (): void => {
    const draft = session.draft.value;
    if (draft && !session.comparison.add(draft)) session.say('four methods are compared already: take one away first', 'warning');
    grid.showView('compare');
  };
  return [
    { id: 'compare.open', title: 'Compare methods', group: 'Clean', also: 'side by side draft beside', isEnabled: hasTable, run: compare },
    {
      id: 'effects.open',
      title: 'Effect of the draft on many objects',
      group: 'Clean',
      also: 'ensemble histograms sample distribution',
      isEnabled: () => Boolean(session.table.value?.objects),
      run: () => grid.showView('effects'),
    },
  ];
}
