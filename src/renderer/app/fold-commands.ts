import { sendFoldCommand, type FoldCommand } from '../components/fold-command';
import type { Command, CommandContext } from './commands';

/** The period under the hand, by key. The phase view knows how long the data are, and so how fine a fine step is. */
export function foldCommands({ session }: CommandContext): Command[] {
  const toFold = (command: FoldCommand, title: string, also?: string): Command => ({
    id: `fold.${command}`,
    title,
    group: 'Fold',
    also,
    isEnabled: () => session.fold.value !== undefined,
    run: () => {
      if (!sendFoldCommand(command)) session.say('no phase view is open: add one from the palette (Ctrl+K)', 'warning');
    },
  });
  return [
    toFold('drag', 'Drag the period in the phase view', 'tool pull fold'),
    toFold('left', 'Longer period, a fine step', 'fold frequency lower'),
    toFold('right', 'Shorter period, a fine step', 'fold frequency higher'),
    toFold('far-left', 'Longer period, a coarse step', 'fold frequency lower'),
    toFold('far-right', 'Shorter period, a coarse step', 'fold frequency higher'),
    toFold('double', 'Twice the period', 'fold multiply'),
    toFold('half', 'Half the period', 'fold divide'),
    toFold('back', 'Back to the period before', 'fold undo'),
  ];
}
