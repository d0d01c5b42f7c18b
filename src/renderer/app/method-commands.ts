import { operations } from '../../core/operations/registry';
import { startDraft, type Command, type CommandContext } from './commands';

const PROPOSALS = 'outliers.proposals';

/** Looking at methods before one is applied (beside others, over many objects, point by point), and at what they found. */
export function methodCommands({ session, grid }: CommandContext): Command[] {
  const hasTable = (): boolean => session.table.value !== undefined;
  const compare = (): void => {
    const draft = session.draft.value;
    if (draft && !session.comparison.add(draft)) session.say('four methods are compared already: take one away first', 'warning');
    grid.showView('compare');
  };
  /** A draft that flags points is reviewed as it is; otherwise the proposals of all detectors are. */
  const review = (): void => {
    const flags = operations.get(session.draft.value?.op ?? '')?.writes === 'flags';
    if (!flags) startDraft({ session }, operations.has(PROPOSALS) ? PROPOSALS : 'outliers.sigma-clip');
    grid.showView('proposals');
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
    {
      id: 'features.open',
      title: 'Feature space of the objects',
      group: 'View',
      also: 'scatter object table period amplitude classify select stars',
      isEnabled: () => Boolean(session.table.value?.objects),
      run: () => grid.showView('feature-space'),
    },
    {
      id: 'proposals.open',
      title: 'Review proposed outliers one by one',
      group: 'Clean',
      also: 'accept reject points desk votes impact',
      isEnabled: hasTable,
      run: review,
    },
  ];
}
