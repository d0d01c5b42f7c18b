import type { CallContext } from '../../core/protocol/rpc';
import { builtScript } from '../engine/threads/built-script';
import { ThreadPool } from '../engine/threads/pool';
import type { LabPlace } from './run-lab';

/** The built application: its threads' script, and that of the lab's processes. */
export function labPlace(context: CallContext): LabPlace {
  return {
    createThreads: (threads) => new ThreadPool({ threads }),
    processScript: () => builtScript('entry.lab'),
    signal: context.signal,
    progress: (progress) => context.progress(progress),
  };
}
