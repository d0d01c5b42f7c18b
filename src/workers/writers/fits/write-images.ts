import type { Alert, ImageShape } from '../../../core/model/table';
import { Cancelled, type Progress } from '../../../core/protocol/outcome';
import type { FitsCard } from '../../readers/fits/cards';
import type { ExportSource } from '../writer';
import { formatCard, headerBytes, isAscii, paddingAfter } from './card-format';
import { type RowBuffer, encodeCells } from './encode';
import { keptCards } from './header';
import type { ImagePlane } from './image-layout';
import type { Output } from './output';
import { type ColumnPlan, planTable } from './plan';
import type { Survey } from './survey';

const BUFFER_PIXELS = 2 ** 20;

/** Cards that say where the pixels are on the sky: every image of the file has them. */
const WORLD =
  /^(WCSAXES|WCSNAME|CTYPE\d|CRVAL\d|CRPIX\d|CDELT\d|CUNIT\d|CROTA\d|CD\d_\d|PC\d_\d|PV\d_\d+|PS\d_\d+|LONPOLE|LATPOLE|RADE?C?SYS|EQUINOX|EPOCH|[AB]P?_ORDER|[AB]P?_\d_\d)[A-Z]?$/;

const BITPIX: Readonly<Record<string, number>> = {
  bool: 8,
  int8: 8,
  uint8: 8,
  int16: 16,
  uint16: 16,
  int32: 32,
  uint32: 32,
  int64: 64,
  uint64: 64,
  float32: -32,
  float64: -64,
};

export interface ImageWriting {
  readonly shape: ImageShape;
  readonly planes: readonly ImagePlane[];
  readonly surveys: ReadonlyMap<string, Survey>;
  readonly alerts: Alert[];
  readonly signal: AbortSignal;
  progress(p: Progress): void;
}

interface Place {
  readonly plan: ColumnPlan;
  readonly start: number;
}

/** Writes the columns of an image table as images, the first as the primary one, with the world coordinates and the history of the table. */
export async function writeImages(source: ExportSource, out: Output, job: ImageWriting): Promise<void> {
  const places: Place[] = [];
  for (const [i, plane] of job.planes.entries()) {
    const plan = planOf(plane, source.rows, job);
    const bytes = plan.bytes * source.rows;
    await out.append(headerBytes(cardsOf(source, plane, plan, job, i === 0).flatMap(formatCard)));
    places.push({ plan, start: out.position });
    await out.at(out.position + bytes, new Uint8Array(paddingAfter(bytes)));
    out.position += bytes + paddingAfter(bytes);
  }
  await writePixels(source, places, out, job);
}

/** A column as the one of a binary table; truth values are bytes. */
function planOf({ column }: ImagePlane, rows: number, { surveys, alerts }: ImageWriting): ColumnPlan {
  const meta = column.type === 'bool' ? { ...column, type: 'uint8' as const } : column;
  return planTable([meta], surveys, rows, alerts).columns[0]!;
}

function cardsOf(source: ExportSource, { column, name }: ImagePlane, plan: ColumnPlan, job: ImageWriting, isFirst: boolean): FitsCard[] {
  const { width, height } = job.shape;
  const kept = keptCards(source, [], isFirst ? job.alerts : []);
  const integer = (key: string, value: bigint): FitsCard => ({ key, value: Number(value), raw: String(value) });
  const zero = plan.zero ?? 0n;
  return [
    isFirst ? { key: 'SIMPLE', value: true, comment: 'conforms to FITS standard' } : { key: 'XTENSION', value: 'IMAGE', comment: 'image extension' },
    { key: 'BITPIX', value: BITPIX[plan.element]! },
    { key: 'NAXIS', value: 2 },
    { key: 'NAXIS1', value: width },
    { key: 'NAXIS2', value: height },
    ...(isFirst
      ? [{ key: 'EXTEND', value: true }]
      : [
          { key: 'PCOUNT', value: 0 },
          { key: 'GCOUNT', value: 1 },
        ]),
    ...(plan.zero === undefined ? [] : [{ key: 'BSCALE', value: 1 }, integer('BZERO', plan.zero)]),
    ...(plan.nullValue === undefined ? [] : [integer('BLANK', plan.nullValue - zero)]),
    ...(name === 'PRIMARY' ? [] : [{ key: 'EXTNAME', value: name }]),
    ...(column.unit === undefined ? [] : [{ key: 'BUNIT', value: column.unit.replace(/[\u00b5\u03bc]/g, 'u') }]),
    ...(isFirst ? kept : kept.filter((c) => WORLD.test(c.key))),
    ...(column.origin !== 'file' && column.description ? [{ key: 'COMMENT', comment: ` ${column.description}` }] : []),
    ...(isFirst ? source.history.map((line) => ({ key: 'HISTORY', comment: ` ${line}` })) : []),
  ].filter((c) => isAscii(c.key));
}

async function writePixels(source: ExportSource, places: readonly Place[], out: Output, { signal, progress }: ImageWriting): Promise<void> {
  const largest = Math.min(BUFFER_PIXELS, Math.max(1, source.rows));
  const buffers = places.map(({ plan }): RowBuffer => {
    const bytes = new Uint8Array(largest * plan.bytes);
    return { bytes, view: new DataView(bytes.buffer), rowBytes: plan.bytes };
  });
  let rows = 0;
  for await (const batch of source.batches()) {
    for (let from = 0; from < batch.rows; from += largest) {
      if (signal.aborted) throw new Cancelled();
      const n = Math.min(largest, batch.rows - from);
      for (const [i, { plan, start }] of places.entries()) {
        const chunk = batch.chunks.get(plan.meta.name);
        if (!chunk) throw new Error(`the source gave no chunk of column ${plan.meta.name}`);
        encodeCells(plan, chunk, from, n, buffers[i]!);
        await out.at(start + rows * plan.bytes, buffers[i]!.bytes.subarray(0, n * plan.bytes));
      }
      rows += n;
      progress({ fraction: 0.2 + 0.8 * Math.min(1, rows / Math.max(1, source.rows)), note: `${rows} of ${source.rows} pixels` });
    }
  }
  if (rows !== source.rows) throw new Error(`the source gave ${rows} pixels (must be ${source.rows})`);
}
