import { app, session, type WebContents } from 'electron';
import { ORIGIN } from './app-protocol';
import type { Dialogs } from './dialogs';

/** What the page itself needs; everything else is refused: nothing leaves the machine, and nothing from outside comes in. */
const ALLOWED_REQUESTS = new Set(['app:', 'blob:', 'data:', 'devtools:']);
const ALLOWED_PERMISSIONS = new Set(['clipboard-sanitized-write']);

/** Denies navigation, new windows, embedded content, permissions and the network, for every page there will ever be. */
export function lockDown(): void {
  app.on('web-contents-created', (_, contents) => lockContents(contents));
}

/** Must run when the application is ready. */
export function lockSession(dialogs: Dialogs): void {
  const own = session.defaultSession;
  own.setPermissionRequestHandler((_, permission, answer) => answer(ALLOWED_PERMISSIONS.has(permission)));
  own.setPermissionCheckHandler((_, permission) => ALLOWED_PERMISSIONS.has(permission));
  own.setDevicePermissionHandler(() => false);
  own.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !ALLOWED_REQUESTS.has(new URL(url).protocol) }));
  own.on('will-download', (event, item) => {
    const isOwn = item.getURL().startsWith(`blob:${ORIGIN}/`) || item.getURL().startsWith('data:');
    const target = isOwn ? dialogs.download() : undefined;
    if (!isOwn) event.preventDefault();
    else if (target !== undefined) item.setSavePath(target);
  });
}

function lockContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
