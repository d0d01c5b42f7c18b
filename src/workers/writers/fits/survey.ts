import { type Chunk, type ColumnMeta, type ScalarType, isValid, parseType } from '../../../core/model/column';
import { Cancelled, type Progress } from '../../../core/protocol/outcome';
import type { ExportSource } from '../writer';

/** What a column's numbers decide about its layout: learnt in a first pass over the data. */
export interface Survey {
  nulls: number;
  /** Longest text in bytes, longest list in elements. */
  longest: number;
  /** Bytes of all texts, elements of all lists. */
  total: number;
  hasNonAscii: boolean;
  /** Integers that could stand for null; those the data use are struck out. */
  candidates: bigint[];
}

export const INTEGER_RANGE: Partial<Record<ScalarType, readonly [bigint, bigint]>> = {
  int8: [-128n, 127n],
  uint8: [0n, 255n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

/** One pass over the data; columns of plain floats need none. */
export async function surveyColumns(source: ExportSource, signal: AbortSignal, progress: (p: Progress) => void): Promise<Map<string, Survey>> {
  const surveys = new Map(source.columns.map((c) => [c.name, newSurvey(c)]));
  const needed = source.columns.filter((c) => !/^(float|complex)\d+$/.test(c.type) && c.type !== 'bool');
  if (needed.length === 0) return surveys;
  let rows = 0;
  for await (const batch of source.batches()) {
    for (const column of needed) {
      if (signal.aborted) throw new Cancelled();
      surveyChunk(column, batch.chunks.get(column.name)!, surveys.get(column.name)!);
    }
    rows += batch.rows;
    progress({ fraction: 0.2 * Math.min(1, rows / Math.max(1, source.rows)), note: 'measuring columns' });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return surveys;
}

function newSurvey(column: ColumnMeta): Survey {
  const range = INTEGER_RANGE[parseType(column.type).element];
  const given = column.extra?.['TNULL'];
  const kept = given !== undefined && /^-?\d{1,20}$/.test(String(given)) ? BigInt(String(given)) : undefined;
  const inRange = (v: bigint): boolean => range !== undefined && v >= range[0] && v <= range[1];
  // The file's own marker first: the data may have been read from it. Signed types then take their least value, as most surveys do.
  const candidates = range
    ? [kept, ...(column.type.startsWith('uint') ? [range[1], range[0]] : range)].filter((v) => v !== undefined && inRange(v))
    : [];
  return { nulls: 0, longest: 0, total: 0, hasNonAscii: false, candidates: [...new Set(candidates as bigint[])] };
}

function surveyChunk(column: ColumnMeta, chunk: Chunk, survey: Survey): void {
  const { kind, element, size } = parseType(column.type);
  if (chunk.validity) for (let i = 0; i < chunk.length; i++) if (!isValid(chunk, i)) survey.nulls++;
  if (element === 'utf8' || kind === 'list') {
    const offsets = chunk.offsets!;
    const cells = chunk.length * (kind === 'fixed' ? size : 1);
    for (let i = 0; i < cells; i++) survey.longest = Math.max(survey.longest, offsets[i + 1]! - offsets[i]!);
    survey.total += offsets[cells]! - offsets[0]!;
    if (element === 'utf8' && !survey.hasNonAscii) survey.hasNonAscii = hasHighByte(chunk.data as Uint8Array, offsets[0]!, offsets[cells]!);
    return;
  }
  survey.candidates = survey.candidates.filter((c) => !uses(chunk, size, c));
}

function hasHighByte(bytes: Uint8Array, from: number, to: number): boolean {
  let seen = 0;
  for (let i = from; i < to; i++) seen |= bytes[i]!;
  return seen > 0x7f;
}

/** True when a row that is not null holds the number. */
function uses(chunk: Chunk, perRow: number, candidate: bigint): boolean {
  const { data } = chunk;
  const big = data instanceof BigInt64Array || data instanceof BigUint64Array;
  if (big) return usesWide(chunk, perRow, candidate);
  const wanted = Number(candidate);
  for (let i = data.indexOf(wanted as never); i >= 0; i = data.indexOf(wanted as never, i + 1)) {
    if (i >= chunk.length * perRow) return false;
    if (isValid(chunk, Math.floor(i / perRow))) return true;
  }
  return false;
}

/** Two words at a time: comparing BigInts would allocate one a row. */
function usesWide(chunk: Chunk, perRow: number, candidate: bigint): boolean {
  const words = new Int32Array(chunk.data.buffer, chunk.data.byteOffset, chunk.length * perRow * 2);
  const low = Number(BigInt.asIntN(32, candidate));
  const high = Number(BigInt.asIntN(32, candidate >> 32n));
  for (let i = 0, w = 0; w < words.length; i++, w += 2)
    if (words[w] === low && words[w + 1] === high && isValid(chunk, Math.floor(i / perRow))) return true;
  return false;
}
