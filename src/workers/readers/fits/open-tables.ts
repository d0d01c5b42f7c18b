import type { ColumnMeta } from '../../../core/model/column';
import type { Alert } from '../../../core/model/table';
import { AppError } from '../../../core/protocol/outcome';
import { lightCurveProduct } from '../products/light-curve';
import type { ReadOptions, RecordBatch, SourceTable } from '../reader';
import { asciiColumns, readAscii } from './ascii-table';
import type { ByteSource } from './byte-source';
import { FitsHeader } from './cards';
import { binaryColumns } from './columns';
import { type Hdu, unreadable, walkHdus } from './hdu';
import { ImageShelf } from './image-shelf';
import { imageTables } from './image-table';
import { keptCards } from './kept-cards';
import { type BinaryLayout, readBinary } from './read-binary';
import { RECIPE_EXTENSION, readRecipe } from './recipe-extension';
import { rowBlocks } from './row-blocks';
import type { Remark } from './sinks';
import { originalHeader, tileBlocks, tileTable } from './tile-table';
import { columnTimeReference, timeReference } from './time-reference';

const TABLES = new Set(['binary-table', 'ascii-table', 'compressed-table']);

/** What a FITS file holds. */
export interface FitsContents {
  readonly tables: SourceTable[];
  /** Images that are opened when they are asked for by name. */
  readonly images: SourceTable[];
  readonly alerts: Alert[];
}

/**
 * Every table of a file, its images as tables where it holds no other table or begins with an image, and an alert for everything else in it. Throws
 * AppError `unreadable` when the file is damaged and holds no whole table.
 */
export async function openTables(source: ByteSource, name: string, signal: AbortSignal): Promise<FitsContents> {
  const { hdus, alerts: found, broken } = await walkHdus(source, signal);
  const alerts: Alert[] = [...found];
  const primary = hdus[0]!.header;
  const recipe = hdus.find((h) => h.complete && isRecipe(h));
  const provenance = recipe ? await readRecipe(source, recipe) : undefined;
  const tables: SourceTable[] = [];
  const shelf = new ImageShelf();
  let damage = broken;
  let refused: AppError | undefined;
  for (const hdu of hdus) {
    if (hdu === recipe) continue;
    const isImage = hdu.kind === 'image' || hdu.kind === 'compressed-image';
    if (!isImage && !TABLES.has(hdu.kind)) {
      const remark = neither(hdu);
      if (remark)
        alerts.push({ severity: hdu.complete ? 'info' : 'warning', message: hdu.complete ? remark : `${remark}, and the file ends inside it` });
      continue;
    }
    if (!hdu.complete) {
      damage = isImage ? imageCutShort(hdu, source.size) : cutShort(hdu, source.size);
      continue;
    }
    try {
      const context = { primary, provenance, name: uniqueName(hdu, isImage, [...tables.map((t) => t.name), ...shelf.names]) };
      if (isImage) shelf.add(hdu, context.name, imageTables(source, hdu, context));
      else tables.push(openTable(source, hdu, context));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (!isImage) refused ??= error;
      alerts.push({ severity: 'warning', message: error.fields.message, hint: error.fields.hint });
    }
  }
  const { opened, others, remarks } = shelf.choose(tables.length > 0);
  tables.push(...opened);
  alerts.push(...remarks);
  if (tables.length === 0 && (refused || damage)) throw refused ?? damage!;
  if (damage) alerts.push({ severity: 'warning', message: `${name} is damaged: ${damage.fields.message}`, hint: damage.fields.hint });
  if (tables.length === 0 && hdus.every((h) => h.kind === 'empty'))
    alerts.push({ severity: 'info', message: 'the file holds headers only, no table and no image' });
  return { tables, images: others, alerts };
}

function isRecipe(hdu: Hdu): boolean {
  return hdu.kind === 'binary-table' && hdu.header.text('EXTNAME') === RECIPE_EXTENSION;
}

/** EXTNAME, else `HDU1` (of an image that begins the file, `PRIMARY`); a name that comes again gets its number. */
function uniqueName(hdu: Hdu, isImage: boolean, before: readonly string[]): string {
  const given = hdu.header.value('EXTNAME');
  const unnamed = isImage && hdu.index === 0 ? 'PRIMARY' : `HDU${hdu.index}`;
  const name = given === undefined || String(given).trim() === '' ? unnamed : String(given).trim();
  const taken = (n: string): boolean => before.includes(n);
  if (!taken(name)) return name;
  const version = hdu.header.integer('EXTVER');
  if (version !== undefined && !taken(`${name}_${version}`)) return `${name}_${version}`;
  return taken(`${name}_HDU${hdu.index}`) ? `${name}_HDU${hdu.index}_` : `${name}_HDU${hdu.index}`;
}

function neither({ index, kind, header }: Hdu): string | undefined {
  if (kind === 'groups') return `HDU ${index} holds ${header.integer('GCOUNT') ?? 1} random groups (an old form of radio data), not a table`;
  if (kind === 'other') return `HDU ${index} is an extension of type ${header.text('XTENSION') ?? 'unknown'}, not a table`;
  return undefined;
}

