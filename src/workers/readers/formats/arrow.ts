import { basename } from 'node:path';
import type { Chunk, ColumnMeta } from '../../../core/model/column';
import type { Flag } from '../../../core/model/flag';
import type { Alert, HeaderCard, ImageShape } from '../../../core/model/table';
import { AppError, Cancelled } from '../../../core/protocol/outcome';
import { dealParts, FieldBytes } from '../arrow/buffers';
import { type ArrowColumn, arrowColumns } from '../arrow/columns';
import { ByteFile, type Container, readContainer } from '../arrow/container';
import { damaged } from '../arrow/flatbuffer';
import { loadChunk } from '../arrow/load';
import type { ArrowField } from '../arrow/message';
import { joinChunks, rechunk } from '../arrow/rechunk';
import type { OpenedSource, ReadOptions, ReaderDef, RecordBatch, SourceTable } from '../reader';
import { readHead } from '../text/bytes';

/** Arrow IPC files and streams, Feather version 2; LZ4 and ZSTD. */

interface Opened {
  readonly file: ByteFile;
  readonly container: Container;
  readonly columns: readonly ArrowColumn[];
}

/** What Skysift's own writer keeps under the schema's key `skysift.table`. */
interface OwnTable {
  readonly name?: string;
  readonly header?: readonly HeaderCard[];
  readonly fileFlags?: readonly Flag[];
  readonly timeOrigin?: number;
  readonly timeSystem?: string;
  readonly image?: ImageShape;
}

async function loadDictionaries({ file, container, columns }: Opened): Promise<Map<number, Chunk>> {
  const byId = new Map(columns.filter((c) => c.field.dictionary).map((c) => [c.field.dictionary!.id, c]));
  const loaded = new Map<number, Chunk>();
  for (const message of container.dictionaries) {
    const column = byId.get(message.id);
    if (!column) continue;
    const field: ArrowField = { ...column.field, dictionary: undefined };
    const [parts] = dealParts([field], message);
    const chunk = loadChunk({ ...column, field }, await FieldBytes.read(file, message, parts!), parts!, new Map());
    const before = loaded.get(message.id);
    if (before && !message.isDelta) throw damaged(`it defines the dictionary ${message.id} twice`);
    loaded.set(
      message.id,
      before
        ? joinChunks(
            column.meta,
            [before, chunk].map((c) => ({ chunk: c, from: 0, to: c.length })),
          )
        : chunk,
    );
  }
  return loaded;
}

const MAX_BATCH_ROWS = 2 ** 31 - 1;

/** Checks every batch's layout against its columns before any row is read. */
function checkBatches({ container, columns }: Opened): void {
  if (columns.length === 0) throw damaged('it has no columns');
  const fields = columns.map((c) => c.field);
  for (const message of container.batches) {
    if (message.batch.rows > MAX_BATCH_ROWS) throw damaged(`a batch claims ${message.batch.rows} rows`);
    dealParts(fields, message);
  }
}

async function* readBatches(opened: Opened, wanted: readonly string[] | undefined, signal: AbortSignal): AsyncGenerator<RecordBatch> {
  const { file, container, columns } = opened;
  const dictionaries = await loadDictionaries(opened);
  const fields = columns.map((c) => c.field);
  for (const message of container.batches) {
    if (signal.aborted) throw new Cancelled();
    const parts = dealParts(fields, message);
    const chunks = new Map<string, Chunk>();
    for (const [i, column] of columns.entries()) {
      if (wanted && !wanted.includes(column.meta.name)) continue;
      chunks.set(column.meta.name, loadChunk(column, await FieldBytes.read(file, message, parts[i]!), parts[i]!, dictionaries));
    }
    yield { rows: message.batch.rows, chunks };
  }
}

async function* read(opened: Opened, o: ReadOptions): AsyncGenerator<RecordBatch> {
  const metas: ColumnMeta[] = opened.columns.map((c) => c.meta).filter((m) => !o.columns || o.columns.includes(m.name));
  try {
    yield* rechunk(readBatches(opened, o.columns, o.signal), metas, o.chunkRows);
  } catch (error) {
    if (error instanceof AppError || error instanceof Cancelled) throw error;
    throw damaged((error as Error).message);
  }
}

function ownTable(container: Container): OwnTable {
  try {
    return JSON.parse(container.schema.metadata.get('skysift.table') ?? '{}') as OwnTable;
  } catch {
    return {};
  }
}

function table(path: string, opened: Opened, alerts: Alert[]): SourceTable {
  const { container, columns } = opened;
  const own = ownTable(container);
  // `pandas` and `ARROW:schema` are other programs' notes to themselves.
  const foreign = [...container.schema.metadata].filter(([key]) => !key.startsWith('skysift.') && key !== 'pandas' && key !== 'ARROW:schema');
  const rows = container.batches.reduce((n, b) => n + b.batch.rows, 0);
  return {
    name: own.name ?? basename(path).replace(/\.[^.]*$/, ''),
    rows,
    columns: columns.map((c) => c.meta),
    header: own.header ?? foreign.map(([key, value]) => ({ key, value })),
    fileFlags: own.fileFlags ?? [],
    timeOrigin: own.timeOrigin,
    timeSystem: own.timeSystem,
    image: own.image && own.image.width * own.image.height === rows ? own.image : undefined,
    provenance: container.schema.metadata.get('skysift.recipe'),
    alerts,
    projects: true,
    read: (o) => read(opened, o),
  };
}

async function open(path: string, signal: AbortSignal): Promise<OpenedSource> {
  const { gzip } = await readHead(path);
  if (gzip)
    throw new AppError({
      code: 'unsupported',
      message: `${basename(path)} is Arrow data inside gzip, which cannot be read in place`,
      hint: 'unpack it with gunzip',
    });
  const file = await ByteFile.open(path);
  try {
    const container = await readContainer(file, signal);
    const alerts: Alert[] = [];
    const columns = arrowColumns(container.schema, alerts);
    if (!container.isEnded)
      alerts.push({ severity: 'warning', message: 'the Arrow stream has no end mark: it may have been cut short', hint: 'check the number of rows' });
    const opened = { file, container, columns };
    checkBatches(opened);
    return {
      format: container.isFile ? 'Arrow IPC' : 'Arrow IPC stream',
      tables: [table(path, opened, alerts)],
      alerts: [],
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    if (error instanceof AppError || error instanceof Cancelled) throw error;
    throw damaged((error as Error).message);
  }
}

const arrow: ReaderDef = {
  id: 'arrow',
  title: 'Arrow IPC and Feather',
  extensions: ['arrow', 'feather', 'ipc', 'arrows'],
  detect(head) {
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    if (head.length < 8) return 0;
    if (Buffer.from(head.buffer, head.byteOffset, 6).toString('latin1') === 'ARROW1') return 100;
    if (view.getUint32(0, true) === 0xffffffff) return 80;
    // A stream from before Arrow 0.15: a length, then a table whose root lies within it.
    const length = view.getInt32(0, true);
    return length >= 64 && length % 8 === 4 && length < head.length && view.getUint32(4, true) < 64 ? 40 : 0;
  },
  open: (path, { signal }) => open(path, signal),
};
export default arrow;
