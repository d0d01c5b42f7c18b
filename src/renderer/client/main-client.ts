import type { MainService } from '../../core/protocol/main-service';
import { AppError, type ErrorFields } from '../../core/protocol/outcome';
import type { Client } from '../../core/protocol/rpc';

/** What the preload script puts on the window, and nothing else. */
export interface Bridge {
  invoke(method: string, arg: unknown): Promise<unknown>;
  on(event: string, handler: (value: unknown) => void): () => void;
  /** A token that stands for a dropped file, to be given to `grantDropped`; its path stays on the other side. */
  tokenOf(file: File): string;
}

declare global {
  interface Window {
    readonly skysift?: Bridge;
  }
}

interface Failure {
  readonly failed: ErrorFields;
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'failed' in value && typeof value.failed === 'object';
}

/** The main process behind the same face as every service: methods with one argument, events starting with `on`. */
export function mainClient(bridge: Bridge): Client<MainService> {
  return new Proxy({} as Client<MainService>, {
    get: (_, key) => {
      if (typeof key !== 'string' || key === 'then') return undefined;
      if (/^on[A-Z]/.test(key)) return (handler: (value: unknown) => void) => bridge.on(key, handler);
      return async (arg: unknown) => {
        const value = await bridge.invoke(key, arg);
        if (isFailure(value)) throw new AppError(value.failed);
        return value;
      };
    },
  });
}
