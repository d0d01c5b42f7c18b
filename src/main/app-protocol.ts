import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { protocol } from 'electron';
import { pathWithin } from './path-within';

const SCHEME = 'app';
export const ORIGIN = `${SCHEME}://skysift`;
export const START_PAGE = `${ORIGIN}/index.html`;

/** No `unsafe-eval`: nothing is compiled from text. WebAssembly is allowed for compute kernels, inline styles for Vue's style bindings. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sent with everything, because a worker obeys the headers of its own script. The last three make SharedArrayBuffer available. */
export const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** Must run before the application is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
}

/** Serves `folder` and nothing above or beside it. */
export function serveApp(folder: string): void {
  protocol.handle(SCHEME, async (request) => {
    const path = pathWithin(folder, request.url);
    if (request.method !== 'GET' || path === undefined) return new Response('refused', { status: 403, headers: HEADERS });
    const type = TYPES[extname(path)];
    if (type === undefined) return new Response('not found', { status: 404, headers: HEADERS });
    try {
      return new Response(new Uint8Array(await readFile(path)), { headers: { ...HEADERS, 'content-type': type } });
    } catch {
      return new Response('not found', { status: 404, headers: HEADERS });
    }
  });
}
