import { basename } from 'node:path';
import { mainPortTransport, type EmitterPort } from '../../core/protocol/emitter-port';
import type { HostService } from '../../core/protocol/host-service';
import { AppError, Cancelled } from '../../core/protocol/outcome';
import { Connection, type Client } from '../../core/protocol/rpc';
import type { EngineHost } from '../engine/host';
import type { ReaderService } from '../importer/import-protocol';

/** The engine's host inside the application: grants are resolved by main, and every import has a reader process of its own. */
export class ElectronHost implements EngineHost {
  private readonly main: Promise<Client<HostService>>;
  private setMain: (client: Client<HostService>) => void = () => undefined;
  private readonly arrived = new Map<string, EmitterPort>();
  private readonly awaited = new Map<string, (port: EmitterPort) => void>();

  constructor() {
    this.main = new Promise((resolve) => (this.setMain = resolve));
  }

  /** The port of the message `main`. */
  connectMain(port: EmitterPort): void {
    this.setMain(new Connection(mainPortTransport(port)).client<HostService>('host'));
  }

  /** The port of a message `reader`. */
  addReader(id: string, port: EmitterPort): void {
    const waiting = this.awaited.get(id);
    this.awaited.delete(id);
    if (waiting) waiting(port);
    else this.arrived.set(id, port);
  }

  resolveGrant: EngineHost['resolveGrant'] = async (grant) => (await this.main).resolveGrant({ grant });

  importFiles: EngineHost['importFiles'] = async (request, { signal, onEvent, progress }) => {
    if (signal.aborted) throw new Cancelled();
    const main = await this.main;
    const name = request.paths.length === 1 ? basename(request.paths[0]!) : `${request.paths.length} files`;
    const { id } = await main.startReader({});
    const connection = new Connection(mainPortTransport(await this.readerPort(id)));
    const reader = connection.client<ReaderService>('reader');
    const stopListening = reader.onImport(onEvent);
    // When main itself is gone, so are its readers.
    const kill = (): void => void main.killReader({ id }).catch(() => undefined);
    let onAbort = (): void => undefined;
    // A reader reads one file and what it wrote is thrown away: a cancel ends its process, and nobody waits for that.
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => {
        kill();
        reject(new Cancelled());
      };
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([reader.import(request, { onProgress: progress }), aborted]);
    } catch (error) {
      if (signal.aborted) throw new Cancelled();
      if (error instanceof AppError && error.fields.code === 'engine-lost') throw readerLost(name, error);
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      stopListening();
      connection.close();
      kill();
    }
  };

  private readerPort(id: string): Promise<EmitterPort> {
    const port = this.arrived.get(id);
    this.arrived.delete(id);
    return port ? Promise.resolve(port) : new Promise((resolve) => this.awaited.set(id, resolve));
  }
}

function readerLost(name: string, cause: AppError): AppError {
  return new AppError(
    {
      code: 'reader-lost',
      message: `the process reading ${name} stopped unexpectedly`,
      hint: 'the file may be damaged; everything else that is open stays open',
      during: `opening ${name}`,
    },
    { cause },
  );
}
