import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { mainPortTransport, type EmitterPort } from '../../../src/core/protocol/emitter-port';
import type { HostService } from '../../../src/core/protocol/host-service';
import { AppError, Cancelled } from '../../../src/core/protocol/outcome';
import { Connection, type CallContext } from '../../../src/core/protocol/rpc';
import type { ImportEvent, ImportRequest, ImportResult, ReaderService } from '../../../src/workers/importer/import-protocol';
import { ElectronHost } from '../../../src/workers/ports/electron-host';
import { threadPortTransport } from '../../../src/workers/ports/thread-port';

/** A port that wraps what it emits in an event, as Electron's ports do. */
function electronPort(port: MessagePort): EmitterPort {
  return {
    postMessage: (message) => port.postMessage(message),
    on: (event: 'message' | 'close', listener: (value: unknown) => void) =>
      port.on(event, (data: unknown) => (event === 'message' ? listener({ data, ports: [] }) : listener(undefined))),
    close: () => port.close(),
    start: () => port.start(),
  };
}

const open: MessagePort[] = [];
afterEach(() => open.splice(0).forEach((port) => port.close()));
function channel(): [MessagePort, MessagePort] {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  return [port1, port2];
}

const RESULT: ImportResult = { format: 'FITS', sha256: 'abc', bytes: 1, manifests: [], alerts: [] };
const REQUEST: ImportRequest = { paths: ['/data/a.fits'], folder: '/store/x', stack: false };
const EVENT: ImportEvent = { kind: 'described', format: 'FITS', tables: [], alerts: [] };

/** An engine's host over a main and a reader made here. `portFirst`: the reader's port comes before main's answer. */
function setUp(read: (request: ImportRequest, context: CallContext, reader: MessagePort) => Promise<ImportResult>, portFirst = true) {
  const host = new ElectronHost();
  const [mine, mains] = channel();
  const [readers, engines] = channel();
  const killed: string[] = [];
  let started = 0;
  const deliver = (): void => host.addReader('r1', electronPort(engines));
  new Connection(mainPortTransport(electronPort(mains))).serve<HostService>('host', {
    resolveGrant: async ({ grant }) => ({ path: `/data/${grant}`, name: grant, isFolder: false, access: 'read' }),
    startReader: async () => {
      started++;
      if (portFirst) deliver();
      else setTimeout(deliver, 30);
      return { id: 'r1' };
    },
    killReader: async ({ id }) => {
      killed.push(id);
      readers.close();
    },
    temporaryFolder: async () => ({ path: '/tmp' }),
  });
  let emit: (event: ImportEvent) => void = () => undefined;
  new Connection(mainPortTransport(electronPort(readers))).serve<ReaderService>('reader', {
    import: async (request, context: CallContext) => {
      emit(EVENT);
      context.progress({ fraction: 0.5 });
      return read(request, context, readers);
    },
    onImport: (handler) => {
      emit = handler;
      return () => (emit = () => undefined);
    },
  });
  host.connectMain(electronPort(mine));
  const events: ImportEvent[] = [];
  const fractions: number[] = [];
  const abort = new AbortController();
  const run = (): Promise<ImportResult> =>
    host.importFiles(REQUEST, { signal: abort.signal, onEvent: (e) => events.push(e), progress: (p) => fractions.push(p.fraction) });
  return { host, run, abort, killed, started: () => started, events, fractions };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

describe('the engine’s host', () => {
  test.each([true, false])('imports through a reader of its own (port before the answer: %s), which it ends', async (portFirst) => {
    const { host, run, killed, started, events, fractions } = setUp(async () => RESULT, portFirst);
    expect(await host.resolveGrant('a.fits')).toMatchObject({ path: '/data/a.fits' });
    expect(await run()).toEqual(RESULT);
    expect([started(), events, fractions]).toEqual([1, [EVENT], [0.5]]);
    await settled();
    expect(killed).toEqual(['r1']);
  });

  test('passes on what the reader refuses, in its words', async () => {
    const { run } = setUp(async () => {
      throw new AppError({ code: 'unreadable', message: 'a.fits ends in the middle of row 7' });
    });
    await expect(run()).rejects.toMatchObject({ fields: { code: 'unreadable', message: 'a.fits ends in the middle of row 7' } });
  });

  test('says which file was being read when the reader dies', async () => {
    const { run } = setUp((_request, _context, reader) => {
      reader.close();
      return new Promise(() => undefined);
    });
    await expect(run()).rejects.toMatchObject({
      fields: { code: 'reader-lost', message: 'the process reading a.fits stopped unexpectedly', during: 'opening a.fits' },
    });
  });

  test('cancelled, ends the reader at once, whether or not it listens', async () => {
    const { run, abort, killed } = setUp(() => new Promise(() => undefined));
    const running = run();
    await settled();
    const started = performance.now();
    abort.abort();
    await expect(running).rejects.toBeInstanceOf(Cancelled);
    expect(performance.now() - started).toBeLessThan(200);
    await expect.poll(() => killed[0]).toBe('r1');
  });
});

describe('a transport over worker_threads', () => {
  test('carries calls both ways, keeps typed arrays, and tells when the other end closes', async () => {
    interface Echo {
      echo(a: { readonly values: Float64Array }): Promise<Float64Array>;
    }
    const [one, two] = channel();
    const serving = new Connection(threadPortTransport(one));
    serving.serve<Echo>('echo', { echo: async ({ values }) => values });
    const calling = new Connection(threadPortTransport(two));
    const values = new Float64Array([1, NaN, -0]);
    expect(await calling.client<Echo>('echo').echo({ values })).toEqual(values);
    const closed = once(two, 'close');
    serving.close();
    await closed;
    expect(calling.isClosed).toBe(true);
    await expect(calling.client<Echo>('echo').echo({ values })).rejects.toMatchObject({ fields: { code: 'engine-lost' } });
  });
});
