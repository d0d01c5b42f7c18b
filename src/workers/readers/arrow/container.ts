import { type FileHandle, open } from 'node:fs/promises';
import { AppError, Cancelled } from '../../../core/protocol/outcome';
import { damaged } from './flatbuffer';
import { type ArrowMessage, type ArrowSchema, type BatchHeader, decodeFooter, decodeMessage, type FooterBlock } from './message';

/** A message with content, and where its body lies in the file. */
export interface BodyMessage {
  readonly batch: BatchHeader;
  readonly bodyAt: number;
  readonly bodyLength: number;
}

export interface DictionaryMessage extends BodyMessage {
  readonly id: number;
  readonly isDelta: boolean;
}

export interface Container {
  readonly isFile: boolean;
  readonly schema: ArrowSchema;
  readonly dictionaries: readonly DictionaryMessage[];
  readonly batches: readonly BodyMessage[];
  /** The stream ended with its end mark. */
  readonly isEnded: boolean;
}

const MAX_METADATA = 256 * 2 ** 20;
const MAGIC = 'ARROW1';

/** Positioned reads that never give fewer bytes than asked for. */
export class ByteFile {
  private constructor(
    private readonly handle: FileHandle,
    readonly size: number,
  ) {}

  static async open(path: string): Promise<ByteFile> {
    const handle = await open(path, 'r');
    return new ByteFile(handle, (await handle.stat()).size);
  }

  async read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (at < 0 || length < 0 || at + length > this.size) throw damaged(`${length} bytes at byte ${at} lie outside the file (${this.size} bytes)`);
    const out = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await this.handle.read(out, done, length - done, at + done);
      if (bytesRead === 0) throw damaged('the file became shorter while it was read');
      done += bytesRead;
    }
    return out;
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

interface Framed {
  readonly message: ArrowMessage;
  readonly bodyAt: number;
  readonly next: number;
}

/** The message at byte `at`; undefined at the end mark or the end of the file. */
async function messageAt(file: ByteFile, at: number): Promise<Framed | 'ended' | undefined> {
  if (at + 4 > file.size) return undefined;
  const prefix = new DataView((await file.read(at, Math.min(8, file.size - at))).buffer);
  // Before Arrow 0.15 there was no continuation mark before the length.
  const isMarked = prefix.getUint32(0, true) === 0xffffffff;
  if (isMarked && prefix.byteLength < 8) throw damaged('it ends inside a message');
  const length = prefix.getInt32(isMarked ? 4 : 0, true);
  if (length === 0) return 'ended';
  const start = at + (isMarked ? 8 : 4);
  if (length < 8 || length > MAX_METADATA || start + length > file.size) throw damaged(`a message at byte ${at} claims ${length} bytes of metadata`);
  const message = decodeMessage(await file.read(start, length));
  const bodyAt = start + length;
  const padded = Math.ceil(message.bodyLength / 8) * 8;
  if (bodyAt + message.bodyLength > file.size) throw damaged(`it ends inside the rows that begin at byte ${bodyAt}`);
  return { message, bodyAt, next: bodyAt + padded };
}

/** Reads all metadata of an Arrow IPC file or stream, and none of its rows. */
export async function readContainer(file: ByteFile, signal: AbortSignal): Promise<Container> {
  const magic = file.size >= 6 ? Buffer.from(await file.read(0, 6)).toString('latin1') : '';
  if (magic.startsWith('FEA1'))
    throw new AppError({
      code: 'unsupported',
      message: 'this is a Feather file of version 1',
      hint: 'write it again as Feather version 2 (Arrow IPC)',
    });
  return magic === MAGIC ? readFile(file, signal) : readStream(file, signal);
}

async function readStream(file: ByteFile, signal: AbortSignal): Promise<Container> {
  let schema: ArrowSchema | undefined;
  const dictionaries: DictionaryMessage[] = [];
  const batches: BodyMessage[] = [];
  for (let at = 0; ;) {
    if (signal.aborted) throw new Cancelled();
    const framed = await messageAt(file, at);
    if (framed === undefined || framed === 'ended') {
      if (!schema) throw damaged('it has no schema');
      return { isFile: false, schema, dictionaries, batches, isEnded: framed === 'ended' };
    }
    const { message, bodyAt, next } = framed;
    if (message.kind === 'schema') {
      if (schema) throw damaged('it has two schemas');
      schema = message.schema;
    } else if (!schema) throw damaged('rows come before the schema');
    else if (message.kind === 'dictionary') {
      // A dictionary that is replaced midway would need one decoding a batch: delta and single dictionaries cover what is written in practice.
      if (!message.isDelta && batches.length > 0 && dictionaries.some((d) => d.id === message.id)) throw replaced();
      dictionaries.push({ ...message, bodyAt });
    } else batches.push({ ...message, bodyAt });
    at = next;
  }
}

function replaced(): AppError {
  return new AppError({
    code: 'unsupported',
    message: 'a dictionary of the Arrow stream is replaced between its batches, which is not read',
    hint: 'write the file again without dictionary encoding',
  });
}

async function readFile(file: ByteFile, signal: AbortSignal): Promise<Container> {
  const { size } = file;
  const tail = size >= 18 ? await file.read(size - 10, 10) : new Uint8Array(10);
  if (Buffer.from(tail.subarray(4)).toString('latin1') !== MAGIC) throw damaged('the file ends early (its end mark is missing)');
  const footerLength = new DataView(tail.buffer).getInt32(0, true);
  if (footerLength < 8 || footerLength > size - 18) throw damaged(`its footer claims ${footerLength} bytes`);
  const footer = decodeFooter(await file.read(size - 10 - footerLength, footerLength));
  const load = async <K extends 'batch' | 'dictionary'>(
    block: FooterBlock,
    kind: K,
  ): Promise<{ message: Extract<ArrowMessage, { kind: K }>; bodyAt: number }> => {
    if (signal.aborted) throw new Cancelled();
    const framed = await messageAt(file, block.offset);
    if (framed === undefined || framed === 'ended' || framed.message.kind !== kind)
      throw damaged(`its footer points at byte ${block.offset}, where no ${kind} is`);
    if (framed.message.bodyLength !== block.bodyLength) throw damaged(`its footer and the batch at byte ${block.offset} disagree about its length`);
    return { message: framed.message as Extract<ArrowMessage, { kind: K }>, bodyAt: framed.bodyAt };
  };
  const dictionaries: DictionaryMessage[] = [];
  for (const block of footer.dictionaries) {
    const { message, bodyAt } = await load(block, 'dictionary');
    dictionaries.push({ ...message, bodyAt });
  }
  const batches: BodyMessage[] = [];
  for (const block of footer.batches) {
    const { message, bodyAt } = await load(block, 'batch');
    batches.push({ ...message, bodyAt });
  }
  return { isFile: true, schema: footer.schema, dictionaries, batches, isEnded: true };
}
