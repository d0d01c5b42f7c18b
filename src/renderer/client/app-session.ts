import { inject, type InjectionKey, type ShallowRef } from 'vue';
import type { DryRun } from '../../core/protocol/engine-service';
import type { Grant } from '../../core/protocol/main-service';
import type { ErrorFields, Progress } from '../../core/protocol/outcome';
import type { Comparison } from './comparison';
import type { Ensemble } from './ensemble';
import type { GpuDesk } from './gpu-desk';
import type { ImageDraft } from './image-draft';
import type { ObjectList } from './object-list';
import type { Sayings } from './say';
import type { ProposalDesk } from './proposal-desk';
import { SESSION, type Session } from './session';
import type { SignalWatch } from './signal-watch';
import type { TableActions } from './table-actions';

/** The numbers of a draft over all rows, while and after they are made. */
export type DryRunState =
  | { readonly state: 'none' }
  /** `waits`: until a job that somebody started is over. */
  | { readonly state: 'running'; readonly progress: Progress; readonly waits?: boolean; readonly previous?: DryRun | undefined }
  | { readonly state: 'done'; readonly result: DryRun }
  | { readonly state: 'failed'; readonly error: ErrorFields };

export interface WorkspaceInfo {
  readonly grant: Grant;
  readonly version: string;
}

/** What the shell and the panels need besides what they share with the views. */
export interface AppSession extends Session {
  readonly workspace: ShallowRef<WorkspaceInfo | undefined>;
  readonly sayings: Sayings;
  readonly objects: ObjectList;
  readonly actions: TableActions;
  /** The index of the step the draft edits; undefined when the draft would be a new step. */
  readonly editing: ShallowRef<number | undefined>;
  readonly previewError: ShallowRef<ErrorFields | undefined>;
  readonly dryRun: ShallowRef<DryRunState>;
  /** What the draft leaves of a signal put into the current object. */
  readonly signals: SignalWatch;
  /** What the draft makes of an image. */
  readonly imageDraft: ImageDraft;
  /** Methods side by side on the current object. */
  readonly comparison: Comparison;
  /** What the draft does to many objects. */
  readonly ensemble: Ensemble;
  /** Points of the draft, accepted and rejected one by one. */
  readonly desk: ProposalDesk;
  /** The GPU: what it is, and computations on it. */
  readonly gpu: GpuDesk;
  /** Runs the draft over all rows without applying it, now rather than after a pause. */
  tryOnAll(): void;
  cancelTry(): void;
  setTheme(theme: 'system' | 'light' | 'dark'): Promise<void>;
  /** Closes connections, listeners and timers. */
  dispose(): void;
}

/** The session of this window, for components below the shell. */
export function useSession(): AppSession {
  const session = inject(SESSION as InjectionKey<AppSession>);
  if (!session) throw new Error('no session: the component is outside the window');
  return session;
}
