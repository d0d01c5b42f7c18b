import type { MainService } from '../core/protocol/main-service';

/** The names under which page and main speak; the preload script lets nothing else through. */
export const CHANNEL = {
  invoke: 'skysift:invoke',
  event: 'skysift:event',
  enginePort: 'skysift:engine-port',
  dropped: 'skysift:dropped',
} as const;

type EventName = Extract<keyof MainService, `on${string}`>;
export type MethodName = Exclude<keyof MainService, EventName> | 'connectEngine';

/** Every method the page may invoke. A record, so that a method added to the service without a line here does not compile. */
const METHODS: Readonly<Record<MethodName, true>> = {
  startup: true,
  chooseFiles: true,
  grantDropped: true,
  chooseSaveTarget: true,
  saveText: true,
  readText: true,
  recentWorkspaces: true,
  openWorkspaceWindow: true,
  settings: true,
  setSettings: true,
  restartEngine: true,
  connectEngine: true,
};
const EVENTS: Readonly<Record<EventName, true>> = { onEngineState: true, onCommand: true };

export function isMethod(name: string): name is MethodName {
  return Object.hasOwn(METHODS, name);
}

export function isEvent(name: string): name is EventName {
  return Object.hasOwn(EVENTS, name);
}
