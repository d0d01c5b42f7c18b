import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { CHANNEL, isEvent, isMethod } from './channel';

/** What the page can reach of the world outside it: allow-listed calls, allow-listed events, and tokens for files dropped on it. */
const bridge = {
  invoke(method: string, arg: unknown): Promise<unknown> {
    if (!isMethod(method)) return Promise.reject(new Error(`unknown method: ${method}`));
    return ipcRenderer.invoke(CHANNEL.invoke, method, arg);
  },
  on(event: string, handler: (value: unknown) => void): () => void {
    if (!isEvent(event)) throw new Error(`unknown event: ${event}`);
    const listener = (_: unknown, name: string, value: unknown): void => {
      if (name === event) handler(value);
    };
    ipcRenderer.on(CHANNEL.event, listener);
    return () => void ipcRenderer.removeListener(CHANNEL.event, listener);
  },
  tokenOf(file: File): string {
    const token = crypto.randomUUID();
    ipcRenderer.send(CHANNEL.dropped, token, webUtils.getPathForFile(file));
    return token;
  },
};

contextBridge.exposeInMainWorld('skysift', bridge);

// A port cannot cross the context bridge: it is posted to the page's own window, named after the request that asked for it.
ipcRenderer.on(CHANNEL.enginePort, (event, request: string) => {
  window.postMessage({ skysiftEnginePort: request }, location.origin, [...event.ports]);
});
