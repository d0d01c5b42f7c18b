import type { Alert } from '../../../core/model/table';
import { AppError, Cancelled } from '../../../core/protocol/outcome';
import type { ByteSource } from './byte-source';
import { BLOCK, FitsHeader, findEnd, parseCards } from './cards';

export type HduKind = 'empty' | 'image' | 'groups' | 'binary-table' | 'ascii-table' | 'compressed-image' | 'compressed-table' | 'other';

/** One header and data unit, as far as its header tells. */
export interface Hdu {
  readonly index: number;
  readonly kind: HduKind;
  readonly header: FitsHeader;
  readonly headerStart: number;
  readonly dataStart: number;
  /** Bytes of data, without the padding to a block. */
  readonly dataBytes: number;
  /** False when the file ends inside the data. */
  readonly complete: boolean;
}

const MAX_HEADER = 32 * 2 ** 20;
const MAX_HDUS = 100_000;

export interface HduList {
  readonly hdus: readonly Hdu[];
  readonly alerts: readonly Alert[];
  /** Why the walk stopped before the end of the file. */
  readonly broken?: AppError | undefined;
}

/** Walks the HDUs of a file by their headers alone. Throws AppError `unreadable` when not even the first makes sense. */
export async function walkHdus(source: ByteSource, signal: AbortSignal): Promise<HduList> {
  const hdus: Hdu[] = [];
  const alerts: Alert[] = [];
  let at = 0;
  while (at < source.size && hdus.length < MAX_HDUS) {
    if (signal.aborted) throw new Cancelled();
    if (hdus.length > 0 && !(await startsExtension(source, at))) {
      alerts.push({ severity: 'info', message: `${source.size - at} bytes after the last HDU (from byte ${at}) are not FITS and were not read` });
      break;
    }
    let hdu: Hdu;
    try {
      hdu = await readHdu(source, at, hdus.length);
    } catch (error) {
      if (hdus.length === 0 || !(error instanceof AppError)) throw error;
      return { hdus, alerts, broken: error };
    }
    hdus.push(hdu);
    at = hdu.dataStart + Math.ceil(hdu.dataBytes / BLOCK) * BLOCK;
  }
  if (hdus.length === 0) throw unreadable('the file is empty', 'fetch the file again');
  return { hdus, alerts };
}

async function startsExtension(source: ByteSource, at: number): Promise<boolean> {
  const head = new Uint8Array(Math.min(8, source.size - at));
  await source.read(head, 0, head.length, at);
  return Buffer.from(head).toString('latin1') === 'XTENSION';
}

async function readHdu(source: ByteSource, start: number, index: number): Promise<Hdu> {
  let size = Math.min(8 * BLOCK, source.size - start);
  let bytes = new Uint8Array(size);
  await source.read(bytes, 0, size, start);
  if (index === 0 && Buffer.from(bytes.subarray(0, 6)).toString('latin1') !== 'SIMPLE')
    throw unreadable('the file does not begin with the keyword SIMPLE', 'check that it is a FITS file');
  let end = findEnd(bytes, 0);
  while (end === undefined && start + size < source.size && size < MAX_HEADER) {
    const more = Math.min(size * 2, source.size - start);
    const grown = new Uint8Array(more);
    grown.set(bytes);
    await source.read(grown, size, more - size, start + size);
    end = findEnd(grown, Math.max(0, size - (size % 80)));
    bytes = grown;
    size = more;
  }
  if (end === undefined)
    throw unreadable(
      start + size >= source.size
        ? `the file ends at byte ${source.size} inside the header of HDU ${index}, before its END card`
        : `the header of HDU ${index} (byte ${start}) has no END card in its first ${size} bytes`,
      'the file is cut short or damaged: fetch it again',
    );
  const header = new FitsHeader(parseCards(bytes, end));
  const dataStart = start + Math.ceil(end / BLOCK) * BLOCK;
  const dataBytes = dataSize(header, index, start);
  return { index, kind: kindOf(header, index), header, headerStart: start, dataStart, dataBytes, complete: dataStart + dataBytes <= source.size };
}

function kindOf(header: FitsHeader, index: number): HduKind {
  if (index === 0) {
    if (header.is('GROUPS')) return 'groups';
    return header.integer('NAXIS') === 0 ? 'empty' : 'image';
  }
  const type = (header.text('XTENSION') ?? '').trim().toUpperCase();
  if (type === 'BINTABLE' || type === 'A3DTABLE') {
    if (header.is('ZIMAGE')) return 'compressed-image';
    return header.is('ZTABLE') ? 'compressed-table' : 'binary-table';
  }
  if (type === 'TABLE') return 'ascii-table';
  if (type === 'IMAGE' || type === 'IUEIMAGE') return header.integer('NAXIS') === 0 ? 'empty' : 'image';
  return 'other';
}

/** FITS 4.0, equations 1, 2 and 4. */
function dataSize(header: FitsHeader, index: number, byte: number): number {
  const need = (key: string, fallback?: number): number => {
    const v = header.integer(key) ?? (header.value(key) === undefined ? fallback : undefined);
    if (v === undefined || v < 0)
      throw unreadable(
        `the header of HDU ${index} (byte ${byte}) has ${key} = ${String(header.value(key) ?? 'nothing')} (must be a whole number, 0 or more)`,
        'the file is damaged: fetch it again',
      );
    return v;
  };
  const bitpix = Math.abs(header.integer('BITPIX') ?? NaN);
  if (![8, 16, 32, 64].includes(bitpix))
    throw unreadable(
      `the header of HDU ${index} (byte ${byte}) has BITPIX = ${String(header.value('BITPIX') ?? 'nothing')} (must be 8, 16, 32, 64, -32 or -64)`,
      'the file is damaged: fetch it again',
    );
  const naxis = need('NAXIS');
  if (naxis > 999) throw unreadable(`the header of HDU ${index} (byte ${byte}) has NAXIS = ${naxis} (must be at most 999)`, 'fetch the file again');
  if (naxis === 0) return 0;
  const groups = index === 0 && header.is('GROUPS');
  let count = 1;
  for (let i = groups ? 2 : 1; i <= naxis; i++) count *= need(`NAXIS${i}`);
  const plain = index === 0 && !groups;
  const total = (bitpix / 8) * (plain ? count : (count + need('PCOUNT', 0)) * need('GCOUNT', 1));
  if (!Number.isSafeInteger(total)) throw unreadable(`the header of HDU ${index} (byte ${byte}) states an impossible size`, 'fetch the file again');
  return total;
}

/** `40 x 30` in the order of the header's axes. */
export function axesOf(header: FitsHeader, prefix = 'NAXIS'): string {
  const n = header.integer(prefix) ?? 0;
  return Array.from({ length: n }, (_, i) => String(header.integer(`${prefix}${i + 1}`) ?? 0)).join(' x ');
}

export function unreadable(message: string, hint: string, at?: { column?: string; row?: number }): AppError {
  return new AppError({ code: 'unreadable', message, hint, ...at });
}
