import { AsyncByteQueue, type Field, RecordBatchFileWriter, Schema } from 'apache-arrow';
import { Cancelled } from '../../../core/protocol/outcome';
import { arrowBatch, arrowField } from '../../engine/store/arrow-column';
import { ByteSink } from '../byte-sink';
import type { ExportSource, WriterDef } from '../writer';

/** What apache-arrow's writer has emitted since it was last asked. */
class Queue extends AsyncByteQueue {
  private pieces: Uint8Array[] = [];
  override write(value: ArrayBufferView | ArrayBufferLike | string): void {
    if (typeof value === 'string') this.pieces.push(Buffer.from(value));
    else this.pieces.push(ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value));
  }
  override close(): void {}
  take(): Uint8Array[] {
    const { pieces } = this;
    this.pieces = [];
    return pieces;
  }
}

function schemaOf(source: ExportSource): Schema {
  const { name, header, fileFlags, timeOrigin, timeSystem, image } = source.meta;
  const metadata = new Map([
    ['skysift.recipe', source.recipe],
    ['skysift.history', JSON.stringify(source.history)],
    ['skysift.table', JSON.stringify({ name, header, fileFlags, timeOrigin, timeSystem, image })],
  ]);
  return new Schema(
    source.columns.map((c) => arrowField(c) as Field),
    metadata,
  );
}

/** Arrow IPC file: a record batch a batch, units and roles on the fields, the recipe in the schema's metadata. */
const arrow: WriterDef = {
  format: 'arrow',
  extensions: ['arrow', 'feather', 'ipc'],
  async write(source, path, { signal, progress }) {
    const schema = schemaOf(source);
    const queue = new Queue();
    const writer = new RecordBatchFileWriter();
    writer.reset(queue, schema);
    const sink = await ByteSink.create(path);
    try {
      let rows = 0;
      for await (const batch of source.batches()) {
        if (signal.aborted) throw new Cancelled();
        const chunks = source.columns.map((c) => batch.chunks.get(c.name)!);
        writer.write(arrowBatch(schema, source.columns, chunks, batch.rows));
        for (const piece of queue.take()) await sink.write(piece);
        rows += batch.rows;
        progress({ fraction: source.rows > 0 ? Math.min(1, rows / source.rows) : 1, note: `${rows} of ${source.rows} rows` });
      }
      writer.finish();
      for (const piece of queue.take()) await sink.write(piece);
      return { alerts: [] };
    } finally {
      await sink.close();
    }
  },
};
export default arrow;