function imageCutShort(hdu: Hdu, size: number): AppError {
  return unreadable(
    `the file ends at byte ${size} inside the image of HDU ${hdu.index}, whose data would reach byte ${hdu.dataStart + hdu.dataBytes}`,
    'the file is cut short: fetch it again',
  );
}

function cutShort(hdu: Hdu, size: number): AppError {
  const rowBytes = hdu.header.integer('NAXIS1') ?? 0;
  const whole = rowBytes > 0 ? Math.max(0, Math.floor((size - hdu.dataStart) / rowBytes)) : 0;
  const rows = hdu.header.integer('NAXIS2') ?? 0;
  return unreadable(
    `the file ends at byte ${size} inside the table of HDU ${hdu.index}, whose data would reach byte ${hdu.dataStart + hdu.dataBytes} (${Math.min(whole, rows)} of its ${rows} rows are there)`,
    'the file is cut short: fetch it again',
  );
}

interface Context {
  readonly primary: FitsHeader;
  readonly provenance: string | undefined;
  readonly name: string;
}

function openTable(source: ByteSource, hdu: Hdu, context: Context): SourceTable {
  const alerts: Alert[] = [];
  const remark = once(alerts);
  const header = hdu.kind === 'compressed-table' ? originalHeader(hdu.header) : hdu.header;
  const rowBytes = header.integer('NAXIS1') ?? 0;
  const rows = header.integer('NAXIS2') ?? 0;
  const fields = header.integer('TFIELDS') ?? 0;
  if (rows > 0 && (rowBytes === 0 || fields === 0))
    throw unreadable(
      `HDU ${hdu.index} states ${rows} rows, but ${rowBytes === 0 ? 'rows of no bytes' : 'no columns'}`,
      'the header is damaged: fetch the file again',
    );
  const table = (columns: readonly ColumnMeta[], read: SourceTable['read']): SourceTable => {
    const product = lightCurveProduct(columns, header, context.primary);
    const time = [timeReference(merged(header, context.primary)), product, columnTimeReference(columns)].find((t) => t?.timeOrigin !== undefined);
    return {
      name: context.name,
      rows,
      columns: product?.columns ?? columns,
      header: keptCards(header, hdu.index > 0 ? context.primary : undefined),
      fileFlags: product?.fileFlags ?? [],
      timeOrigin: time?.timeOrigin,
      timeSystem: time?.timeSystem,
      provenance: context.provenance,
      objectId: product?.objectId,
      alerts,
      projects: true,
      read,
    };
  };
  const range = { start: hdu.dataStart, rowBytes, rows };
  if (hdu.kind === 'ascii-table') {
    const columns = asciiColumns(header, hdu.index, alerts);
    return table(
      columns.map((c) => c.meta),
      (o) => readAscii({ columns, rowBytes, rows }, rowBlocks(source, range, o.signal), o, remark),
    );
  }
  const columns = binaryColumns(header, hdu.index, alerts);
  const metas = columns.map((c) => c.meta);
  if (hdu.kind === 'compressed-table') {
    const tiles = tileTable(hdu, columns);
    const layout: BinaryLayout = { columns, rowBytes, rows, heap: { source, start: 0, bytes: 0, hdu: hdu.index } };
    return table(metas, (o) => readBinary(layout, tileBlocks(source, tiles, o.signal), o, remark));
  }
  const layout: BinaryLayout = { columns, rowBytes, rows, heap: { source, hdu: hdu.index, ...heapOf(hdu) } };
  return table(metas, (o: ReadOptions): AsyncIterable<RecordBatch> => readBinary(layout, rowBlocks(source, range, o.signal), o, remark));
}

/** The heap starts at THEAP, or right after the rows, and ends with the data. */
function heapOf(hdu: Hdu): { start: number; bytes: number } {
  const main = (hdu.header.integer('NAXIS1') ?? 0) * (hdu.header.integer('NAXIS2') ?? 0);
  const offset = hdu.header.integer('THEAP') ?? main;
  if (offset < main || offset > hdu.dataBytes)
    throw unreadable(
      `HDU ${hdu.index} has THEAP = ${offset} (must be from ${main} to ${hdu.dataBytes})`,
      'the header is damaged: fetch the file again',
    );
  return { start: hdu.dataStart + offset, bytes: hdu.dataBytes - offset };
}

/** A remark is made once a table, however often its rows are read. */
function once(alerts: Alert[]): Remark {
  const said = new Set<string>();
  return (column, message) => {
    const key = `${column}\0${message.replace(/\d+/g, '#')}`;
    if (said.has(key)) return;
    said.add(key);
    alerts.push({ severity: 'warning', message, column });
  };
}

function merged(header: FitsHeader, primary: FitsHeader): FitsHeader {
  return header === primary ? header : new FitsHeader([...primary.cards, ...header.cards]);
}
