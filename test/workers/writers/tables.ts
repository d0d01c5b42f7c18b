import fc from 'fast-check';
import { arrayFor, type Chunk, type ColumnMeta, type ColumnType, parseType, type ScalarType } from '../../../src/core/model/column';
import type { RecordBatch } from '../../../src/workers/readers/reader';
import type { ExportSource } from '../../../src/workers/writers/writer';

/** Random tables of every column type, as chunks in shared memory the way the store gives them. */

export const SCALARS: readonly ScalarType[] = [
  ...(['bool', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64'] as const),
  ...(['float32', 'float64', 'complex64', 'complex128', 'utf8'] as const),
];

const RANGES: Readonly<Partial<Record<ScalarType, readonly [number, number]>>> = {
  bool: [0, 1],
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

function value(element: ScalarType): fc.Arbitrary<number | bigint> {
  if (element === 'int64') return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  if (element === 'uint64') return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  if (element === 'float32' || element === 'complex64') return fc.float({ noDefaultInfinity: false });
  if (element === 'float64' || element === 'complex128') return fc.double();
  const [min, max] = RANGES[element]!;
  return fc.integer({ min, max });
}

type Row = readonly (number | bigint)[] | string | undefined;

function row(type: ColumnType): fc.Arbitrary<Row> {
  const { kind, element, size } = parseType(type);
  if (element === 'utf8')
    return fc.option(fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom('', 'null', 'NA', '#', 'a,b', '"', 'é\r\nß')), {
      nil: undefined,
    });
  const width = element.startsWith('complex') ? 2 : 1;
  const count = kind === 'list' ? { minLength: 0, maxLength: 4 } : { minLength: size, maxLength: size };
  const cells = fc.array(width === 1 ? value(element).map((v) => [v]) : fc.tuple(value(element), value(element)), count);
  return fc.option(
    cells.map((c) => c.flat()),
    { nil: undefined },
  );
}

function shared(bytes: ArrayBufferView): ArrayBufferLike {
  const buffer = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return buffer;
}

export function chunkOf(type: ColumnType, rows: readonly Row[]): Chunk {
  const { kind, element, size } = parseType(type);
  const width = element.startsWith('complex') ? 2 : 1;
  const validity = rows.some((r) => r === undefined) ? new Uint8Array((rows.length + 7) >> 3) : undefined;
  if (validity) rows.forEach((r, i) => r !== undefined && (validity[i >> 3]! |= 1 << (i & 7)));
  const offsets = new Int32Array(rows.length + 1);
  if (element === 'utf8') {
    const texts = rows.map((r) => Buffer.from((r as string | undefined) ?? ''));
    texts.forEach((t, i) => (offsets[i + 1] = offsets[i]! + t.length));
    return { length: rows.length, stride: 1, data: new Uint8Array(shared(Buffer.concat(texts))), offsets, validity };
  }
  const stride = kind === 'list' ? width : size * width;
  const zero = element.endsWith('int64') ? 0n : 0;
  const values = rows.flatMap(
    (r) => (r as (number | bigint)[] | undefined) ?? (kind === 'list' ? [] : new Array<number | bigint>(stride).fill(zero)),
  );
  const plain = arrayFor(element, values.length);
  values.forEach((v, i) => (plain[i] = v));
  rows.forEach((r, i) => (offsets[i + 1] = offsets[i]! + (r === undefined ? 0 : r.length / width)));
  return {
    length: rows.length,
    stride,
    data: arrayFor(element, values.length, shared(plain)),
    offsets: kind === 'list' ? offsets : undefined,
    validity,
  };
}

const ELEMENTS = SCALARS.filter((s) => s !== 'utf8');
const types = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<ColumnType>(...SCALARS) },
  fc.tuple(fc.constantFrom(...ELEMENTS), fc.integer({ min: 1, max: 4 })).map(([e, n]): ColumnType => `fixed_list<${e}>[${n}]`),
  fc.constantFrom(...ELEMENTS).map((e): ColumnType => `list<${e}>`),
);

export function exportSource(columns: readonly ColumnMeta[], batches: readonly RecordBatch[], chunkRows: number): ExportSource {
  const rows = batches.reduce((n, b) => n + b.rows, 0);
  const header = [{ key: 'OBJECT', value: 'KIC 11442793' }];
  return {
    meta: { name: 'stars', rows, columns, header, fileFlags: [], timeOrigin: 2454833, timeSystem: 'BJD' },
    columns,
    rows,
    chunkRows,
    recipe: '{"steps":[]}',
    history: ['sigma clip at 5'],
    batches: () => batches,
  };
}

export const randomSource: fc.Arbitrary<ExportSource> = fc
  .record({
    types: fc.array(types, { minLength: 1, maxLength: 5 }),
    rows: fc.integer({ min: 0, max: 21 }),
    chunkRows: fc.integer({ min: 3, max: 16 }),
  })
  .chain(({ types: chosen, rows, chunkRows }) =>
    fc.tuple(...chosen.map((t) => fc.array(row(t), { minLength: rows, maxLength: rows }))).map((cells) => {
      const columns = chosen.map((type, i): ColumnMeta => ({
        name: i === 0 ? 'time, s' : `c${i}`,
        type,
        unit: 'mag',
        ucd: 'phot.mag',
        description: 'a "column"',
        role: i === 0 ? 'time' : undefined,
      }));
      const batches: RecordBatch[] = [];
      for (let from = 0; from < rows; from += chunkRows) {
        const n = Math.min(chunkRows, rows - from);
        batches.push({ rows: n, chunks: new Map(columns.map((c, i) => [c.name, chunkOf(c.type, cells[i]!.slice(from, from + n))])) });
      }
      return exportSource(columns, batches, chunkRows);
    }),
  );
