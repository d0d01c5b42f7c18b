import type { EmitterPort } from '../../core/protocol/emitter-port';

interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown; readonly ports: readonly EmitterPort[] }) => void): unknown;
}

/**
 * Listens to the process that forked this utility process. Every message of ours carries one port; others are ignored. Throws when this is not
 * a utility process.
 */
export function onParentMessage<M extends { readonly kind: string }>(handler: (message: M, port: EmitterPort) => void): void {
  const parent = (process as NodeJS.Process & { parentPort?: ParentPort }).parentPort;
  if (!parent) throw new Error('this file is the body of a utility process: Skysift starts it, not you');
  parent.on('message', ({ data, ports }) => {
    const port = ports[0];
    if (port && typeof data === 'object' && data !== null && 'kind' in data) handler(data as M, port);
  });
}
