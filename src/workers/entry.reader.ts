import { mainPortTransport } from '../core/protocol/emitter-port';
import type { ReaderMessage } from '../core/protocol/host-service';
import { Connection } from '../core/protocol/rpc';
import type { ReaderService } from './importer/import-protocol';
import { readerService } from './importer/reader-service';
import { onParentMessage } from './ports/parent-port';

// A reader process: parses files nobody trusts, and ends with whoever started it.
onParentMessage<ReaderMessage>((_, port) => {
  new Connection(mainPortTransport(port)).serve<ReaderService>('reader', readerService());
});
